//! M7: text fails at its first wrong byte, not at its end (RFC 6455 §8.1).
use super::{open, rule};
use crate::frame::{Frame, TEXT, frame};
use crate::prelude::*;

/// Bytes after which nothing can make a text right any more; the next ones have not come.
const HOPELESS: [(&str, &[u8]); 8] = [
    ("no start", b"a\x80"),
    ("never a start", b"ab\xff"),
    ("overlong, 2 bytes", b"\xc0"),
    ("overlong, 3 bytes", b"\xe0\x80"),
    ("overlong, 4 bytes", b"\xf0\x80"),
    ("surrogate", b"\xed\xa0"),
    ("above U+10FFFF", b"\xf4\x90"),
    ("start after start", b"\xe2\xe2"),
];

pub fn cases() -> Vec<Case> {
    let early = |name| {
        rule("M7", name)
            .section("RFC 6455 §8.1")
            .our_choice()
            .why("To read a gigabyte to its end to refuse it for its first byte helps nobody.")
            .hint("Of a text that is not whole, which byte makes it wrong, and which is missing?")
    };
    let unfinished = |payload: &[u8]| frame(TEXT, payload).unfinished();
    vec![
        early("a_wrong_byte_in_an_unfinished_message_is_refused_now")
            .script(each_refused(unfinished)),
        early("a_wrong_byte_in_an_unfinished_frame_is_refused_now").script(each_refused(half)),
        early("a_wrong_byte_in_a_later_unfinished_frame_is_refused_now").script(
            open()
                .send(text("good").unfinished())
                .send(continuation("still good").unfinished())
                .send(continuation(b"bad\xff".as_slice()).claiming(1000))
                .failed(1007),
        ),
        early("a_cut_character_that_goes_on_wrong_is_refused_now").script(
            open().send(unfinished(b"\xf0\x9f")).send(continuation("a").unfinished()).failed(1007),
        ),
        early("a_frame_is_not_refused_for_what_is_missing")
            .why("The rest of a character may be in the next segment.")
            .script(
                open()
                    .send(unfinished(b"\xe0"))
                    .send(ping("1"))
                    .frame(pong_frame("1"))
                    .send(continuation(b"\xa0".as_slice()).unfinished())
                    .send(ping("2"))
                    .frame(pong_frame("2"))
                    .send(continuation(b"\x80".as_slice()))
                    .frame(text_frame("\u{800}")),
            ),
        early("a_long_text_is_refused_at_its_middle").script(
            open()
                .send(frame(TEXT, [&[b'a'; 70_000][..], b"\xff"].concat()).claiming(200_000))
                .failed(1007),
        ),
    ]
}

/// The beginning of a frame that claims to be longer.
fn half(payload: &[u8]) -> Frame {
    frame(TEXT, payload).claiming(1000)
}

fn each_refused(make: impl Fn(&[u8]) -> Frame) -> Script {
    let mut script = Script::new();
    for (name, payload) in HOPELESS {
        script = script.client(name).upgrade("/websocket").send(make(payload)).failed(1007);
    }
    script
}
