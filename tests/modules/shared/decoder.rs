//! The decoder: vectors, every split in two, limits, and a comparison with one that is plain
//! (rules F1–F10).

use course::frame::{Frame, LengthForm, binary, ping, text};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::decoder::Decoder;
use crate::reference::{self, Came, Decoded};

/// Takes pieces as a connection does.
fn decode(pieces: &[&[u8]], max_payload: u64) -> Decoded {
    let mut decoder = Decoder::default();
    let mut decoded = Decoded::default();
    for piece in pieces {
        let mut input = piece.to_vec();
        let mut rest = input.as_mut_slice();
        loop {
            let piece = match decoder.next(rest, max_payload) {
                Ok(None) => break,
                Ok(Some(piece)) => piece,
                Err(error) => {
                    decoded.broken = Some(rule_in(&error.to_string()));
                    return decoded;
                }
            };
            let (fin, opcode) = (piece.header.fin, piece.header.opcode as u8);
            assert_eq!(piece.first, decoded.unfinished.is_none());
            let (length, mut came) = match decoded.unfinished.take() {
                Some(unfinished) => unfinished,
                None => (piece.header.payload_len, (fin, opcode, Vec::new())),
            };
            assert_eq!(piece.header.payload_len, length);
            came.2.extend_from_slice(&rest[piece.payload.clone()]);
            match piece.last {
                true => decoded.frames.push(came),
                false => decoded.unfinished = Some((length, came)),
            }
            rest = &mut rest[piece.payload.end..];
        }
    }
    decoded
}

/// `… (F3)` gives `F3`.
fn rule_in(message: &str) -> String {
    let rule = message.split(['(', ')']).nth(1);
    rule.unwrap_or_default().to_string()
}

fn one(frame: &Frame, max_payload: u64) -> Decoded {
    decode(&[&frame.bytes()], max_payload)
}

fn hello() -> Came {
    (true, 1, b"Hello".to_vec())
}

/// RFC 6455 §5.7, as far as clients send it: masked.
#[test]
fn vectors_of_section_5_7() {
    let whole = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    assert_eq!(decode(&[whole], 5).frames, [hello()]);
    let fragments = [text("Hel").unfinished(), course::frame::continuation("lo")];
    let bytes: Vec<u8> = fragments.iter().flat_map(Frame::bytes).collect();
    assert_eq!(bytes[0], 0x01);
    assert_eq!(bytes[9], 0x80);
    let frames = [(false, 1, b"Hel".to_vec()), (true, 0, b"lo".to_vec())];
    assert_eq!(decode(&[&bytes], 5).frames, frames);
    assert_eq!(one(&ping("Hello"), 0).frames, [(true, 9, b"Hello".to_vec())]);
    let of_256 = binary([7; 256]);
    assert_eq!(of_256.bytes()[..4], [0x82, 0xfe, 0x01, 0x00]);
    assert_eq!(one(&of_256, 256).frames, [(true, 2, vec![7; 256])]);
    let of_64_kib = binary(vec![7; 65_536]);
    assert_eq!(of_64_kib.bytes()[..10], [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(one(&of_64_kib, 65_536).frames, [(true, 2, vec![7; 65_536])]);
}

#[test]
fn every_split_in_two_gives_the_same() {
    let frames = [
        text(""),
        text("Hello"),
        ping("x"),
        binary([1; 125]),
        binary([2; 126]),
        text("He").unfinished(),
        binary([3; 300]).key([0, 1, 2, 3]),
        text("behind it").rsv(4),
    ];
    let bytes: Vec<u8> = frames.iter().flat_map(Frame::bytes).collect();
    let whole = decode(&[&bytes], 1000);
    assert_eq!(whole.frames.len(), 7);
    assert_eq!(whole.broken.as_deref(), Some("F1"));
    for at in 0..=bytes.len() {
        assert_eq!(decode(&[&bytes[..at], &bytes[at..]], 1000), whole, "split at {at}");
    }
    let singles: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(decode(&singles, 1000), whole);
}

#[test]
fn every_split_of_the_longest_header_gives_the_same() {
    let bytes = binary(vec![7; 65_536]).bytes();
    let whole = decode(&[&bytes], 65_536);
    for first in 0..=14 {
        for second in first..=16 {
            let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
            assert_eq!(decode(&pieces, 65_536), whole, "split at {first} and {second}");
        }
    }
}

/// F7: the limit is the largest length that passes, and the header is enough to tell.
#[test]
fn the_limit_is_met_at_the_header() {
    for max in [0u64, 1, 125, 126, 65_535, 65_536, 1 << 20, u64::MAX >> 1] {
        let header = |length| {
            let frame = binary("").claiming(length);
            decode(&[&frame.bytes()], max)
        };
        assert_eq!(header(max).broken, None, "{max}");
        let over = header(max + 1).broken;
        let rule = if max == u64::MAX >> 1 { "F6" } else { "F7" };
        assert_eq!(over.as_deref(), Some(rule), "{max} and one");
        assert_eq!(one(&ping("x"), max).frames.len(), 1, "control frames have their own limit");
    }
}

/// Lengths that break sums, and those that a `usize` of 32 bits does not hold.
#[test]
fn enormous_lengths_are_only_numbers() {
    for length in [(1 << 32) + 5, 1 << 40, 1 << 62, u64::MAX >> 1] {
        let bytes = binary("Hello").claiming(length).bytes();
        assert_eq!(decode(&[&bytes], 1 << 20).broken.as_deref(), Some("F7"));
        // Allowed, it is an unfinished frame that holds what has come.
        let singles: Vec<&[u8]> = bytes.chunks(1).collect();
        let open = decode(&singles, u64::MAX);
        assert_eq!(open.unfinished, Some((length, (true, 2, b"Hello".to_vec()))));
    }
    let top_bit = binary("").form(LengthForm::EightBytes).claiming(1 << 63);
    assert_eq!(one(&top_bit, u64::MAX).broken.as_deref(), Some("F6"));
}

/// F5: where each form of the length begins to be the shortest.
#[test]
fn each_form_begins_where_the_shorter_one_ends() {
    let broken = |form, length| {
        let frame = binary("").form(form).claiming(length);
        one(&frame, u64::MAX).broken
    };
    for length in [0, 1, 5, 124, 125] {
        assert_eq!(broken(LengthForm::TwoBytes, length).as_deref(), Some("F5"), "{length}");
        assert_eq!(broken(LengthForm::EightBytes, length).as_deref(), Some("F5"), "{length}");
    }
    for length in [126, 127, 128, 255, 256, 65_534, 65_535] {
        assert_eq!(broken(LengthForm::TwoBytes, length), None, "{length}");
        assert_eq!(broken(LengthForm::EightBytes, length).as_deref(), Some("F5"), "{length}");
    }
    for length in [65_536, 65_537, 1 << 32, u64::MAX >> 1] {
        assert_eq!(broken(LengthForm::EightBytes, length), None, "{length}");
    }
}

/// F9: a payload may be cut at every place, and comes out unmasked all the same.
#[test]
fn the_mask_runs_on_across_pieces() {
    let payload: Vec<u8> = (0..100).collect();
    let bytes = binary(payload.clone()).key([9, 80, 7, 255]).bytes();
    for size in 1..bytes.len() {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        let frames = decode(&pieces, 100).frames;
        assert_eq!(frames, [(true, 2, payload.clone())], "in pieces of {size}");
    }
}

#[test]
fn an_empty_input_is_nothing() {
    let hello = text("Hello").bytes();
    for at in 0..hello.len() {
        let pieces = [&hello[..at], &[], &[], &hello[at..], &[]];
        assert_eq!(decode(&pieces, 5).frames, [self::hello()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_is_decoded(
        payload in prop::collection::vec(any::<u8>(), 0..400),
        key in any::<[u8; 4]>(),
        sizes in reference::any_sizes(),
    ) {
        let bytes = binary(payload.clone()).key(key).bytes();
        let decoded = decode(&reference::cut(&bytes, &sizes), 400);
        prop_assert_eq!(decoded.frames, vec![(true, 2, payload)]);
        prop_assert_eq!((decoded.unfinished, decoded.broken), (None, None));
    }

    #[test]
    fn frames_are_what_the_plain_decoder_says(
        bytes in reference::any_stream(),
        sizes in reference::any_sizes(),
        max in prop_oneof![Just(100u64), Just(65_536), Just(u64::MAX)],
    ) {
        let decoded = decode(&reference::cut(&bytes, &sizes), max);
        prop_assert_eq!(decoded, reference::decode(&bytes, max));
    }

    #[test]
    fn random_bytes_are_what_the_plain_decoder_says(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        sizes in reference::any_sizes(),
        max in any::<u64>(),
    ) {
        let decoded = decode(&reference::cut(&bytes, &sizes), max);
        prop_assert_eq!(decoded, reference::decode(&bytes, max));
    }

    /// Random bytes seldom are a header. These always are, and all of its bits vary.
    #[test]
    fn random_headers_are_what_the_plain_decoder_says(
        first in any::<u8>(),
        second in any::<u8>(),
        length in prop_oneof![any::<[u8; 8]>(), Just([0, 0, 0, 0, 0, 0, 0xff, 0xff])],
        rest in prop::collection::vec(any::<u8>(), 0..20),
        max in prop_oneof![Just(100u64), any::<u64>()],
    ) {
        let bytes = [&[first & 0x8f, second | 0x80][..], &length, &rest].concat();
        let singles: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(decode(&singles, max), reference::decode(&bytes, max));
    }
}
