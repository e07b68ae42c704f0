//! F10: frames in a stream of bytes, which is cut anywhere (RFC 6455 §5.2); and frames behind a
//! handshake.
use super::letters;
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let mut cases = cuts();
    cases.extend(unfinished());
    cases.extend(behind_the_handshake());
    cases
}

fn cuts() -> Vec<Case> {
    let rule = |name| {
        case("F10", name)
            .section("RFC 6455 §5.2")
            .stages(3..=4)
            .hint("What tells you that a header is complete? And what stands behind a frame's end?")
    };
    vec![
        rule("three_frames_in_one_write_are_three")
            .main_line()
            .why("A client that types fast, or a busy network, puts several frames into one read.")
            .script(three())
            .deliver(&[Glued]),
        rule("a_frame_comes_byte_by_byte")
            .main_line()
            .also(&["mistake 10"])
            .why("TCP may cut anywhere: also between the two bytes of a length.")
            .script(three())
            .deliver(&[ByteByByte]),
        rule("the_longest_header_comes_byte_by_byte")
            .also(&["mistake 10"])
            .why("14 bytes: 2, the length in 8, the key in 4. Any number of them may come first.")
            .script(Script::new().upgrade("/websocket").taken(text(letters(65_536))))
            .deliver(&[ByteByByte]),
        rule("frames_of_all_forms_follow_each_other")
            .why("Whoever loses count by one byte reads the next header from the wrong place.")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .taken(text(""))
                    .taken(text(letters(125)))
                    .taken(binary(letters(126)))
                    .taken(text(letters(1)))
                    .taken(binary(letters(65_536)))
                    .taken(text("the end")),
            ),
        rule("what_stands_before_a_bad_frame_counts")
            .why("The good frames were complete: their answers must not be lost with the bad one.")
            .hint("Do the answers to the good frames leave before the connection ends?")
            .stages(4..=4)
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .taken(text("one"))
                    .taken(text("two"))
                    .send(text("three").rsv(4))
                    .failed(1002),
            ),
    ]
}

fn three() -> Script {
    Script::new().upgrade("/websocket").taken(text("one")).taken(text("two")).taken(text("three"))
}

/// A client that claims more than it sends, and leaves.
fn unfinished() -> Vec<Case> {
    let rule = |name| {
        case("F10", name)
            .section("RFC 6455 §5.2")
            .also(&["mistake 10"])
            .stages(3..=4)
            .why("The C server takes what a short read left of its memory for the payload.")
            .hint("Is a frame handed on before its last byte has come?")
    };
    let leave = |bytes: Vec<u8>, words: &str| {
        Script::new().upgrade("/websocket").send(raw(bytes, words)).finish_sending().end()
    };
    let frame = text("Hello").claiming(100);
    vec![
        rule("a_frame_that_never_ends_is_no_frame")
            .script(leave(frame.bytes(), "FIN TEXT masked 100, 5 follow")),
        rule("a_header_that_never_ends_is_no_frame")
            .script(leave(frame.bytes()[..4].to_vec(), "4 of 6 bytes of a header")),
        rule("half_a_frame_is_not_printed").our_choice().stages(3..=3).script(
            leave(frame.bytes(), "FIN TEXT masked 100, 5 follow").not_logged("payload len"),
        ),
    ]
}

fn behind_the_handshake() -> Vec<Case> {
    vec![
        case("U10", "frames_follow_a_subprotocol")
            .section("RFC 6455 §4.2.2")
            .main_line()
            .stages(3..=4)
            .why("The subprotocol is a name in the handshake; it changes nothing in the frames.")
            .hint("Does the answer with a Sec-WebSocket-Protocol line end in one blank line?")
            .script(
                Script::new()
                    .send(upgrade("/websocket").header("Sec-WebSocket-Protocol", "superchat, chat"))
                    .expect(
                        answer(101)
                            .header("Sec-WebSocket-Accept", ACCEPT)
                            .our_header("Sec-WebSocket-Protocol", "chat"),
                    )
                    .taken(text("hello")),
            ),
        case("H12", "a_frame_in_the_same_write_as_the_handshake_is_read")
            .section("RFC 6455 §4.1")
            .our_choice()
            .also(&["mistake 11", "F10"])
            .stages(3..=4)
            .why("A client ought to wait for the 101. Of one that does not, the C program loses the first message.")
            .hint("Your read stops where TCP stops, not at the blank line. Where is the rest?")
            .script(Script::new().upgrade("/websocket").taken(text("early")).taken(text("late")))
            .deliver(&[Glued]),
    ]
}
