//! Cuts a stream of bytes into frames (RFC 6455 §5.2) and unmasks them. The
//! bytes come in pieces of any size: half a header, or ten frames at once.

use crate::frame::{FrameError, FrameHeader, MAX_HEADER};
use std::ops::Range;

/// A part of one frame's payload. A frame that came whole is one piece, the
/// first and the last at once.
#[derive(Debug, PartialEq)]
pub struct Piece {
    pub header: FrameHeader,
    /// Where the payload stands in the input, unmasked.
    pub payload: Range<usize>,
    pub first: bool,
    pub last: bool,
}

/// Cuts a stream of bytes into pieces of frames.
#[derive(Default)]
pub struct Decoder {
    /// The bytes of a header that is not complete (F10).
    header: Vec<u8>,
    /// The frame whose payload is coming, and how much of it has come.
    current: Option<(FrameHeader, u64)>,
}

impl Decoder {
    /// Takes one piece from the front of `input`, up to the end of its
    /// payload, and unmasks it there. `None`: all of `input` is taken. The
    /// first piece of a frame comes with its header, before any payload has:
    /// so a data frame of more than `max_payload` bytes is refused before a
    /// byte of it is kept (F7).
    pub fn next(
        &mut self,
        input: &mut [u8],
        max_payload: u64,
    ) -> Result<Option<Piece>, FrameError> {
        let first = self.current.is_none();
        let (header, come, start) = match self.current {
            Some(_) if input.is_empty() => return Ok(None),
            Some((header, come)) => (header, come, 0),
            None => match self.next_header(input)? {
                Some((header, start)) => (header, 0, start),
                None => return Ok(None),
            },
        };
        let is_data = !header.opcode.is_control();
        if first && is_data && header.payload_len > max_payload {
            return Err(FrameError::TooBig);
        }
        // The smaller of the two is at most the length of `input`, a usize.
        let missing = header.payload_len - come;
        let size = missing.min((input.len() - start) as u64);
        let payload = start..start + size as usize;
        unmask(&mut input[payload.clone()], header.masking_key, come);
        let last = size == missing;
        self.current = (!last).then_some((header, come + size));
        Ok(Some(Piece {
            header,
            payload,
            first,
            last,
        }))
    }

    /// Gives a header and where in `input` its payload begins.
    fn next_header(
        &mut self,
        input: &[u8],
    ) -> Result<Option<(FrameHeader, usize)>, FrameError> {
        if self.header.is_empty()
            && let Some(whole) = FrameHeader::parse(input)?
        {
            return Ok(Some(whole));
        }
        let kept = self.header.len();
        let more = input.len().min(MAX_HEADER - kept);
        self.header.extend_from_slice(&input[..more]);
        let Some((header, size)) = FrameHeader::parse(&self.header)? else {
            return Ok(None);
        };
        self.header.clear();
        Ok(Some((header, size - kept)))
    }
}

/// Undoes the masking of `payload`, which stands `offset` bytes from the
/// start of its frame's payload (§5.3, F9). Masking again masks again.
pub fn unmask(payload: &mut [u8], masking_key: [u8; 4], offset: u64) {
    let mut key = masking_key;
    key.rotate_left((offset % 4) as usize);
    // Eight bytes at a time: of this the compiler makes instructions that
    // take 16 or more, which it does not do for single bytes.
    let [a, b, c, d] = key;
    let twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, tail) = payload.as_chunks_mut();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ twice).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Opcode;

    /// RFC 6455 §5.7: "Hello", masked.
    const HELLO: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";

    #[test]
    fn hello_of_rfc_6455_section_5_7() {
        let mut input = HELLO.to_vec();
        let piece = Decoder::default().next(&mut input, 5).unwrap().unwrap();
        assert!(piece.header.fin && piece.first && piece.last);
        assert_eq!(piece.header.opcode, Opcode::Text);
        assert_eq!(&input[piece.payload], b"Hello");
    }
}
