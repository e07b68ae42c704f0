//! The whole connection of stage 4, fed with anything in pieces of any size: the same answers
//! whatever the split, no panic, nothing behind a Close (C4–C6), and no more kept than allowed.

use course::frame::{Frame, binary, close, continuation, frame, ping, pong, text};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::reference::{any_sizes, any_stream, cut};
use crate::table::{Table, frames};

const FLAGS: [&str; 6] =
    ["--max-message", "300", "--max-room-message", "200", "--max-fragments", "4"];

/// What is sent for these pieces, what is logged, and whether it is over.
fn talk(path: &str, pieces: &[&[u8]]) -> (Vec<u8>, String, bool) {
    let mut table = Table::upgraded(path, &FLAGS);
    table.turn.log.clear();
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(table.receive(piece));
    }
    (out, table.turn.log, table.connection.is_finished())
}

fn stream(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(Frame::bytes).collect()
}

fn conversations() -> Vec<Vec<u8>> {
    let bye = close(1000, "bye");
    let streams = [
        vec![text("Hello"), binary([1; 130]), ping("x"), pong(""), bye.clone(), text("late")],
        vec![text("H").unfinished(), ping("x"), continuation("i"), frame(8, []), ping("late")],
        vec![text("\u{20ac}"), text("x").unmasked(), bye.clone()],
        vec![frame(1, b"\xe2\x82".as_slice()).unfinished(), continuation("x"), bye.clone()],
        vec![continuation("x"), bye.clone()],
        vec![binary([7; 301]), bye.clone()],
        vec![binary([7; 200]).unfinished(), continuation([7; 101]), bye.clone()],
        vec![close(1005, ""), bye.clone()],
        vec![frame(8, [3]), bye],
    ];
    streams.iter().map(|frames| stream(frames)).collect()
}

#[test]
fn every_split_in_two_gives_the_same() {
    for bytes in conversations() {
        let whole = talk("/websocket", &[&bytes]);
        assert!(whole.2, "each of them ends in a Close");
        assert_eq!(frames(&whole.0).last().map(|frame| frame.opcode), Some(8));
        for at in 0..=bytes.len() {
            let split = talk("/websocket", &[&bytes[..at], &bytes[at..]]);
            assert_eq!(split, whole, "split at {at}");
        }
        let singles: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(talk("/websocket", &singles), whole);
    }
}

/// F7: a message in a room goes to many, so it may be smaller than one that is echoed.
#[test]
fn a_room_has_a_limit_of_its_own() {
    for (path, most) in [("/websocket", 300), ("/chat", 200), ("/draw", 200), ("/progress", 300)] {
        for (size, is_taken) in [(most, true), (most + 1, false)] {
            let mut table = Table::upgraded(path, &FLAGS);
            let message = match path {
                "/draw" => binary(vec![b'x'; size]),
                _ => text("x".repeat(size)),
            };
            let said = frames(&table.receive(&message.bytes()));
            assert_eq!(table.connection.is_open(), is_taken, "{size} bytes at {path}");
            let is_too_big = said.iter().any(|frame| frame.payload.starts_with(&[0x03, 0xf1]));
            assert_eq!(is_too_big, !is_taken, "{size} bytes at {path}");
        }
    }
}

/// What a job tells, for one.
#[test]
fn a_client_can_be_told_what_it_did_not_ask() {
    let mut table = Table::new(&[]);
    table.connection.send_text("too early", &mut table.turn);
    assert_eq!(table.answers(), b"");
    let mut table = Table::upgraded("/progress", &[]);
    table.connection.send_text("50", &mut table.turn);
    assert_eq!(table.answers(), b"\x81\x0250");
    table.receive(&close(1000, "").bytes());
    table.connection.send_text("too late", &mut table.turn);
    assert_eq!(table.answers(), b"");
}

/// The handshake and all that follows in pieces, H12 among them.
#[test]
fn every_split_of_a_handshake_and_a_frame_gives_the_same() {
    let bytes = [crate::table::upgrade("/websocket"), text("early").bytes()].concat();
    let answers = |pieces: &[&[u8]]| {
        let mut table = Table::new(&FLAGS);
        pieces.iter().flat_map(|piece| table.receive(piece)).collect::<Vec<u8>>()
    };
    let whole = answers(&[&bytes]);
    assert!(whole.ends_with(b"\r\n\r\n\x81\x05early"));
    for at in 0..=bytes.len() {
        assert_eq!(answers(&[&bytes[..at], &bytes[at..]]), whole, "split at {at}");
    }
}

/// A Close is a frame: whoever has not been upgraded, or is done, gets none.
#[test]
fn there_is_no_close_before_or_behind_websocket() {
    let finished = {
        let mut table = Table::upgraded("/websocket", &[]);
        table.receive(&close(1000, "").bytes());
        table
    };
    for mut table in [Table::new(&[]), finished] {
        let was_finished = table.connection.is_finished();
        table.connection.close(crate::message::CloseCode::NORMAL, "", &mut table.turn);
        assert_eq!(table.answers(), b"");
        assert_eq!(table.connection.is_finished(), was_finished);
    }
}

#[test]
fn after_our_close_only_pings_are_answered() {
    let mut table = Table::upgraded("/websocket", &[]);
    table.connection.close(crate::message::CloseCode::GOING_AWAY, "", &mut table.turn);
    assert_eq!(table.answers(), b"\x88\x02\x03\xe9");
    assert!(!table.connection.is_open() && !table.connection.is_finished());
    // A second Close of ours would be one too many.
    table.connection.close(crate::message::CloseCode::NORMAL, "", &mut table.turn);
    table.connection.send_text("nothing more", &mut table.turn);
    assert_eq!(table.answers(), b"");
    assert_eq!(table.receive(&stream(&[text("late"), ping("x")])), b"\x8a\x01x");
    assert_eq!(table.receive(&close(1000, "").bytes()), b"");
    assert!(table.connection.is_finished());
    assert_eq!(table.receive(&ping("x").bytes()), b"");
}

/// C4, C11: the code comes back, except the one that is not for servers to send.
#[test]
fn a_close_is_answered_with_its_code() {
    for (sent, answered) in [(1000u16, 1000u16), (1001, 1001), (1010, 1000), (4999, 4999)] {
        let mut table = Table::upgraded("/websocket", &[]);
        let answer = table.receive(&close(sent, "a reason").bytes());
        assert_eq!(answer, [&[0x88, 2][..], &answered.to_be_bytes()].concat());
    }
    let mut table = Table::upgraded("/websocket", &[]);
    assert_eq!(table.receive(&frame(8, []).bytes()), [0x88, 0]);
}

/// C8, C5: a fault after our Close ends the connection without a second one.
#[test]
fn after_our_close_a_fault_is_not_answered() {
    for bad in [text("x").unmasked(), continuation("x"), frame(8, [3]), frame(1, [0xff])] {
        let mut table = Table::upgraded("/websocket", &[]);
        table.connection.close(crate::message::CloseCode::GOING_AWAY, "", &mut table.turn);
        table.answers();
        assert_eq!(table.receive(&bad.bytes()), b"", "{}", bad.words());
        assert!(table.connection.is_finished());
    }
}

/// F7, M5: what is kept for a client is bounded: an endless message ends at one of the limits.
#[test]
fn an_endless_message_ends() {
    for size in [0, 1, 100, 299] {
        let mut table = Table::upgraded("/websocket", &FLAGS);
        let fragment = continuation(vec![b'x'; size]).unfinished().bytes();
        let mut said = table.receive(&binary([]).unfinished().bytes());
        let mut count = 0;
        while !table.connection.is_finished() && count < 10 {
            said.extend(table.receive(&fragment));
            count += 1;
        }
        assert!(count <= 4, "{count} fragments of {size} bytes");
        let said = frames(&said);
        assert_eq!(said.len(), 1);
        let code: u16 = if size < 100 { 1008 } else { 1009 };
        assert!(said[0].payload.starts_with(&code.to_be_bytes()), "{}", said[0].words());
    }
}

fn paths() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["/websocket", "/chat", "/draw", "/progress"])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// In a room the order of answers and news depends on the split; in the echo nothing does.
    #[test]
    fn random_frames_are_answered_the_same_whatever_the_split(
        bytes in any_stream(),
        sizes in any_sizes(),
    ) {
        let whole = talk("/websocket", &[&bytes]);
        prop_assert_eq!(talk("/websocket", &cut(&bytes, &sizes)), whole);
    }

    #[test]
    fn every_answer_is_right_frames_and_ends_with_a_close(
        path in paths(),
        bytes in any_stream(),
        sizes in any_sizes(),
    ) {
        let (out, _, finished) = talk(path, &cut(&bytes, &sizes));
        let said = frames(&out);
        let closed = said.last().is_some_and(|frame| frame.opcode == 8);
        prop_assert_eq!(closed, finished);
    }

    #[test]
    fn random_bytes_never_panic(
        path in paths(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        sizes in any_sizes(),
        is_upgraded in any::<bool>(),
    ) {
        let mut table = match is_upgraded {
            true => Table::upgraded(path, &FLAGS),
            false => Table::new(&FLAGS),
        };
        for piece in cut(&bytes, &sizes) {
            table.receive(piece);
        }
    }
}
