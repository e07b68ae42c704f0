//! M7: exactly which byte of a text makes it wrong, over all beginnings of characters.

use std::collections::HashSet;
use std::sync::LazyLock;

use course::frame::{TEXT, frame};

use crate::decoder::Decoder;
use crate::message::Assembler;

/// Every beginning of a character that is not yet all of it, from the list of all characters.
static BEGINNINGS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let mut all = HashSet::new();
    let mut last = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for character in '\0'..=char::MAX {
        let mut buffer = [0; 4];
        let bytes = character.encode_utf8(&mut buffer).as_bytes();
        for length in 1..bytes.len() {
            // Neighbours have most of their bytes in common.
            if last[length] != bytes[..length] {
                last[length] = bytes[..length].to_vec();
                all.insert(bytes[..length].to_vec());
            }
        }
    }
    all
});

/// How many bytes of `text` may come before it is known to be wrong; all, if it never is.
fn hopeful(text: &[u8]) -> usize {
    let mut start = 0;
    for end in 1..=text.len() {
        let part = &text[start..end];
        if std::str::from_utf8(part).is_ok() {
            start = end;
        } else if !BEGINNINGS.contains(part) {
            return end - 1;
        }
    }
    text.len()
}

/// How many bytes of it the server takes before it says 1007. They come one by one, in a frame
/// that has not ended.
fn taken(text: &[u8]) -> usize {
    let (mut decoder, mut assembler) = (Decoder::default(), Assembler::default());
    let bytes = frame(TEXT, text).claiming(100).bytes();
    let header = bytes.len() - text.len();
    for (at, byte) in bytes.iter().enumerate() {
        let mut input = [*byte];
        let Some(piece) = decoder.next(&mut input, 100).expect("a right frame") else { continue };
        if let Err(failure) = assembler.next(&piece, &input[piece.payload.clone()], 1) {
            assert_eq!(failure.code.to_string(), "1007");
            return at - header;
        }
    }
    text.len()
}

#[test]
fn all_pairs_of_bytes() {
    for first in 0..=255 {
        for second in 0..=255 {
            let text = [first, second];
            assert_eq!(taken(&text), hopeful(&text), "{text:02x?}");
        }
    }
}

#[test]
fn beginnings_of_long_characters() {
    // The ends of the ranges in the table of RFC 3629 §4, and their neighbours.
    const EDGES: [u8; 10] = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    for first in 0xc0..=0xff {
        for second in EDGES {
            for third in EDGES {
                for fourth in EDGES {
                    let text = [first, second, third, fourth, b'a'];
                    assert_eq!(taken(&text), hopeful(&text), "{text:02x?}");
                }
            }
        }
    }
}
