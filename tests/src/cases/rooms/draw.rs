//! /draw: binary messages to everybody, unchanged; the strokes on a board.

use super::ours;
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let draw = |id, name| {
        ours(id, name)
            .why("A stroke is small and binary, and every player has to see it at once.")
            .hint("What the room says is what came in: the sender's bytes, to all members.")
    };
    let stroke = [0, 1, 0x80, 0xff, 0xfe];
    vec![
        draw("room", "a_stroke_reaches_everybody_unchanged")
            .main_line()
            .script(both(players().send(binary(stroke)), &stroke)),
        draw("room", "an_empty_stroke_is_relayed")
            .also(&["M4"])
            .script(both(players().send(binary([])), &[])),
        draw("room", "a_stroke_in_fragments_is_one_stroke").also(&["M1", "M9"]).script(both(
            players().send(binary([1, 2]).unfinished()).send(continuation([3])),
            &[1, 2, 3],
        )),
        draw("room", "a_long_stroke_is_relayed_in_one_frame")
            .script(both(players().send(binary(vec![9; 60_000])), &[9; 60_000])),
        draw("room", "strokes_keep_their_order").script({
            let script = players().send(binary([1])).send(binary([2])).send(binary([3]));
            let heard = |script: Script| {
                let script = script.frame(binary_frame([1]));
                script.frame(binary_frame([2])).frame(binary_frame([3]))
            };
            heard(heard(script).client("ben"))
        }),
        draw("room", "the_board_and_the_chat_do_not_hear_each_other").script(
            players()
                .client("talker")
                .upgrade("/chat")
                .frame(text_like("you are guest #"))
                .frame(text_like("guest # joined, # here"))
                .client("anna")
                .send(binary([1]))
                .frame(binary_frame([1]))
                .client("talker")
                .send(text("hello"))
                .frame(text_like("guest #: hello"))
                .client("anna")
                .send(ping("x"))
                .frame(pong_frame("x")),
        ),
        draw("room", "who_leaves_the_board_breaks_nothing").script(
            players()
                .client("ben")
                .reset()
                .client("anna")
                .send(binary([5]))
                .frame(binary_frame([5])),
        ),
        draw("M8", "text_is_refused_where_one_speaks_binary")
            .main_line()
            .section("RFC 6455 §7.4.1")
            .script(
                players()
                    .send(text("hello"))
                    .failed(1003)
                    .client("ben")
                    .send(ping("x"))
                    .frame(pong_frame("x")),
            ),
    ]
}

/// Anna and ben; what follows is anna's.
fn players() -> Script {
    let script = Script::new().client("ben").upgrade("/draw");
    script.client("anna").upgrade("/draw")
}

fn both(script: Script, stroke: &[u8]) -> Script {
    script.frame(binary_frame(stroke)).client("ben").frame(binary_frame(stroke))
}
