//! One turn of a client: it has said something, and something comes of it.

/// What comes of the bytes that a client sent.
#[derive(Default)]
pub struct Turn {
    /// Bytes to send to the client.
    pub bytes: Vec<u8>,
    /// Whole lines for whoever runs the server.
    pub log: String,
}

impl Turn {
    pub fn log(&mut self, line: &str) {
        self.log += line;
        self.log += "\n";
    }
}
