//! What a script waits for: a response, a frame, the end, and how it is told from what came.

use std::time::Duration;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::frame::{self, CLOSE, Frame};
use crate::server_frame::ServerFrame;
use crate::transcript::What;
use crate::words;

#[derive(Clone)]
pub enum Expect {
    Response(Answer),
    /// The 101 that answers a plain upgrade, in short.
    Upgraded,
    Frame(FrameWanted),
    /// The server takes this frame as it is: stage 3 prints it, stage 4 echoes it.
    Taken(Frame),
    /// The server fails the connection: stage 3 ends it and logs the rule's id, stage 4 sends
    /// Close with this code first.
    Failed(u16),
    /// Nothing more comes, and the server ends the connection properly.
    End,
    /// The server drops the connection, properly or not.
    Gone,
    /// Nothing comes for this long.
    Silence(Duration),
}

/// A frame that is wanted from the server.
#[derive(Clone)]
pub struct FrameWanted {
    pub opcode: u8,
    pub payload: PayloadWanted,
}

#[derive(Clone)]
pub enum PayloadWanted {
    /// Exactly these bytes.
    Exactly(Vec<u8>),
    /// Text in which `#` stands for any number.
    Pattern(&'static str),
    /// A Close with this code and any reason.
    Code(u16),
    /// A Close with any code that blames the client, or none.
    Fault,
    Any,
}

pub fn text_frame(payload: impl Into<String>) -> FrameWanted {
    let payload = PayloadWanted::Exactly(payload.into().into_bytes());
    FrameWanted { opcode: frame::TEXT, payload }
}

pub fn binary_frame(payload: impl Into<Vec<u8>>) -> FrameWanted {
    FrameWanted { opcode: frame::BINARY, payload: PayloadWanted::Exactly(payload.into()) }
}

/// Text in which `#` stands for any number, as guests are numbered.
pub fn text_like(pattern: &'static str) -> FrameWanted {
    FrameWanted { opcode: frame::TEXT, payload: PayloadWanted::Pattern(pattern) }
}

pub fn pong_frame(payload: impl Into<Vec<u8>>) -> FrameWanted {
    FrameWanted { opcode: frame::PONG, payload: PayloadWanted::Exactly(payload.into()) }
}

/// A Ping of the server's own, with whatever it holds.
pub fn any_ping() -> FrameWanted {
    FrameWanted { opcode: frame::PING, payload: PayloadWanted::Any }
}

/// A Close with this code; the reason is the server's affair.
pub fn close_frame(code: u16) -> FrameWanted {
    FrameWanted { opcode: CLOSE, payload: PayloadWanted::Code(code) }
}

/// A Close with exactly this payload, which may be empty.
pub fn close_exactly(payload: impl Into<Vec<u8>>) -> FrameWanted {
    FrameWanted { opcode: CLOSE, payload: PayloadWanted::Exactly(payload.into()) }
}

impl FrameWanted {
    pub fn words(&self) -> String {
        match &self.payload {
            PayloadWanted::Exactly(payload) => {
                frame::frame(self.opcode, payload.clone()).unmasked().words()
            }
            PayloadWanted::Pattern(pattern) => {
                format!("FIN TEXT \"{}\"", words::escaped(pattern))
            }
            PayloadWanted::Code(code) => format!("FIN CLOSE, {code}"),
            PayloadWanted::Fault => "FIN CLOSE with the code of a fault, such as 1002".into(),
            PayloadWanted::Any => frame::frame(self.opcode, []).unmasked().words(),
        }
    }

    /// The same where only the rules count: a Close "typically" has the code of the one it answers
    /// (RFC 6455 §5.5.1), so that 1000 or none will do.
    pub fn by_the_rules(&self, came: &ServerFrame) -> FrameWanted {
        let is_close = matches!(self.payload, PayloadWanted::Code(_)) && came.opcode == CLOSE;
        let is_plain = came.payload.is_empty() || came.payload.starts_with(&1000u16.to_be_bytes());
        match is_close && is_plain {
            true => FrameWanted { opcode: CLOSE, payload: PayloadWanted::Any },
            false => self.clone(),
        }
    }

    /// A frame that is right, as the transcript shows it: without what may differ from run to
    /// run.
    pub fn as_written(&self, came: &ServerFrame) -> What {
        match &self.payload {
            PayloadWanted::Exactly(_) | PayloadWanted::Code(_) => {
                What::Received { bytes: came.bytes.clone(), words: came.words() }
            }
            PayloadWanted::Pattern(_) | PayloadWanted::Fault | PayloadWanted::Any => {
                What::Masked { first: frame::FIN_BIT | self.opcode, words: self.words() }
            }
        }
    }

    pub fn compare(&self, came: &ServerFrame) -> Result<(), Failure> {
        let failure = Failure::wrong(self.words(), came.words());
        if let PayloadWanted::Exactly(payload) = &self.payload {
            let wanted = frame::frame(self.opcode, payload.clone()).unmasked().bytes();
            let same = wanted == came.bytes;
            return if same { Ok(()) } else { Err(failure.instead_of(&wanted, &came.bytes)) };
        }
        // Whole, not masked (F4), no bits that were not agreed on, the right opcode.
        let first = frame::FIN_BIT | self.opcode;
        if came.bytes.first() != Some(&first) {
            return Err(failure.at(&came.bytes, Some(0)));
        }
        if came.masked {
            return Err(failure.at(&came.bytes, Some(1)));
        }
        let payload_at = came.bytes.len() - came.payload.len();
        match &self.payload {
            PayloadWanted::Pattern(pattern) => match mismatch(pattern, &came.payload) {
                None => Ok(()),
                Some(at) => Err(failure.at(&came.bytes, Some(payload_at + at))),
            },
            PayloadWanted::Code(code) if !came.payload.starts_with(&code.to_be_bytes()) => {
                let wrong = usize::from(came.payload.first() == code.to_be_bytes().first());
                Err(failure.at(&came.bytes, Some(payload_at + wrong)))
            }
            PayloadWanted::Fault if !blames(&came.payload) => {
                Err(failure.at(&came.bytes, Some(payload_at)))
            }
            _ => Ok(()),
        }
    }
}

/// Whether the payload of a Close has the code of a fault (RFC 6455 §7.4.1), or none.
fn blames(payload: &[u8]) -> bool {
    match payload {
        [] => true,
        [high, low, ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            matches!(code, 1002 | 1003 | 1007..=1014 | 3000..=4999)
        }
        [_] => false,
    }
}

/// Where `came` leaves the pattern, in which `#` stands for a number.
fn mismatch(pattern: &str, came: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in pattern.bytes() {
        if wanted == b'#' {
            let digits = came[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return Some(at);
            }
            at += digits;
            continue;
        }
        if came.get(at) != Some(&wanted) {
            return Some(at);
        }
        at += 1;
    }
    (at < came.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_frame::read_frame;

    #[test]
    fn a_number_matches_its_sign() {
        assert_eq!(mismatch("guest # joined, # here", b"guest 12 joined, 3 here"), None);
        assert_eq!(mismatch("guest #", b"guest x"), Some(6));
        assert_eq!(mismatch("guest #", b"guest 1 left"), Some(7));
    }

    #[test]
    fn the_first_wrong_byte_is_found() {
        let came = read_frame(b"\x81\x05Hellu").expect("a whole frame");
        let failure = text_frame("Hello").compare(&came).expect_err("a difference");
        assert_eq!(failure.wrong_at, Some(6));
    }
}
