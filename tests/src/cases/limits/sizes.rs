//! How long a message may be, and of how many fragments.

use super::limit;
use crate::cases::crowd::{KIB, MIB, fails_with, join, receives, soon};
use crate::frame::{Frame, TEXT, frame};
use crate::prelude::*;

const SMALL: &[&str] = &["--max-message", "1000"];
const SMALL_ROOM: &[&str] = &["--max-room-message", "100"];
const FEW: &[&str] = &["--max-fragments", "3"];
/// The default of `--max-fragments`.
const MAX_FRAGMENTS: usize = 131_072;

pub fn cases() -> Vec<Case> {
    [messages(), room_messages(), fragments()].into_iter().flatten().collect()
}

fn letters(count: usize) -> String {
    let mut letters = "abcdefghijklmnopqrstuvwxyz".repeat(count / 26 + 1);
    letters.truncate(count);
    letters
}

fn messages() -> Vec<Case> {
    let size = |name| {
        limit("F7", name)
            .also(&["--max-message"])
            .why("Who sets a limit means this number, and not one more or less.")
            .hint("Count what has come of the message, and add what the next header claims.")
    };
    let echo = || Script::new().upgrade("/websocket");
    vec![
        size("max_message_is_the_largest_that_is_allowed")
            .flags(SMALL)
            .script(echo().taken(text(letters(1000))).taken(binary(letters(1000)))),
        size("one_byte_over_max_message_is_1009")
            .flags(SMALL)
            .script(echo().send(text(letters(1001))).failed(1009)),
        size("max_message_is_counted_over_fragments").flags(SMALL).script(
            echo()
                .send(text(letters(600)).unfinished())
                .send(continuation("").unfinished())
                .send(continuation(letters(400)))
                .frame(text_frame(letters(600) + &letters(400)))
                .send(text(letters(600)).unfinished())
                .send(continuation(letters(401)))
                .failed(1009),
        ),
        size("a_fragment_too_long_is_refused_at_its_header").flags(SMALL).script(
            echo()
                .send(text(letters(600)).unfinished())
                .send(continuation("").claiming(401))
                .failed(1009),
        ),
        size("a_message_too_long_is_refused_at_its_header")
            .flags(SMALL)
            .script(echo().send(text("").claiming(1001)).failed(1009)),
        size("a_ping_is_no_part_of_the_message").flags(SMALL).script(
            echo()
                .send(text(letters(1000)).unfinished())
                .send(ping(letters(125)))
                .frame(pong_frame(letters(125)))
                .send(continuation(""))
                .frame(text_frame(letters(1000))),
        ),
        size("a_mebibyte_may_come_in_fragments").deliver(&[Whole]).script(
            echo()
                .send(binary(letters(MIB - 100 * KIB)).unfinished())
                .send(continuation(letters(100 * KIB)))
                .frame(binary_frame(letters(MIB - 100 * KIB) + &letters(100 * KIB)))
                .send(binary(letters(MIB)).unfinished())
                .send(continuation("").claiming(1))
                .failed(1009),
        ),
    ]
}

fn room_messages() -> Vec<Case> {
    let size = |name| {
        limit("--max-room-message", name)
            .why("What one member says is sent to all: it costs the server many times its size.")
            .hint("A room may want another limit than an echo.")
    };
    let two_in =
        |path: &str| Script::new().client("anna").upgrade(path).client("ben").upgrade(path);
    vec![
        size("a_room_takes_64_kib").alone().deliver(&[Whole]).script(
            two_in("/draw")
                .send(binary(letters(64 * KIB)))
                .frame(binary_frame(letters(64 * KIB)))
                .client("anna")
                .frame(binary_frame(letters(64 * KIB))),
        ),
        size("one_byte_over_64_kib_is_1009").alone().deliver(&[Whole]).script(
            two_in("/draw")
                .send(binary(letters(64 * KIB + 1)))
                .failed(1009)
                .client("anna")
                .send(binary("still here"))
                .frame(binary_frame("still here")),
        ),
        size("a_line_of_chat_may_be_as_long_and_no_longer")
            .deliver(&[Whole, ByteByByte])
            .flags(SMALL_ROOM)
            .script(
                Script::new()
                    .upgrade("/chat")
                    .frame(text_like("you are guest #"))
                    .frame(text_like("guest # joined, 1 here"))
                    .send(text("0123456789".repeat(10)))
                    .frame(text_like(concat!(
                        "guest #: 01234567890123456789012345678901234567890123456789",
                        "01234567890123456789012345678901234567890123456789"
                    )))
                    .send(text("0123456789".repeat(10) + "!"))
                    .failed(1009),
            ),
        size("the_echo_keeps_its_own_limit")
            .flags(SMALL_ROOM)
            .script(Script::new().upgrade("/websocket").taken(text(letters(101)))),
    ]
}

fn fragments() -> Vec<Case> {
    let count = |name| {
        limit("M5", name)
            .also(&["--max-fragments"])
            .why("A fragment may be empty: a limit in bytes alone never ends such a message.")
            .hint("Count frames as well as bytes, and begin anew with each message.")
    };
    let part = || continuation("x").unfinished();
    vec![
        count("so_many_fragments_are_allowed").flags(FEW).script(
            Script::new()
                .upgrade("/websocket")
                .send(text("a").unfinished())
                .send(part())
                .send(ping("y"))
                .frame(pong_frame("y"))
                .send(continuation("z"))
                .frame(text_frame("axz"))
                // The count begins again with the next message.
                .send(text("a").unfinished())
                .send(part())
                .send(continuation("z"))
                .frame(text_frame("axz")),
        ),
        count("one_fragment_more_is_1008").flags(FEW).script(
            Script::new()
                .upgrade("/websocket")
                .send(text("a").unfinished())
                .send(part())
                .send(part())
                .send(continuation("z"))
                .failed(1008),
        ),
        count("the_default_number_of_fragments_is_allowed").alone().function(|play| {
            let mut wire = join(play.server, "/websocket")?;
            wire.send(&in_fragments(MAX_FRAGMENTS), soon());
            play.note("131,072 fragments of a letter: one message");
            receives(&mut wire, &frame(TEXT, "x".repeat(MAX_FRAGMENTS)).unmasked().bytes())
        }),
        count("one_more_than_the_default_is_1008").alone().function(|play| {
            let mut wire = join(play.server, "/websocket")?;
            wire.send(&in_fragments(MAX_FRAGMENTS + 1), soon());
            play.note("131,073 fragments: 1008");
            fails_with(play, &mut wire, 1008)
        }),
    ]
}

/// A text message of so many fragments, a letter in each.
fn in_fragments(count: usize) -> Vec<u8> {
    let bytes = |frame: Frame| frame.bytes();
    let mut message = bytes(text("x").unfinished());
    for _ in 2..count {
        message.extend_from_slice(&bytes(continuation("x").unfinished()));
    }
    message.extend_from_slice(&bytes(continuation("x")));
    message
}
