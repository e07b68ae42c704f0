//! A decoder that takes all bytes at once, as plain as can be, to compare the real one with; and
//! frames to feed them.

use course::frame::{Frame, LengthForm, frame};
use proptest::prelude::*;

/// A frame as it came: FIN, opcode, payload.
pub type Came = (bool, u8, Vec<u8>);

/// What some bytes are, as frames.
#[derive(Debug, Default, PartialEq)]
pub struct Decoded {
    pub frames: Vec<Came>,
    /// A frame whose header is complete and whose payload is not: its length and what has come.
    pub unfinished: Option<(u64, Came)>,
    /// The rule that is broken, behind the frames.
    pub broken: Option<String>,
}

/// RFC 6455 §5.2, word by word.
pub fn decode(bytes: &[u8], max_payload: u64) -> Decoded {
    let mut decoded = Decoded::default();
    let mut rest = bytes;
    while 2 <= rest.len() {
        match one_frame(rest, max_payload) {
            Ok(None) => break,
            Ok(Some((came, length, size))) if size as u64 == length => {
                rest = &rest[header_size(rest) + size..];
                decoded.frames.push(came);
            }
            Ok(Some((came, length, _))) => {
                decoded.unfinished = Some((length, came));
                break;
            }
            Err(rule) => {
                decoded.broken = Some(rule.into());
                break;
            }
        }
    }
    decoded
}

fn header_size(bytes: &[u8]) -> usize {
    match bytes[1] & 127 {
        127 => 14,
        126 => 8,
        _ => 6,
    }
}

/// The frame, the length it claims, and how much of that is here.
fn one_frame(bytes: &[u8], max: u64) -> Result<Option<(Came, u64, usize)>, &'static str> {
    let (fin, opcode) = (bytes[0] >= 128, bytes[0] % 16);
    let short = bytes[1] % 128;
    if bytes[0] % 128 >= 16 {
        return Err("F1");
    }
    if ![0, 1, 2, 8, 9, 10].contains(&opcode) {
        return Err("F2");
    }
    if bytes[1] < 128 {
        return Err("F3");
    }
    if opcode >= 8 && (!fin || short > 125) {
        return Err("F8");
    }
    let field = match short {
        127 => bytes.get(2..10),
        126 => bytes.get(2..4),
        _ => Some(&bytes[1..1]),
    };
    let Some(field) = field else { return Ok(None) };
    let number = field.iter().fold(0u128, |sum, byte| sum * 256 + u128::from(*byte));
    let length = if field.is_empty() { u128::from(short) } else { number };
    if (short == 126 && length < 126) || (short == 127 && length < 65_536) {
        return Err("F5");
    }
    if length >= 1 << 63 {
        return Err("F6");
    }
    let header = header_size(bytes);
    let Some(key) = bytes.get(header - 4..header) else { return Ok(None) };
    if opcode < 8 && length > u128::from(max) {
        return Err("F7");
    }
    let here = length.min((bytes.len() - header) as u128) as usize;
    let masked = &bytes[header..header + here];
    let payload = (0..here).map(|index| masked[index] ^ key[index % 4]).collect();
    Ok(Some(((fin, opcode, payload), length as u64, here)))
}

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
