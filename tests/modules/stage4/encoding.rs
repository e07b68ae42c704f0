//! Our own frames: vectors, and read back by another reader (F4, F5, M9).

use course::server_frame::read_frame;
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::frame::{FrameHeader, Opcode, encode};

const OPCODES: [Opcode; 5] =
    [Opcode::Text, Opcode::Binary, Opcode::Close, Opcode::Ping, Opcode::Pong];

fn encoded(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(opcode, payload, &mut out);
    out
}

/// RFC 6455 §5.7, as far as servers send it: not masked.
#[test]
fn vectors_of_section_5_7() {
    assert_eq!(encoded(Opcode::Text, b"Hello"), b"\x81\x05\x48\x65\x6c\x6c\x6f");
    assert_eq!(encoded(Opcode::Ping, b"Hello"), b"\x89\x05\x48\x65\x6c\x6c\x6f");
    assert_eq!(encoded(Opcode::Pong, b"Hello"), b"\x8a\x05\x48\x65\x6c\x6c\x6f");
    assert_eq!(encoded(Opcode::Binary, &[0; 256])[..4], [0x82, 0x7e, 0x01, 0x00]);
    let of_64_kib = encoded(Opcode::Binary, &[0; 65_536]);
    assert_eq!(of_64_kib[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn the_form_of_the_length_changes_where_it_must() {
    for (length, header) in
        [(0, 2), (1, 2), (125, 2), (126, 4), (127, 4), (128, 4), (65_535, 4), (65_536, 10)]
    {
        let bytes = encoded(Opcode::Binary, &vec![7; length]);
        assert_eq!(bytes.len(), header + length, "{length}");
        let frame = read_frame(&bytes).expect("a whole frame");
        assert_eq!(frame.payload.len(), length);
        // F3: our own reader is one of clients' frames, and takes none of ours.
        assert!(FrameHeader::parse(&bytes).is_err());
    }
}

#[test]
fn frames_are_appended() {
    let mut out = encoded(Opcode::Text, b"one");
    encode(Opcode::Binary, b"two", &mut out);
    assert_eq!(out, b"\x81\x03one\x82\x03two");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_reader_reads_them(
        which in 0usize..5,
        payload in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = encoded(OPCODES[which], &payload);
        let frame = read_frame(&bytes).expect("a whole frame");
        prop_assert_eq!(frame.opcode, OPCODES[which] as u8);
        prop_assert_eq!((frame.fin, frame.rsv, frame.masked), (true, 0, false));
        prop_assert_eq!(&frame.payload, &payload);
        prop_assert_eq!(frame.bytes, bytes);
    }
}
