//! Frames (RFC 6455 §5): what their headers say, and how we write our own.
//!
//! A frame is a *header* of 2 to 14 bytes and its *payload*. The header has a
//! bit that says whether the message ends with this frame (FIN), the kind of
//! the frame (*opcode*), the length of the payload, and the *masking key*.
//! *Control frames* (Close, Ping, Pong) speak about the connection; *data
//! frames* (Text, Binary, Continuation) carry messages.

use std::fmt;

// The first byte: FIN, three reserved bits, opcode.
const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0f;
// The second byte: MASK and the length, or what stands in for it.
const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7f;
/// "The length stands in the next 2 bytes."
const LENGTH_16: u8 = 126;
/// "The length stands in the next 8 bytes."
const LENGTH_64: u8 = 127;
/// Bytes of the longest header: 2, the length in 8, the masking key in 4.
pub const MAX_HEADER: usize = 14;
/// Bytes that the payload of a control frame may have (§5.5).
const MAX_CONTROL: u8 = 125;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Opcode {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
}

impl Opcode {
    fn from_bits(bits: u8) -> Result<Self, FrameError> {
        match bits {
            0x0 => Ok(Self::Continuation),
            0x1 => Ok(Self::Text),
            0x2 => Ok(Self::Binary),
            0x8 => Ok(Self::Close),
            0x9 => Ok(Self::Ping),
            0xa => Ok(Self::Pong),
            _ => Err(FrameError::Opcode), // F2
        }
    }

    pub fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// What is wrong with a frame (§5.2, §5.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FrameError {
    ReservedBits,
    Opcode,
    NotMasked,
    LengthForm,
    LengthTopBit,
    TooBig,
    ControlLength,
    ControlFragment,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedBits => "a reserved bit is set (F1)",
            Self::Opcode => "unknown opcode (F2)",
            Self::NotMasked => "a client must mask its frames (F3)",
            Self::LengthForm => "a shorter form of the length exists (F5)",
            Self::LengthTopBit => "the top bit of the length is set (F6)",
            Self::TooBig => "the payload is too big (F7)",
            Self::ControlLength => "a control frame over 125 bytes (F8)",
            Self::ControlFragment => "a control frame without FIN (F8)",
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameHeader {
    pub fin: bool,
    pub opcode: Opcode,
    /// Bytes of payload that the client says will come: a claim, and no
    /// reason to make room for them (F7).
    pub payload_len: u64,
    pub masking_key: [u8; 4],
}

impl FrameHeader {
    /// Reads the header at the front of `bytes` (§5.2). Gives it and the
    /// number of its bytes, or `None` while it is incomplete.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, FrameError> {
        let [first, second, rest @ ..] = bytes else {
            return Ok(None);
        };
        if first & RESERVED != 0 {
            return Err(FrameError::ReservedBits); // F1
        }
        let fin = first & FIN != 0;
        let opcode = Opcode::from_bits(first & OPCODE)?;
        if second & MASK == 0 {
            return Err(FrameError::NotMasked); // F3
        }
        let length = second & LENGTH;
        if opcode.is_control() {
            check_control(fin, length)?;
        }
        let Some((payload_len, rest)) = parse_length(length, rest)? else {
            return Ok(None);
        };
        let Some((masking_key, rest)) = rest.split_first_chunk() else {
            return Ok(None);
        };
        let header = Self {
            fin,
            opcode,
            payload_len,
            masking_key: *masking_key,
        };
        Ok(Some((header, bytes.len() - rest.len())))
    }
}

/// Control frames are short and whole, so that they can stand between the
/// fragments of a message and be dealt with at once (F8).
fn check_control(fin: bool, length: u8) -> Result<(), FrameError> {
    if !fin {
        return Err(FrameError::ControlFragment);
    }
    if length > MAX_CONTROL {
        return Err(FrameError::ControlLength);
    }
    Ok(())
}

/// Reads the length of the payload from the 7 bits of the second byte and, if
/// these say so, from `rest`. Gives it and what stands behind it.
fn parse_length(
    length: u8,
    rest: &[u8],
) -> Result<Option<(u64, &[u8])>, FrameError> {
    let (length, rest, least) = match length {
        LENGTH_16 => match rest.split_first_chunk() {
            Some((bytes, rest)) => {
                (u16::from_be_bytes(*bytes).into(), rest, 126)
            }
            None => return Ok(None),
        },
        LENGTH_64 => match rest.split_first_chunk() {
            Some((bytes, rest)) => (u64::from_be_bytes(*bytes), rest, 1 << 16),
            None => return Ok(None),
        },
        length => (length.into(), rest, 0),
    };
    if length < least {
        return Err(FrameError::LengthForm); // F5
    }
    if length >> 63 != 0 {
        return Err(FrameError::LengthTopBit); // F6
    }
    Ok(Some((length, rest)))
}

/// Appends one frame to `out`: whole (M9), and not masked, as a server's
/// frames must be (F4).
pub fn encode(opcode: Opcode, payload: &[u8], out: &mut Vec<u8>) {
    encode_header(opcode, payload.len(), out);
    out.extend_from_slice(payload);
}

/// Appends the header of a frame whose payload of `length` bytes follows.
pub fn encode_header(opcode: Opcode, length: usize, out: &mut Vec<u8>) {
    out.push(FIN | opcode as u8);
    // The shortest form that holds the length (F5).
    match length {
        0..126 => out.push(length as u8),
        126..0x1_0000 => {
            out.push(LENGTH_16);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(LENGTH_64);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_frames_of_rfc_6455_section_5_7() {
        let mut out = Vec::new();
        encode(Opcode::Text, b"Hello", &mut out);
        assert_eq!(out, b"\x81\x05Hello");
        out.clear();
        encode(Opcode::Binary, &[7; 256], &mut out);
        assert_eq!(out[..4], [0x82, 0x7e, 0x01, 0x00]);
        out.clear();
        encode(Opcode::Binary, &[7; 65536], &mut out);
        assert_eq!(out[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
