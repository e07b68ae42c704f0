//! What all clients share while each that has something to say has its turn.

use crate::app::App;
use crate::flags::Flags;
use std::time::Instant;

pub struct Turn {
    pub flags: Flags,
    pub app: App,
    pub now: Instant,
    /// Bytes to send to the client whose turn it is.
    pub bytes: Vec<u8>,
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
            said: 0,
            log: String::new(),
        }
    }

    pub fn log(&mut self, line: &str) {
        self.log += line;
        self.log += "\n";
    }
}
