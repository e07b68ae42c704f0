//! Frames as clients send them: mostly right ones, and every kind of wrong one.

use crate::input::Input;

const OPCODES: [u8; 8] = [1, 2, 0, 0, 9, 10, 8, 1];
const UNKNOWN: [u8; 10] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
const SIZES: [usize; 16] =
    [1, 5, 124, 125, 126, 127, 200, 201, 255, 299, 300, 301, 1_000, 1_001, 65_535, 65_536];
const CLAIMS: [u64; 8] =
    [0, 301, 65_536, 1 << 20, (1 << 20) + 1, 1 << 40, (1 << 63) - 1, (1 << 63) + 5];
const CODES: [u16; 24] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1010, 1011, 1014, 3000, 3999, 4000, 4999, 0, 999, 1004,
    1005, 1006, 1015, 1016, 2999, 5000, 32_768, 65_535,
];
/// Characters, and parts of characters.
const TEXTS: [&[u8]; 24] = [
    b"a",
    b"hello",
    "\u{e9}".as_bytes(),
    "\u{20ac}".as_bytes(),
    "\u{1f600}".as_bytes(),
    b"\0",
    b"\x1b[31m",
    "\u{feff}\u{d7ff}\u{e000}\u{10ffff}".as_bytes(),
    b"\xc3",
    b"\xa9",
    b"\xe2",
    b"\x82",
    b"\xac",
    b"\xe2\x82",
    b"\xf0\x9f",
    b"\x98\x80",
    b"\xf0\x9f\x98",
    b"\x80",
    b"\xff",
    b"\xc0",
    b"\xed\xa0",
    b"\xe0\x80",
    b"\xf0\x80",
    b"\xf4\x90",
];

/// The bytes of one frame. The first byte of the input says opcode and FIN, the second which rule
/// is broken (mostly none), then come what the payload is and the masking key.
pub fn frame(input: &mut Input) -> Vec<u8> {
    let kind = input.byte();
    let fault = input.byte();
    let opcode = OPCODES[usize::from(kind % 8)];
    let fin = kind & 0x40 == 0 || opcode >= 8;
    let payload = match opcode {
        8 => close(input),
        9 | 10 => some(input, 125),
        _ => some(input, usize::MAX),
    };
    let key = match kind & 0x38 {
        0 => [0; 4],
        bits => [bits, fault, 0x55, kind],
    };
    let mut first = opcode | if fin { 0x80 } else { 0 };
    let mut mask = 0x80;
    let mut length = payload.len() as u64;
    let mut form = match length {
        0..126 => 0,
        126..65_536 => 2,
        _ => 8,
    };
    match fault {
        244 => first |= 0x10 << (input.byte() % 3),
        245 => first = first & 0xf0 | input.choose(&UNKNOWN),
        246 => mask = 0,
        247 => form = 2,
        248 => form = 8,
        249 => (length, form) = (input.choose(&CLAIMS), 8),
        250 => (length, form) = (input.choose(&CLAIMS[..3]), 2),
        251 => first &= 0x7f,
        252 => length = 126.max(length),
        _ => {}
    }
    let mut out = vec![first];
    match form {
        0 => out.push(mask | length as u8),
        2 => {
            out.push(mask | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(mask | 127);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    match mask {
        0 => out.extend_from_slice(&payload),
        _ => {
            out.extend_from_slice(&key);
            out.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]));
        }
    }
    out
}

fn some(input: &mut Input, most: usize) -> Vec<u8> {
    let mut payload = match input.byte() % 8 {
        0 => Vec::new(),
        1 => {
            let size = input.byte() % 64;
            input.take(usize::from(size)).to_vec()
        }
        2 => vec![input.byte(); size(input)],
        3 => vec![b'x'; size(input)],
        4 => vec![b'y'; usize::from(input.byte())],
        _ => text(input),
    };
    payload.truncate(most);
    payload
}

/// The long ones are rare: they take time.
fn size(input: &mut Input) -> usize {
    match usize::from(input.byte()) {
        byte @ 0..250 => SIZES[byte % 14],
        byte => SIZES[14 + byte % 2],
    }
}

fn text(input: &mut Input) -> Vec<u8> {
    let count = input.byte() % 8;
    (0..count).flat_map(|_| input.vary_text()).collect()
}

fn close(input: &mut Input) -> Vec<u8> {
    let how = input.byte();
    let mut payload = match how {
        0..32 => Vec::new(),
        32..40 => vec![input.byte()],
        40..60 => input.take(2).to_vec(),
        _ => input.choose(&CODES).to_be_bytes().to_vec(),
    };
    if how % 4 == 1 {
        payload.extend(text(input));
    }
    if how % 16 == 2 {
        payload.resize(125, b'z');
    }
    payload
}

impl Input<'_> {
    /// Mostly whole characters.
    fn vary_text(&mut self) -> Vec<u8> {
        let byte = usize::from(self.byte());
        let all = if byte < 160 { &TEXTS[..8] } else { &TEXTS[..] };
        all[byte % all.len()].to_vec()
    }
}
