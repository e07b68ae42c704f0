//! F1, F2: the first byte of a frame: reserved bits and opcodes (RFC 6455 §5.2).
use super::failed;
use crate::frame::frame;
use crate::prelude::*;

/// A client for each opcode, so that each has a connection of its own.
const UNKNOWN_DATA: [(&str, u8); 5] = [("3", 3), ("4", 4), ("5", 5), ("6", 6), ("7", 7)];
const UNKNOWN_CONTROL: [(&str, u8); 5] =
    [("B", 0xb), ("C", 0xc), ("D", 0xd), ("E", 0xe), ("F", 0xf)];

pub fn cases() -> Vec<Case> {
    let mut cases = reserved_bits();
    cases.extend(opcodes());
    cases
}

fn reserved_bits() -> Vec<Case> {
    let rule = |name| {
        case("F1", name)
            .section("RFC 6455 §5.2")
            .also(&["mistake 12"])
            .stages(3..=4)
            .why("RSV1 means \"compressed\" where both agreed on it. Nobody did.")
            .hint("Which three bits of the first byte has the handshake given a meaning?")
    };
    vec![
        rule("rsv1_is_refused").script(failed(text("Hello").rsv(4), 1002)),
        rule("rsv2_is_refused").script(failed(text("Hello").rsv(2), 1002)),
        rule("rsv3_is_refused").script(failed(text("Hello").rsv(1), 1002)),
        rule("all_reserved_bits_are_refused").script(failed(binary("Hello").rsv(7), 1002)),
        rule("a_reserved_bit_on_a_ping_is_refused").script(failed(ping("x").rsv(4), 1002)),
        rule("a_reserved_bit_on_a_close_is_refused").script(failed(close(1000, "").rsv(2), 1002)),
        rule("a_reserved_bit_on_a_continuation_is_refused").script(
            Script::new()
                .upgrade("/websocket")
                .send(text("He").unfinished())
                .send(continuation("llo").rsv(4))
                .failed(1002),
        ),
    ]
}

fn opcodes() -> Vec<Case> {
    let rule = |name| {
        case("F2", name)
            .section("RFC 6455 §5.2")
            .also(&["mistake 12"])
            .stages(3..=4)
            .why("What a peer means by a frame that nobody defined must not be guessed.")
            .hint("16 opcodes fit into 4 bits. How many have a meaning?")
    };
    vec![
        rule("an_unknown_opcode_is_refused").main_line().script(failed(frame(3, "Hello"), 1002)),
        rule("unknown_data_opcodes_are_refused").script(each_refused(&UNKNOWN_DATA)),
        rule("unknown_control_opcodes_are_refused").script(each_refused(&UNKNOWN_CONTROL)),
        rule("a_bad_frame_ends_only_its_own_connection")
            .main_line()
            .why("Other clients have done nothing wrong.")
            .hint("Whom does the error reach: this client's loop, or the whole server?")
            .script(
                Script::new()
                    .client("good")
                    .upgrade("/websocket")
                    .taken(text("before"))
                    .client("bad")
                    .upgrade("/websocket")
                    .send(frame(3, "Hello"))
                    .failed(1002)
                    .client("good")
                    .taken(text("after")),
            ),
    ]
}

fn each_refused(opcodes: &[(&'static str, u8)]) -> Script {
    let mut script = Script::new();
    for &(name, opcode) in opcodes {
        script =
            script.client(name).upgrade("/websocket").send(frame(opcode, "Hello")).failed(1002);
    }
    script
}
