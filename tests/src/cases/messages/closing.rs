//! C1, C4, C6–C8, C10: the client closes, or is failed (RFC 6455 §5.5.1, §7.1).
use super::{failing, open, rule};
use crate::frame::{CLOSE, frame};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let mut cases = answered();
    cases.extend(silent_afterwards());
    cases.extend(failed());
    cases
}

fn closing(id: &'static str, name: &'static str) -> Case {
    rule(id, name)
        .section("RFC 6455 §5.5.1")
        .also(&["mistake 12"])
        .why("Without the answer a browser reports 1006, and nobody knows whether all arrived.")
        .hint("Closing is a conversation: one Close each way, then the server ends TCP.")
}

fn answered() -> Vec<Case> {
    vec![
        closing("C4", "a_close_is_answered_with_a_close")
            .main_line()
            .script(open().send(close(1000, "")).frame(close_frame(1000)).end()),
        closing("C4", "the_answer_has_the_same_code")
            .our_choice()
            .script(open().send(close(4321, "")).frame(close_exactly(4321u16.to_be_bytes())).end()),
        closing("C4", "the_answer_has_no_reason")
            .our_choice()
            .why("U12: no byte of a client's is copied into what we say.")
            .script(
                open()
                    .send(close(1000, "because"))
                    .frame(close_exactly(1000u16.to_be_bytes()))
                    .end(),
            ),
        closing("C4", "what_was_sent_before_the_close_is_answered").script(
            open()
                .send(text("last words"))
                .frame(text_frame("last words"))
                .send(ping("x"))
                .frame(pong_frame("x"))
                .send(close(1000, ""))
                .frame(close_frame(1000))
                .end(),
        ),
        closing("C1", "an_empty_close_is_answered_with_an_empty_one")
            .main_line()
            .script(open().send(frame(CLOSE, [])).frame(close_exactly([])).end()),
        closing("C1", "half_a_code_is_refused")
            .why("One byte is no code and no reason: the framing is out of step.")
            .script(failing(&[frame(CLOSE, [3])], 1002)),
        closing("C10", "a_close_inside_a_message_is_answered")
            .our_choice()
            .script(
                open()
                    .send(text("never fini").unfinished())
                    .send(close(1000, ""))
                    .frame(close_frame(1000))
                    .end(),
            )
            .why("Who leaves in the middle of an upload may do so politely."),
        closing("C10", "a_close_within_a_character_is_answered")
            .our_choice()
            .why("The text is cut, not wrong: 1007 would blame the client.")
            .script(
                open()
                    .send(text("a").unfinished())
                    .send(continuation(b"\xe2\x82".as_slice()).unfinished())
                    .send(close(1001, "going"))
                    .frame(close_frame(1001))
                    .end(),
            ),
    ]
}

fn silent_afterwards() -> Vec<Case> {
    let silent = |name| {
        closing("C6", name)
            .section("RFC 6455 §5.5.1")
            .why("The client said that it has said all. What still comes is noise.")
            .hint("What do you do with the bytes behind a Close in the same read?")
    };
    let behind = |frames: &[crate::frame::Frame]| {
        let bytes: Vec<u8> = frames.iter().flat_map(|frame| frame.bytes()).collect();
        let script = open().send(raw(bytes, "CLOSE 1000 and what stands behind it"));
        script.frame(close_frame(1000)).end()
    };
    let bye = || close(1000, "");
    vec![
        silent("a_text_behind_the_close_is_ignored").script(behind(&[bye(), text("more")])),
        silent("a_ping_behind_the_close_is_ignored").script(behind(&[bye(), ping("x")])),
        silent("a_second_close_is_ignored").script(behind(&[bye(), close(1001, "")])),
        silent("a_bad_frame_behind_the_close_is_ignored").script(behind(&[
            bye(),
            text("x").unmasked(),
            frame(3, "x"),
        ])),
        silent("half_a_frame_behind_the_close_is_ignored")
            .script(behind(&[bye(), text("x").claiming(1000)])),
        silent("what_comes_after_the_answer_is_ignored")
            .also(&["C7"])
            .script(
                open()
                    .send(bye())
                    .frame(close_frame(1000))
                    .send(text("more"))
                    .send(ping("x"))
                    .end(),
            )
            .deliver(&[Whole, ByteByByte]),
    ]
}

fn failed() -> Vec<Case> {
    let failing = |id, name| {
        rule(id, name)
            .section("RFC 6455 §7.1.7")
            .hint("A connection with a fault ends like any other: Close, then TCP, in stages.")
    };
    vec![
        failing("C8", "a_connection_that_fails_gets_its_code_first")
            .main_line()
            .also(&["F3"])
            .why("Without the code the developer of the client sees 1006 and guesses.")
            .script(open().send(text("Hello").unmasked()).failed(1002)),
        failing("C8", "the_answers_before_the_fault_come_before_the_code")
            .why("They belong to messages that were right.")
            .script(
                open()
                    .send(text("right"))
                    .frame(text_frame("right"))
                    .send(ping("too"))
                    .frame(pong_frame("too"))
                    .send(continuation("wrong"))
                    .failed(1002),
            ),
        failing("C8", "no_frame_behind_the_fault_is_answered")
            .why("Nobody knows where the next frame begins.")
            .script(
                open()
                    .send(raw(
                        [frame(3, "x").bytes(), ping("x").bytes(), close(1000, "").bytes()]
                            .concat(),
                        "a bad frame, a ping, a close",
                    ))
                    .failed(1002),
            ),
        failing("C7", "the_server_ends_tcp_first")
            .section("RFC 6455 §7.1.1")
            .main_line()
            .why("Who ends TCP first waits in TIME_WAIT: that is the server's part, once.")
            .script(open().send(close(1000, "")).frame(close_frame(1000)).end()),
        failing("C7", "what_is_still_coming_does_not_destroy_the_code")
            .section("RFC 6455 §7.1.1")
            .why("A socket dropped with unread bytes sends RST, and the Close is lost: 1006.")
            .script(
                open()
                    .send(raw(
                        [&frame(3, "x").bytes()[..], &[0xaa; 300_000]].concat(),
                        "a bad frame and 300,000 bytes more",
                    ))
                    .failed(1002),
            ),
    ]
}
