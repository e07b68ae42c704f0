//! Messages and the Close frame (RFC 6455 §5.4, §5.5.1, §7.4): pieces of
//! frames become whole messages, checked as they come.
//!
//! A message is sent as one frame or as several, its *fragments*: the first
//! has the opcode, the others are Continuations, the last has FIN.

use crate::decoder::Piece;
use crate::frame::{self, FrameError, FrameHeader, Opcode};
use std::fmt;

/// Bytes of a reason in a Close frame: 125 less the code (C12).
const MAX_REASON: usize = 123;

/// Why a connection ends. No value holds a code that must not be sent:
/// 1005, 1006 and 1015 only exist in the API of clients (C11).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CloseCode(u16);

impl CloseCode {
    pub const NORMAL: Self = Self(1000);
    pub const GOING_AWAY: Self = Self(1001);
    pub const PROTOCOL_ERROR: Self = Self(1002);
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    pub const INVALID_PAYLOAD: Self = Self(1007);
    pub const POLICY_VIOLATION: Self = Self(1008);
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    pub const INTERNAL_ERROR: Self = Self(1011);

    /// A code that a client sent, if it is one that it may send (C2).
    pub fn from_client(code: u16) -> Option<Self> {
        matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
            .then_some(Self(code))
    }

    /// The code with which we answer this one: itself. Only 1010 (the server
    /// lacks an extension) is not for servers to send (C4, C11).
    pub fn answer(self) -> Self {
        match self.0 {
            1010 => Self::NORMAL,
            _ => self,
        }
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why we close a connection: a code for the program at the other end, and a
/// reason for the people who look after it (§7.4.1).
#[derive(Debug, PartialEq)]
pub struct Failure {
    pub code: CloseCode,
    pub reason: String,
}

impl Failure {
    pub fn new(code: CloseCode, reason: &str) -> Self {
        Self {
            code,
            reason: reason.to_owned(),
        }
    }
}

impl From<FrameError> for Failure {
    fn from(error: FrameError) -> Self {
        let code = match error {
            FrameError::TooBig => CloseCode::MESSAGE_TOO_BIG,
            _ => CloseCode::PROTOCOL_ERROR,
        };
        Self::new(code, &error.to_string())
    }
}

fn protocol_error(reason: &str) -> Failure {
    Failure::new(CloseCode::PROTOCOL_ERROR, reason)
}

/// A whole message. It stands where it came to stand: in the read buffer if
/// it came in one piece, else with the `Assembler`.
#[derive(Debug, PartialEq)]
pub struct Message<'a> {
    /// `Text` or `Binary`.
    pub opcode: Opcode,
    /// Valid UTF-8 if it is text.
    pub payload: &'a [u8],
}

/// Puts the pieces of one connection's messages together.
#[derive(Default)]
pub struct Assembler {
    /// `Text` or `Binary` while a message is coming.
    opcode: Option<Opcode>,
    /// What has come of it, or what is left of the last one.
    payload: Vec<u8>,
    fragments: usize,
    /// Bytes of a text that were found to be whole characters.
    valid: usize,
}

impl Assembler {
    /// Bytes that the next data frame may have if a message may have `max`.
    pub fn space(&self, max: usize) -> u64 {
        match self.opcode {
            Some(_) => max.saturating_sub(self.payload.len()) as u64,
            None => max as u64,
        }
    }

    /// Takes a piece of a data frame, whose payload is `payload`. Gives the
    /// message that it completes.
    pub fn next<'a>(
        &'a mut self,
        piece: &Piece,
        payload: &'a [u8],
        max_fragments: usize,
    ) -> Result<Option<Message<'a>>, Failure> {
        if piece.first {
            self.start_frame(&piece.header, max_fragments)?;
        }
        let Some(opcode) = self.opcode else {
            let reason = "there is no message to continue (M2)";
            return Err(protocol_error(reason));
        };
        let complete = piece.last && piece.header.fin;
        let came_whole = complete && self.payload.is_empty();
        if !came_whole {
            self.payload.extend_from_slice(payload);
        }
        let so_far = if came_whole { payload } else { &self.payload };
        if opcode == Opcode::Text {
            self.valid += count_valid(&so_far[self.valid..], complete)?;
        }
        if !complete {
            return Ok(None);
        }
        self.opcode = None;
        Ok(Some(Message {
            opcode,
            payload: so_far,
        }))
    }

    /// Gives back the memory that no message needs now.
    pub fn release(&mut self) {
        if self.opcode.is_none() {
            self.payload = Vec::new();
        }
    }

    fn start_frame(
        &mut self,
        header: &FrameHeader,
        max_fragments: usize,
    ) -> Result<(), Failure> {
        match (self.opcode, header.opcode) {
            (None, Opcode::Continuation) => {} // nothing starts
            (Some(_), Opcode::Continuation) => self.fragments += 1,
            (Some(_), _) => {
                let reason = "the last message is not finished (M3)";
                return Err(protocol_error(reason));
            }
            (None, opcode) => {
                self.opcode = Some(opcode); // M1
                self.payload.clear();
                self.fragments = 1;
                self.valid = 0;
            }
        }
        // Empty fragments are legal (M4) and have no bytes to limit (M5).
        if self.fragments > max_fragments {
            let reason = "too many fragments (M5)";
            return Err(Failure::new(CloseCode::POLICY_VIOLATION, reason));
        }
        Ok(())
    }
}

/// Bytes of `text` that are whole characters. The last may be cut if the text
/// is not `complete` (M6); all else that is not UTF-8 is refused as soon as
/// it is here (M7).
fn count_valid(text: &[u8], complete: bool) -> Result<usize, Failure> {
    match str::from_utf8(text) {
        Ok(_) => Ok(text.len()),
        // `None`: the text ends before we can know.
        Err(error) if error.error_len().is_none() && !complete => {
            Ok(error.valid_up_to())
        }
        Err(_) => {
            let reason = "text must be UTF-8 (M6)";
            Err(Failure::new(CloseCode::INVALID_PAYLOAD, reason))
        }
    }
}

/// The code in the payload of a Close frame, `None` if that is empty (C1).
pub fn parse_close(payload: &[u8]) -> Result<Option<CloseCode>, Failure> {
    if payload.is_empty() {
        return Ok(None);
    }
    let Some((code, reason)) = payload.split_first_chunk() else {
        return Err(protocol_error("half a close code (C1)"));
    };
    let code = u16::from_be_bytes(*code);
    let Some(code) = CloseCode::from_client(code) else {
        return Err(protocol_error("this code must not be sent (C2)"));
    };
    count_valid(reason, true)?; // C3
    Ok(Some(code))
}

/// Appends a Close frame to `out`. A reason that is too long is cut at the
/// end of a character (C12).
pub fn encode_close(code: Option<CloseCode>, reason: &str, out: &mut Vec<u8>) {
    let mut payload = Vec::new();
    if let Some(CloseCode(code)) = code {
        let mut length = reason.len().min(MAX_REASON);
        while !reason.is_char_boundary(length) {
            length -= 1;
        }
        payload.extend_from_slice(&code.to_be_bytes());
        payload.extend_from_slice(&reason.as_bytes()[..length]);
    }
    frame::encode(Opcode::Close, &payload, out);
}
