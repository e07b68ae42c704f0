//! Frames: read off the front of a buffer, and written (RFC 6455 §5.2).

use super::Flaw;

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

pub const PROTOCOL_ERROR: u16 = 1002;
pub const NOT_UTF8: u16 = 1007;
const TOO_BIG: u16 = 1009;
const MAX_PAYLOAD: u64 = 1024 * 1024;

pub struct Frame {
    pub fin: bool,
    pub opcode: u8,
    pub payload: Vec<u8>,
}

/// What is remembered between frames, though it should not be.
#[derive(Default)]
pub struct Memory {
    masked: usize,
    key: Option<[u8; 4]>,
}

/// Takes a frame off the front, if all of it is there. The error is the code of the Close.
pub fn read(buffer: &mut Vec<u8>, memory: &mut Memory, flaw: Flaw) -> Result<Option<Frame>, u16> {
    let [first, second, ..] = buffer[..] else { return Ok(None) };
    let (fin, opcode) = (first & 0x80 != 0, first & 0x0f);
    let is_control = 8 <= opcode;
    let wrong = |is_wrong: bool, excused: Flaw| is_wrong && flaw != excused;
    if wrong(first & 0x70 != 0, Flaw::ReservedBitsIgnored)
        || wrong(!matches!(opcode, 0..=2 | 8..=10), Flaw::UnknownOpcodesTaken)
        || wrong(second & 0x80 == 0, Flaw::UnmaskedTaken)
        || wrong(is_control && !fin, Flaw::ControlFragmentsTaken)
        || wrong(is_control && 125 < second & 0x7f, Flaw::LongControlFramesTaken)
    {
        return Err(PROTOCOL_ERROR);
    }
    let Some((length, mut at)) = length(buffer, flaw) else { return Ok(None) };
    if 1 << 63 <= length {
        return Err(PROTOCOL_ERROR);
    }
    if MAX_PAYLOAD < length {
        return Err(TOO_BIG);
    }
    let mut key = [0; 4];
    if second & 0x80 != 0 {
        let Some(bytes) = buffer.get(at..at + 4) else { return Ok(None) };
        key.copy_from_slice(bytes);
        at += 4;
    }
    if flaw == Flaw::FirstKeyForAll {
        key = *memory.key.get_or_insert(key);
    }
    let end = at + length as usize;
    let Some(payload) = buffer.get(at..end) else { return Ok(None) };
    let start = if flaw == Flaw::MaskRunsOn { memory.masked } else { 0 };
    let payload: Vec<u8> =
        payload.iter().enumerate().map(|(i, byte)| byte ^ key[(start + i) % 4]).collect();
    memory.masked = start + payload.len();
    buffer.drain(..end);
    if flaw == Flaw::OneReadIsOneFrame {
        buffer.clear();
    }
    Ok(Some(Frame { fin, opcode, payload }))
}

/// The length of the payload, and where the key begins.
fn length(buffer: &[u8], flaw: Flaw) -> Option<(u64, usize)> {
    let (two, eight) = match flaw {
        Flaw::LengthFormsMixedUp => (127, 126),
        _ => (126, 127),
    };
    let short = buffer[1] & 0x7f;
    if short == two {
        let bytes: [u8; 2] = buffer.get(2..4)?.try_into().ok()?;
        let length = match flaw {
            Flaw::LengthInHostOrder => u16::from_le_bytes(bytes).into(),
            // As in C, where a char has a sign on most machines.
            Flaw::LengthIsSigned => (bytes[0] as i8 as i64) << 8 | bytes[1] as i8 as i64,
            _ => u16::from_be_bytes(bytes).into(),
        };
        return Some((length as u64, 4));
    }
    if short == eight {
        let bytes: [u8; 8] = buffer.get(2..10)?.try_into().ok()?;
        let length = match flaw {
            Flaw::LengthInHostOrder => u64::from_le_bytes(bytes),
            Flaw::TopBitIgnored => u64::from_be_bytes(bytes) & (u64::MAX >> 1),
            _ => u64::from_be_bytes(bytes),
        };
        return Some((length, 10));
    }
    Some((short.into(), 2))
}

/// A frame of ours.
pub fn write(opcode: u8, payload: &[u8], fin: bool, flaw: Flaw) -> Vec<u8> {
    let mut out = vec![opcode | if fin { 0x80 } else { 0 }];
    let mask = if flaw == Flaw::AnswersMasked { 0x80 } else { 0 };
    let host_order = flaw == Flaw::AnswersInHostOrder;
    match payload.len() {
        length @ ..=125 => out.push(mask | length as u8),
        length @ 126..=0xffff => {
            out.push(mask | 126);
            let length = length as u16;
            out.extend(if host_order { length.to_le_bytes() } else { length.to_be_bytes() });
        }
        length => {
            out.push(mask | 127);
            let length = length as u64;
            out.extend(if host_order { length.to_le_bytes() } else { length.to_be_bytes() });
        }
    }
    if mask != 0 {
        out.extend([0; 4]);
    }
    out.extend_from_slice(payload);
    out
}
