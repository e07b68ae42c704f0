//! One mistake at a time: exactly the right cases fail, and what is printed is a snapshot.

use clap::Parser;
use course::checker::arguments::Arguments;
use course::checker::examine;
use course::run::Verdict;
use pretty_assertions::assert_eq;

use crate::flawed::{self, Flaw};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    arguments: Arguments,
}

/// Checks a server with this flaw: the names of the cases that fail, and what is told.
fn check(flaw: Flaw, stage: &str, options: &[&str]) -> (Vec<String>, String) {
    let address = flawed::start(flaw).to_string();
    let words = [&["check", stage, &address, "--patience", "2"], options].concat();
    let arguments = Line::try_parse_from(words).expect("a command line").arguments;
    let examination = examine(&arguments, false).expect("a server to try");
    let told = examination.tell(&arguments, false).replace(&address, "127.0.0.1:PORT");
    let failed = examination.trials.iter().filter(|t| matches!(t.verdict, Verdict::Fail(_)));
    (failed.map(|trial| format!("{} {}", trial.case.id, trial.case.name)).collect(), told)
}

fn finds(flaw: Flaw, stage: &str, options: &[&str], expected: &[&str]) {
    let (failed, told) = check(flaw, stage, options);
    assert_eq!(failed, expected, "{told}");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{flaw:?}"), told));
}

#[test]
fn a_sound_server_has_no_fault() {
    for stage in ["2", "3", "4"] {
        let (failed, told) = check(Flaw::Sound, stage, &["--rules-only"]);
        assert_eq!(failed, Vec::<String>::new(), "{told}");
    }
}

/// A test for each flaw, which shows from this stage on; the cases that fail stand in `expected`.
macro_rules! flaws {
    ($stage:literal: $($test:ident: $flaw:ident,)*) => {
        $(
            #[test]
            fn $test() {
                let expected = include_str!(concat!("expected/", stringify!($flaw), ".txt"));
                let expected: Vec<&str> = expected.lines().collect();
                finds(Flaw::$flaw, $stage, &["--rules-only"], &expected);
            }
        )*
    };
}

flaws! {
    "2":
    pipelined_requests_lost: PipelinedRequestsLost,
    empty_lines_not_skipped: EmptyLinesNotSkipped,
    host_not_checked: HostNotChecked,
    headers_not_checked: HeadersNotChecked,
    connection_close_ignored: ConnectionCloseIgnored,
    head_with_body: HeadWithBody,
    query_is_part_of_path: QueryIsPartOfPath,
    one_page_for_every_path: OnePageForEveryPath,
    whole_connection_value: WholeConnectionValue,
    first_connection_line_only: FirstConnectionLineOnly,
    upgrade_in_one_case_only: UpgradeInOneCaseOnly,
    names_in_one_case_only: NamesInOneCaseOnly,
    upgrade_not_checked: UpgradeNotChecked,
    version_not_checked: VersionNotChecked,
    version_not_told: VersionNotTold,
    missing_key_taken: MissingKeyTaken,
    two_keys_taken: TwoKeysTaken,
    wrong_guid: WrongGuid,
    accept_in_hex: AcceptInHex,
    accept_of_the_rfc: AcceptOfTheRfc,
    connection_close_after101: ConnectionCloseAfter101,
    subprotocol_not_offered: SubprotocolNotOffered,
}

flaws! {
    "4":
    length_in_host_order: LengthInHostOrder,
    length_is_signed: LengthIsSigned,
    length_forms_mixed_up: LengthFormsMixedUp,
    answers_in_host_order: AnswersInHostOrder,
    top_bit_ignored: TopBitIgnored,
    one_read_is_one_frame: OneReadIsOneFrame,
    mask_runs_on: MaskRunsOn,
    first_key_for_all: FirstKeyForAll,
    unmasked_taken: UnmaskedTaken,
    answers_masked: AnswersMasked,
    reserved_bits_ignored: ReservedBitsIgnored,
    unknown_opcodes_taken: UnknownOpcodesTaken,
    long_control_frames_taken: LongControlFramesTaken,
    control_fragments_taken: ControlFragmentsTaken,
    fragments_dropped: FragmentsDropped,
    fragments_echoed_as_they_come: FragmentsEchoedAsTheyCome,
    stray_continuations_taken: StrayContinuationsTaken,
    new_message_inside_message_taken: NewMessageInsideMessageTaken,
    ping_ends_message: PingEndsMessage,
    empty_messages_ignored: EmptyMessagesIgnored,
    binary_comes_back_as_text: BinaryComesBackAsText,
    text_not_validated: TextNotValidated,
    text_validated_in_pieces: TextValidatedInPieces,
    ping_not_answered: PingNotAnswered,
    pong_without_payload: PongWithoutPayload,
    pongs_answered: PongsAnswered,
    close_not_answered: CloseNotAnswered,
    close_without_end: CloseWithoutEnd,
    close_codes_not_checked: CloseCodesNotChecked,
    close_reason_not_checked: CloseReasonNotChecked,
    echo_after_close: EchoAfterClose,
}

/// No rule allows a client to send a frame before it has the 101, so that only our stages promise
/// to keep it.
#[test]
fn the_first_frame_is_lost() {
    let expected = ["H12 a_frame_in_the_same_write_as_the_handshake_is_read"];
    finds(Flaw::FirstFrameLost, "4", &["--only", "a_frame_in_the_same_write"], &expected);
}

/// Where the cuts fall is up to TCP, so only the case that waits between the pieces is sure to fail.
#[test]
fn one_read_is_one_request() {
    let options = ["--only", "half_a_request_is_waited_for"];
    finds(Flaw::OneReadIsOneRequest, "1", &options, &["H1 half_a_request_is_waited_for"]);
}
