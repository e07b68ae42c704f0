//! Frames as they come from a server, and frames in words (RFC 6455 §5.2).

use crate::frame::{
    BINARY, CLOSE, CONTINUATION, FIN_BIT, LENGTH_BITS, LENGTH_IN_2_BYTES, LENGTH_IN_8_BYTES,
    MASK_BIT, OPCODE_BITS, PING, PONG, TEXT,
};
use crate::words;

/// A frame that came from the server.
#[derive(Clone, Debug)]
pub struct ServerFrame {
    pub fin: bool,
    pub rsv: u8,
    pub opcode: u8,
    pub masked: bool,
    pub payload: Vec<u8>,
    /// All of it, as it came.
    pub bytes: Vec<u8>,
}

impl ServerFrame {
    pub fn words(&self) -> String {
        let masked = if self.masked { " masked" } else { "" };
        let length = words::grouped(self.payload.len());
        let payload = payload_words(self.opcode, &self.payload);
        format!("{}{masked} {length}{payload}", bits(self.fin, self.rsv, self.opcode))
    }
}

/// Reads one frame off the front of `bytes`, if all of it is there.
pub fn read_frame(bytes: &[u8]) -> Option<ServerFrame> {
    let first = *bytes.first()?;
    let second = *bytes.get(1)?;
    let mut at = 2;
    let length = match second & LENGTH_BITS {
        LENGTH_IN_2_BYTES => {
            at += 2;
            let field: [u8; 2] = bytes.get(2..4)?.try_into().ok()?;
            usize::from(u16::from_be_bytes(field))
        }
        LENGTH_IN_8_BYTES => {
            at += 8;
            let field: [u8; 8] = bytes.get(2..10)?.try_into().ok()?;
            usize::try_from(u64::from_be_bytes(field)).ok()?
        }
        short => usize::from(short),
    };
    let masked = second & MASK_BIT != 0;
    let mut key = [0; 4];
    if masked {
        key = bytes.get(at..at + 4)?.try_into().ok()?;
        at += 4;
    }
    let end = at.checked_add(length)?;
    let payload = bytes.get(at..end)?.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]);
    Some(ServerFrame {
        fin: first & FIN_BIT != 0,
        rsv: (first >> 4) & 0x7,
        opcode: first & OPCODE_BITS,
        masked,
        payload: payload.collect(),
        bytes: bytes[..end].to_vec(),
    })
}

/// The first byte in words: `FIN RSV1 TEXT`.
pub fn bits(fin: bool, rsv: u8, opcode: u8) -> String {
    let mut out = String::new();
    if fin {
        out.push_str("FIN ");
    }
    for (bit, name) in [(4, "RSV1 "), (2, "RSV2 "), (1, "RSV3 ")] {
        if rsv & bit != 0 {
            out.push_str(name);
        }
    }
    match opcode {
        CONTINUATION => out.push_str("CONTINUATION"),
        TEXT => out.push_str("TEXT"),
        BINARY => out.push_str("BINARY"),
        CLOSE => out.push_str("CLOSE"),
        PING => out.push_str("PING"),
        PONG => out.push_str("PONG"),
        other => out.push_str(&format!("opcode {other:X}")),
    }
    out
}

/// A payload in words, with the space before it; binary ones are left to the hex.
pub fn payload_words(opcode: u8, payload: &[u8]) -> String {
    if payload.is_empty() {
        return String::new();
    }
    if let (CLOSE, [high, low, reason @ ..]) = (opcode, payload) {
        let code = u16::from_be_bytes([*high, *low]);
        return match words::quoted(reason) {
            Some(reason) if reason != "\"\"" => format!(", {code} {reason}"),
            _ => format!(", {code}"),
        };
    }
    match words::quoted(payload) {
        Some(text) if opcode != BINARY => format!(" {text}"),
        _ => String::new(),
    }
}
