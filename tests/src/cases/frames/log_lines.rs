//! What stage 3 prints of the frames that it reads.
use super::letters;
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    vec![
        printed("F2", "every_known_opcode_is_named")
            .also(&["mistake 12"])
            .why("To the C server every frame is a text message.")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .send(text("He").unfinished())
                    .log(&["TEXT payload len: 2", "Payload: \"He\""])
                    .not_logged("FIN TEXT")
                    .send(ping("x"))
                    .log(&["FIN PING payload len: 1", "Payload: \"x\""])
                    .send(continuation("llo"))
                    .log(&["FIN CONTINUATION payload len: 3", "Payload: \"llo\""])
                    .send(binary([1, 2, 255]))
                    .log(&["FIN BINARY payload len: 3", "Payload: 01 02 ff"])
                    .send(pong(""))
                    .log(&["FIN PONG payload len: 0", "Payload: \"\""])
                    .send(close(1000, ""))
                    .log(&["FIN CLOSE payload len: 2", "Payload: 03 e8"]),
            ),
        printed("F8", "a_ping_of_125_bytes_is_taken")
            .why("125 is the last length that is allowed in a control frame.")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .send(ping(letters(125)))
                    .log(&["FIN PING payload len: 125"]),
            ),
        printed("F9", "the_log_shows_control_characters_and_obeys_none")
            .also(&["mistake 19"])
            .why("A terminal obeys what is printed: colours, cursor, worse.")
            .hint("Look for what Rust offers to make a string's special characters visible.")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .send(text("\x1b[31mred\r\nbad frame: forged"))
                    .log(&["payload len: 27", r#"Payload: "\u{1b}[31mred\r\nbad frame: forged""#])
                    .not_logged("\x1b"),
            ),
        printed("F9", "a_long_payload_is_cut_in_the_log")
            .also(&["mistake 19"])
            .why("A client fills a disk with a log that repeats all it is sent.")
            .hint("How much of a payload helps whoever reads the log?")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .send(text(letters(5_000)))
                    .log(&["FIN TEXT payload len: 5000", "…"])
                    .not_logged(&letters(300)),
            ),
    ]
}

fn printed(id: &'static str, name: &'static str) -> Case {
    case(id, name)
        .section("RFC 6455 §5.2")
        .our_choice()
        .stages(3..=3)
        .hint("Print FIN, the opcode's name and the payload's length, then the payload.")
}
