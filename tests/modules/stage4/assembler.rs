//! Messages from fragments: against a plain reading of the same frames (rules M1–M6).

use course::frame::{Frame, binary, continuation, frame, text};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::decoder::Decoder;
use crate::message::Assembler;
use crate::reference::{any_sizes, cut};

/// Messages, and the code and the reason of the failure behind them.
pub type Read = (Vec<(u8, Vec<u8>)>, Option<(String, String)>);

/// Takes pieces as a connection does; the streams here have no control frames.
pub fn read(pieces: &[&[u8]], max: usize, max_fragments: usize) -> Read {
    let (mut decoder, mut assembler) = (Decoder::default(), Assembler::default());
    let mut messages = Vec::new();
    for piece in pieces {
        let mut input = piece.to_vec();
        let mut rest = input.as_mut_slice();
        loop {
            let piece = match decoder.next(rest, assembler.space(max)) {
                Ok(None) => break,
                Ok(Some(piece)) => piece,
                Err(error) => return (messages, Some(("frame".into(), error.to_string()))),
            };
            let payload = &rest[piece.payload.clone()];
            match assembler.next(&piece, payload, max_fragments) {
                Ok(None) => {}
                Ok(Some(message)) => {
                    messages.push((message.opcode as u8, message.payload.to_vec()));
                }
                Err(failure) => {
                    return (messages, Some((failure.code.to_string(), failure.reason)));
                }
            }
            rest = &mut rest[piece.payload.end..];
        }
    }
    (messages, None)
}

fn code(read: &Read) -> &str {
    read.1.as_ref().map_or("", |(code, _)| code.as_str())
}

fn stream(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(Frame::bytes).collect()
}

/// Frame by frame and message by message; nothing is in pieces here.
fn plain(frames: &[Frame], max: usize, max_fragments: usize) -> (Vec<(u8, Vec<u8>)>, &'static str) {
    let mut messages = Vec::new();
    let mut open: Option<(u8, Vec<u8>, usize)> = None;
    for frame in frames {
        // The size stands in the header, and is looked at before anything else is.
        let kept = open.as_ref().map_or(0, |(_, payload, _)| payload.len());
        if kept + frame.payload.len() > max {
            return (messages, "frame");
        }
        let (opcode, mut payload, count) = match (open.take(), frame.opcode) {
            (None, 0) | (Some(_), 1..) => return (messages, "1002"),
            (None, opcode) => (opcode, Vec::new(), 0),
            (Some(message), _) => message,
        };
        payload.extend_from_slice(&frame.payload);
        if count + 1 > max_fragments {
            return (messages, "1008");
        }
        let error = std::str::from_utf8(&payload).err();
        let hopeless = error.is_some_and(|error| frame.fin || error.error_len().is_some());
        if opcode == 1 && hopeless {
            return (messages, "1007");
        }
        match frame.fin {
            true => messages.push((opcode, payload)),
            false => open = Some((opcode, payload, count + 1)),
        }
    }
    (messages, "")
}

#[test]
fn the_example_of_section_5_7() {
    let bytes = stream(&[text("Hel").unfinished(), continuation("lo")]);
    assert_eq!(read(&[&bytes], 5, 2), (vec![(1, b"Hello".to_vec())], None));
    for at in 0..=bytes.len() {
        let read = read(&[&bytes[..at], &bytes[at..]], 5, 2);
        assert_eq!(read.0, [(1, b"Hello".to_vec())], "split at {at}");
    }
}

/// Nothing of a message is left over for the next one.
#[test]
fn messages_follow_each_other() {
    let bytes = stream(&[
        text("one").unfinished(),
        continuation(""),
        binary([255, 254]),
        text("").unfinished(),
        continuation("\u{e9}"),
        text(""),
        text("last"),
    ]);
    let wanted: Vec<(u8, Vec<u8>)> = vec![
        (1, b"one".to_vec()),
        (2, vec![255, 254]),
        (1, "\u{e9}".into()),
        (1, vec![]),
        (1, b"last".to_vec()),
    ];
    for size in 1..=bytes.len() {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        assert_eq!(read(&pieces, 5, 2), (wanted.clone(), None), "in pieces of {size}");
    }
}

/// The limit holds for the message, whatever its fragments claim.
#[test]
fn the_size_of_a_message_is_the_sum_of_its_fragments() {
    let exact = stream(&[binary([1; 60]).unfinished(), continuation([2; 40])]);
    assert_eq!(read(&[&exact], 100, 9).0.len(), 1);
    let over = stream(&[binary([1; 60]).unfinished(), continuation([]).claiming(41)]);
    assert!(read(&[&over], 100, 9).1.is_some_and(|(_, reason)| reason.contains("(F7)")));
    let enormous =
        stream(&[binary([1; 60]).unfinished(), continuation([]).claiming(u64::MAX >> 1)]);
    assert!(read(&[&enormous], 100, 9).1.is_some_and(|(_, reason)| reason.contains("(F7)")));
    let again = stream(&[binary([1; 100]), binary([1; 100]).unfinished(), continuation([])]);
    assert_eq!(read(&[&again], 100, 9).0.len(), 2);
}

#[test]
fn fragments_are_counted_within_a_message() {
    let mut frames = vec![text("").unfinished(), continuation("").unfinished(), continuation("")];
    frames.extend(frames.clone());
    assert_eq!(read(&[&stream(&frames)], 5, 3).0.len(), 2);
    frames.insert(1, continuation("").unfinished());
    assert_eq!(code(&read(&[&stream(&frames)], 5, 3)), "1008");
}

fn any_data_frame() -> impl Strategy<Value = Frame> {
    let payload = prop_oneof![
        "\\PC{0,6}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..6),
        prop::sample::select(vec![
            vec![0xe2],
            vec![0x82, 0xac],
            vec![0xf0, 0x9f],
            vec![0x98, 0x80]
        ]),
    ];
    let opcode = prop::sample::select(vec![0u8, 0, 0, 1, 1, 2]);
    (opcode, payload, any::<bool>()).prop_map(|(opcode, payload, fin)| {
        let frame = frame(opcode, payload);
        if fin { frame } else { frame.unfinished() }
    })
}

/// Fragments in a right order, of texts that are cut anywhere.
fn ordered_frames() -> impl Strategy<Value = Vec<Frame>> {
    let message = ("\\PC{0,12}", any::<bool>(), prop::collection::vec(0usize..6, 0..5));
    let message = message.prop_map(|(payload, is_text, sizes)| {
        let pieces = cut(payload.as_bytes(), &sizes);
        let mut frames: Vec<Frame> =
            pieces.into_iter().map(|piece| continuation(piece).unfinished()).collect();
        frames[0].opcode = if is_text { 1 } else { 2 };
        if let Some(last) = frames.last_mut() {
            last.fin = true;
        }
        frames
    });
    prop::collection::vec(message, 1..5).prop_map(|messages| messages.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_are_what_the_plain_reading_says(
        frames in prop_oneof![
            prop::collection::vec(any_data_frame(), 1..8),
            ordered_frames(),
        ],
        sizes in any_sizes(),
        max in prop_oneof![Just(1_000usize), 0usize..20],
        max_fragments in prop_oneof![Just(100usize), 1usize..4],
    ) {
        let bytes = stream(&frames);
        let whole = read(&[&bytes], max, max_fragments);
        prop_assert_eq!(&read(&cut(&bytes, &sizes), max, max_fragments), &whole);
        let (messages, wanted) = plain(&frames, max, max_fragments);
        prop_assert_eq!(&whole.0, &messages);
        prop_assert_eq!(code(&whole), wanted);
    }

    #[test]
    fn no_cut_of_a_text_is_wrong(frames in ordered_frames()) {
        let read = read(&[&stream(&frames)], 1_000, 100);
        prop_assert_eq!(read.1, None);
    }
}
