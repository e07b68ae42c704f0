//! Frames to send (RFC 6455 §5.2): right ones, and every kind of wrong one.

use crate::server_frame::{bits, payload_words};
use crate::words;

pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xA;

pub const FIN_BIT: u8 = 0x80;
pub const MASK_BIT: u8 = 0x80;
pub const OPCODE_BITS: u8 = 0x0F;
pub const LENGTH_BITS: u8 = 0x7F;
/// Lengths up to this one stand in the second byte itself.
const LENGTH_SHORT: usize = 125;
pub const LENGTH_IN_2_BYTES: u8 = 126;
pub const LENGTH_IN_8_BYTES: u8 = 127;
/// The masking key of the RFC's example (§5.7).
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// How a frame writes its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LengthForm {
    Shortest,
    TwoBytes,
    EightBytes,
}

/// A frame to send. Nothing keeps it from breaking the rules.
#[derive(Clone, Debug)]
pub struct Frame {
    pub fin: bool,
    /// RSV1–3 as the three low bits.
    pub rsv: u8,
    pub opcode: u8,
    /// `None`: unmasked.
    pub masking_key: Option<[u8; 4]>,
    pub form: LengthForm,
    /// The length the header claims, where it is not the payload's.
    pub claimed: Option<u64>,
    pub payload: Vec<u8>,
}

/// A masked frame with FIN.
pub fn frame(opcode: u8, payload: impl Into<Vec<u8>>) -> Frame {
    Frame {
        fin: true,
        rsv: 0,
        opcode,
        masking_key: Some(KEY),
        form: LengthForm::Shortest,
        claimed: None,
        payload: payload.into(),
    }
}

pub fn text(payload: impl Into<String>) -> Frame {
    frame(TEXT, payload.into().into_bytes())
}

pub fn binary(payload: impl Into<Vec<u8>>) -> Frame {
    frame(BINARY, payload)
}

pub fn continuation(payload: impl Into<Vec<u8>>) -> Frame {
    frame(CONTINUATION, payload)
}

pub fn ping(payload: impl Into<Vec<u8>>) -> Frame {
    frame(PING, payload)
}

pub fn pong(payload: impl Into<Vec<u8>>) -> Frame {
    frame(PONG, payload)
}

/// A Close with a code and a reason, which may be empty.
pub fn close(code: u16, reason: &str) -> Frame {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.as_bytes());
    frame(CLOSE, payload)
}

impl Frame {
    /// The same without FIN: more fragments follow.
    pub fn unfinished(mut self) -> Frame {
        self.fin = false;
        self
    }

    pub fn rsv(mut self, bits: u8) -> Frame {
        self.rsv = bits;
        self
    }

    pub fn unmasked(mut self) -> Frame {
        self.masking_key = None;
        self
    }

    pub fn key(mut self, key: [u8; 4]) -> Frame {
        self.masking_key = Some(key);
        self
    }

    pub fn form(mut self, form: LengthForm) -> Frame {
        self.form = form;
        self
    }

    pub fn claiming(mut self, length: u64) -> Frame {
        self.claimed = Some(length);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let fin = if self.fin { FIN_BIT } else { 0 };
        let mask = if self.masking_key.is_some() { MASK_BIT } else { 0 };
        let length = self.claimed.unwrap_or(self.payload.len() as u64);
        let mut out = vec![fin | (self.rsv << 4) | self.opcode];
        let form = match self.form {
            LengthForm::Shortest if length <= LENGTH_SHORT as u64 => None,
            LengthForm::Shortest if length <= u64::from(u16::MAX) => Some(LengthForm::TwoBytes),
            LengthForm::Shortest => Some(LengthForm::EightBytes),
            form => Some(form),
        };
        match form {
            None => out.push(mask | length as u8),
            Some(LengthForm::TwoBytes) => {
                out.push(mask | LENGTH_IN_2_BYTES);
                out.extend_from_slice(&(length as u16).to_be_bytes());
            }
            Some(_) => {
                out.push(mask | LENGTH_IN_8_BYTES);
                out.extend_from_slice(&length.to_be_bytes());
            }
        }
        match self.masking_key {
            Some(key) => {
                out.extend_from_slice(&key);
                out.extend(self.payload.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]));
            }
            None => out.extend_from_slice(&self.payload),
        }
        out
    }

    /// Its bits in words: `FIN TEXT masked 5 "Hello"`.
    pub fn words(&self) -> String {
        let mut out = bits(self.fin, self.rsv, self.opcode);
        if self.masking_key.is_some() {
            out.push_str(" masked");
        }
        let length = self.claimed.map_or(self.payload.len(), |length| length as usize);
        out.push_str(&format!(" {}", words::grouped(length)));
        match self.claimed {
            Some(_) => out.push_str(&format!(", {} follow", self.payload.len())),
            None => out.push_str(&payload_words(self.opcode, &self.payload)),
        }
        out
    }
}
