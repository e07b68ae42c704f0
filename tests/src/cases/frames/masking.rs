//! F3, F4, F9: masking (RFC 6455 §5.1, §5.3).
use super::{failed, letters, taken};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let mut cases = unmasking();
    cases.extend(unmasked());
    cases.push(ours());
    cases
}

fn unmasking() -> Vec<Case> {
    let rule = |name| {
        case("F9", name)
            .section("RFC 6455 §5.3")
            .stages(3..=4)
            .hint("Byte i of the payload goes with byte i mod 4 of the key. What does i count?")
    };
    vec![
        rule("the_payload_is_unmasked")
            .main_line()
            .why("Every byte that a browser sends is masked: without this nothing is legible.")
            .script(taken(text("Hello, masked world"))),
        rule("the_mask_starts_again_with_each_frame")
            .main_line()
            .why("Payloads that are no multiple of 4 long leave the index in the middle of the key.")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .taken(text("a"))
                    .taken(text("bc"))
                    .taken(text("def"))
                    .taken(text("ghij"))
                    .taken(text("klmno")),
            ),
        rule("each_frame_has_its_own_key")
            .main_line()
            .why("Clients draw a new random key for every frame.")
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .taken(text("first").key([1, 2, 3, 4]))
                    .taken(text("second").key([0xff, 0, 0x80, 0x7f]))
                    .taken(text("third").key([0x61, 0x62, 0x63, 0x64])),
            ),
        rule("a_key_of_zeros_is_a_key")
            .why("A key of zeros leaves the payload as it is; the MASK bit still says 4 bytes of key.")
            .script(taken(text("Hello").key([0; 4]))),
        rule("bytes_of_all_values_survive")
            .why("Signed bytes and text functions damage what is not ASCII.")
            .script(taken(binary((0..=255).collect::<Vec<u8>>()))),
        rule("the_mask_runs_on_across_the_reads_of_a_frame")
            .also(&["mistake 10"])
            .why("A long frame comes in several reads, and none has to end at a multiple of 4.")
            .script(taken(text(letters(40_001)))),
    ]
}

fn unmasked() -> Vec<Case> {
    let rule = |name| {
        case("F3", name)
            .section("RFC 6455 §5.1")
            .also(&["mistake 12"])
            .stages(3..=4)
            .why("Masking keeps pages from making bytes that a proxy takes for HTTP.")
            .hint("The highest bit of the second byte says whether a masking key follows.")
    };
    vec![
        rule("a_text_that_is_not_masked_is_refused").script(failed(text("Hello").unmasked(), 1002)),
        rule("a_binary_that_is_not_masked_is_refused")
            .script(failed(binary([1, 2, 3]).unmasked(), 1002)),
        rule("an_empty_frame_that_is_not_masked_is_refused")
            .script(failed(text("").unmasked(), 1002)),
        rule("a_ping_that_is_not_masked_is_refused").script(failed(ping("x").unmasked(), 1002)),
        rule("a_close_that_is_not_masked_is_refused")
            .script(failed(close(1000, "").unmasked(), 1002)),
        rule("a_long_frame_that_is_not_masked_is_refused")
            .script(failed(text(letters(300)).unmasked(), 1002)),
        rule("a_later_frame_that_is_not_masked_is_refused").script(
            Script::new()
                .upgrade("/websocket")
                .taken(text("masked"))
                .send(text("not masked").unmasked())
                .failed(1002),
        ),
    ]
}

fn ours() -> Case {
    case("F4", "a_server_masks_nothing")
        .section("RFC 6455 §5.1")
        .main_line()
        .stages(4..=4)
        .why("Every browser ends the connection when a server's frame is masked.")
        .hint("Only clients mask. What are the highest bit and the length of your second byte?")
        .script(
            Script::new()
                .upgrade("/websocket")
                .send(text("Hello"))
                .frame(text_frame("Hello"))
                .send(binary([7; 200]))
                .frame(binary_frame([7; 200]))
                .send(ping("x"))
                .frame(pong_frame("x"))
                .send(close(1000, ""))
                .frame(close_frame(1000))
                .end(),
        )
}
