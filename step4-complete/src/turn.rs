//! What all clients share while each that has something to say has its turn.

use crate::app::App;
use crate::flags::Flags;
use crate::frame::{self, Opcode};
use mio::net::TcpStream;
use std::io::{IoSlice, Write};
use std::rc::Rc;
use std::time::Instant;

/// Bytes of a payload from which on a copy costs more than a write.
const LARGE: usize = 64 * 1024;

/// Bytes of the log that may wait to be printed.
const MAX_LOG: usize = 1024 * 1024;
const LOST: &str = "(lines of the log are lost: nobody reads them)";

pub struct Turn {
    pub flags: Flags,
    pub app: App,
    pub now: Instant,
    /// Bytes to send to the client whose turn it is.
    pub bytes: Vec<u8>,
    /// Its socket, while it is heard.
    pub socket: Option<Rc<TcpStream>>,
    /// How much work it was to hear what this client said in this turn: its
    /// frames, whole or in part, or the bytes of its requests.
    pub work: usize,
    /// Bytes that this client said in a room, in this turn.
    pub said: usize,
    /// Whole lines for whoever runs the server.
    pub log: String,
}

impl Turn {
    pub fn new(flags: Flags, now: Instant) -> Self {
        Self {
            flags,
            app: App::default(),
            now,
            bytes: Vec::new(),
            socket: None,
            work: 0,
            said: 0,
            log: String::new(),
        }
    }

    /// Sends a frame to the client whose turn it is. A large payload is
    /// offered to the socket where it stands: only what the socket does not
    /// take now is copied.
    pub fn send(&mut self, opcode: Opcode, payload: &[u8]) {
        frame::encode_header(opcode, payload.len(), &mut self.bytes);
        let mut rest = payload;
        if payload.len() >= LARGE
            && let Some(mut socket) = self.socket.as_deref()
        {
            let both = [IoSlice::new(&self.bytes), IoSlice::new(payload)];
            // An error will come again when the rest is sent.
            let taken = socket.write_vectored(&both).unwrap_or(0);
            let of_bytes = taken.min(self.bytes.len());
            self.bytes.drain(..of_bytes);
            rest = &payload[taken - of_bytes..];
        }
        self.bytes.extend_from_slice(rest);
    }

    /// Adds a line to the log. While nobody reads it, it does not grow.
    pub fn log(&mut self, line: &str) {
        let line = match self.log.len() {
            0..MAX_LOG => line,
            _ if self.log.trim_end().ends_with(LOST) => return,
            _ => LOST,
        };
        self.log += line;
        self.log += "\n";
    }
}
