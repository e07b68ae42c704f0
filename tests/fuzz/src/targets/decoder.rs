//! The decoders of steps 3 and 4 beside one that is plain: bytes in any pieces (F1–F10).

use allocation_counter::measure;

use crate::frame::{self, Opcode};
use crate::frames;
use crate::input::{Input, Split};
use crate::naive::{self, Came, Decoded};

const LIMITS: [u64; 10] = [1 << 20, 0, 1, 125, 126, 300, 1_000, 65_535, 65_536, u64::MAX];
/// What a decoder may hold: a header that is not complete.
const MAX_HELD: i64 = 64;
/// More than this is not fed byte by byte: that takes too long.
const MAX_SINGLES: usize = 600;

pub fn run(input: &[u8]) {
    let mut input = Input::new(input);
    let seed = u64::from(input.byte());
    let limit = input.choose(&LIMITS);
    let bytes = stream(&mut input);
    let expected = naive::decode(&bytes, limit);
    let mut splits = vec![Split::Whole, Split::Random(seed)];
    if bytes.len() <= MAX_SINGLES {
        splits.push(Split::Singles);
    }
    for split in splits {
        assert_eq!(step3(&bytes, split, limit), expected, "step 3, {split:?}");
        assert_eq!(step4(&bytes, split, limit), expected, "step 4, {split:?}");
    }
    for (_, opcode, payload) in &expected.frames {
        check_encoded(*opcode, payload);
    }
}

fn stream(input: &mut Input) -> Vec<u8> {
    if input.byte() == 255 {
        return input.take_rest().to_vec();
    }
    // Sometimes the last one is cut off.
    let cut = usize::from(input.byte()).saturating_sub(200);
    let mut bytes = Vec::new();
    while !input.is_empty() && bytes.len() < 200_000 {
        bytes.extend(frames::frame(input));
    }
    bytes.truncate(bytes.len().saturating_sub(cut));
    bytes
}

/// Both decoders have the same functions; their types are two.
macro_rules! take_apart {
    ($name:ident, $decoder:ty) => {
        fn $name(bytes: &[u8], split: Split, limit: u64) -> Decoded {
            let mut decoder = <$decoder>::default();
            let mut decoded = Decoded::default();
            let mut held = 0;
            for piece in split.pieces(bytes) {
                let mut input = piece.to_vec();
                let mut rest = input.as_mut_slice();
                loop {
                    let mut result = Ok(None);
                    let memory = measure(|| result = decoder.next(rest, limit));
                    held += memory.bytes_current;
                    assert!(held <= MAX_HELD, "holds {held} bytes");
                    let piece = match result {
                        Ok(None) => break,
                        Ok(Some(piece)) => piece,
                        Err(error) => {
                            decoded.broken = Some(rule_in(&error.to_string()));
                            return decoded;
                        }
                    };
                    assert!(piece.payload.end <= rest.len(), "more than was given");
                    assert_eq!(piece.first, decoded.unfinished.is_none());
                    let (fin, opcode) = (piece.header.fin, piece.header.opcode as u8);
                    let new = || (piece.header.payload_len, (fin, opcode, Vec::new()));
                    let (length, mut came) = decoded.unfinished.take().unwrap_or_else(new);
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
    };
}

take_apart!(step3, crate::step3::decoder::Decoder);
take_apart!(step4, crate::decoder::Decoder);

/// `… (F3)` gives `F3`.
fn rule_in(message: &str) -> String {
    message.split(['(', ')']).nth(1).unwrap_or_default().to_string()
}

/// What came can be sent: whole, not masked, in the shortest form. With a mask put in, it comes
/// back.
fn check_encoded(opcode: u8, payload: &[u8]) {
    let opcode = [Opcode::Continuation, Opcode::Text, Opcode::Binary, Opcode::Close, Opcode::Ping]
        .into_iter()
        .find(|one| *one as u8 == opcode)
        .unwrap_or(Opcode::Pong);
    let mut out = b"before".to_vec();
    frame::encode(opcode, payload, &mut out);
    let mut bytes = out.split_off(6);
    assert_eq!(out, b"before");
    let header = bytes.len() - payload.len();
    assert!(bytes[1] < 128, "masked");
    bytes[1] |= 128;
    bytes.splice(header..header, [0; 4]);
    let came: Came = (true, opcode as u8, payload.to_vec());
    let length = payload.len() as u64;
    assert_eq!(naive::one_frame(&bytes, length), Ok(Some((came, length, payload.len()))));
}
