//! The plain decoder, and frames to feed it and the real one.

use course::frame::{Frame, LengthForm, frame};
use proptest::prelude::*;

#[path = "naive.rs"]
mod naive;
pub use naive::*;

/// A frame as a client may send it, seldom a wrong one.
pub fn any_frame() -> impl Strategy<Value = Frame> {
    let opcode = prop_oneof![
        9 => prop::sample::select(vec![0u8, 1, 2, 8, 9, 10]),
        1 => 0u8..16,
    ];
    let size = prop_oneof![8 => 0usize..140, 1 => 65_530usize..65_540];
    let claim = prop_oneof![20 => Just(None), 1 => any::<u64>().prop_map(Some)];
    let wrong = prop_oneof![20 => Just(0u8), 1 => 1u8..16];
    (opcode, any::<bool>(), any::<[u8; 4]>(), size, any::<u8>(), claim, wrong).prop_map(
        |(opcode, fin, key, size, seed, claim, wrong)| {
            let payload: Vec<u8> = (0..size).map(|index| (index as u8) ^ seed).collect();
            let mut frame = frame(opcode, payload).key(key);
            frame.fin = fin || 8 <= opcode;
            frame.claimed = claim;
            match wrong {
                1..8 => frame.rsv(wrong),
                8 => frame.unmasked(),
                9 => frame.form(LengthForm::TwoBytes),
                10 => frame.form(LengthForm::EightBytes),
                11 => frame.unfinished(),
                _ => frame,
            }
        },
    )
}

/// Frames, cut off somewhere.
pub fn any_stream() -> impl Strategy<Value = Vec<u8>> {
    let frames = prop::collection::vec(any_frame(), 1..6);
    (frames, any::<prop::sample::Index>()).prop_map(|(frames, cut)| {
        let mut bytes: Vec<u8> = frames.iter().flat_map(Frame::bytes).collect();
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        bytes
    })
}

/// The sizes of the pieces in which bytes come; the last is as long as it has to be.
pub fn any_sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![3 => 0usize..8, 1 => 0usize..3_000], 0..40)
}

pub fn cut<'a>(bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for &size in sizes {
        let (piece, behind) = rest.split_at(size.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}
