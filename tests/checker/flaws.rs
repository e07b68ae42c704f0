//! One mistake at a time: exactly the right cases fail, and what is printed is a snapshot.
//!
//! The cases that fail stand in `expected`, a file for each mistake.

#[allow(dead_code)] // some mistakes are for programs that are started
mod flawed;

use std::fs;
use std::path::Path;

use clap::Parser;
use course::checker::arguments::Arguments;
use course::checker::examine;
use course::run::Verdict;
use libtest_mimic::{Arguments as TestArguments, Trial};
use pretty_assertions::assert_eq;

use flawed::Flaw::{self, *};

/// They wait more than they work: for answers that never come.
const THREADS: usize = 6;

/// Mistakes that show from stage 2 on.
const OF_STAGE_2: [Flaw; 22] = [
    PipelinedRequestsLost,
    EmptyLinesNotSkipped,
    HostNotChecked,
    HeadersNotChecked,
    ConnectionCloseIgnored,
    HeadWithBody,
    QueryIsPartOfPath,
    OnePageForEveryPath,
    WholeConnectionValue,
    FirstConnectionLineOnly,
    UpgradeInOneCaseOnly,
    NamesInOneCaseOnly,
    UpgradeNotChecked,
    VersionNotChecked,
    VersionNotTold,
    MissingKeyTaken,
    TwoKeysTaken,
    WrongGuid,
    AcceptInHex,
    AcceptOfTheRfc,
    ConnectionCloseAfter101,
    SubprotocolNotOffered,
];

/// Mistakes that show in stage 4.
const OF_STAGE_4: [Flaw; 31] = [
    LengthInHostOrder,
    LengthIsSigned,
    LengthFormsMixedUp,
    AnswersInHostOrder,
    TopBitIgnored,
    OneReadIsOneFrame,
    MaskRunsOn,
    FirstKeyForAll,
    UnmaskedTaken,
    AnswersMasked,
    ReservedBitsIgnored,
    UnknownOpcodesTaken,
    LongControlFramesTaken,
    ControlFragmentsTaken,
    FragmentsDropped,
    FragmentsEchoedAsTheyCome,
    StrayContinuationsTaken,
    NewMessageInsideMessageTaken,
    PingEndsMessage,
    EmptyMessagesIgnored,
    BinaryComesBackAsText,
    TextNotValidated,
    TextValidatedInPieces,
    PingNotAnswered,
    PongWithoutPayload,
    PongsAnswered,
    CloseNotAnswered,
    CloseWithoutEnd,
    CloseCodesNotChecked,
    CloseReasonNotChecked,
    EchoAfterClose,
];

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    arguments: Arguments,
}

fn main() {
    let mut arguments = TestArguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let of_stages = [("2", &OF_STAGE_2[..]), ("4", &OF_STAGE_4[..])];
    let mut trials: Vec<Trial> = of_stages
        .iter()
        .flat_map(|(stage, flaws)| flaws.iter().map(|flaw| finds_in_rules(*flaw, stage)))
        .collect();
    for stage in ["2", "3", "4"] {
        trials.push(trial(&format!("Sound in stage {stage}"), || {
            let (failed, told) = check(Sound, stage, &["--rules-only"]);
            assert_eq!(failed, Vec::<String>::new(), "{told}");
        }));
    }
    // No rule allows a client to send a frame before it has the 101, so that only our stages
    // promise to keep it.
    trials.push(trial("FirstFrameLost", || {
        let expected = ["H12 a_frame_in_the_same_write_as_the_handshake_is_read"];
        finds(FirstFrameLost, "4", &["--only", "a_frame_in_the_same_write"], &expected);
    }));
    // Where the cuts fall is up to TCP, so only the case that waits between the pieces is sure to
    // fail.
    trials.push(trial("OneReadIsOneRequest", || {
        let only = ["--only", "half_a_request_is_waited_for"];
        finds(OneReadIsOneRequest, "1", &only, &["H1 half_a_request_is_waited_for"]);
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, || {
        test();
        Ok(())
    })
}

fn finds_in_rules(flaw: Flaw, stage: &'static str) -> Trial {
    trial(&format!("{flaw:?}"), move || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("checker/expected");
        let text = fs::read_to_string(folder.join(format!("{flaw:?}.txt"))).expect("the cases");
        finds(flaw, stage, &["--rules-only"], &text.lines().collect::<Vec<_>>());
    })
}

/// Checks a server with this flaw: the names of the cases that fail, and what is told.
fn check(flaw: Flaw, stage: &str, options: &[&str]) -> (Vec<String>, String) {
    let address = flawed::start(flaw).to_string();
    let words = [&["check", stage, &address, "--patience", "1.5"], options].concat();
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
