//! What the server remembers of one client: bytes in, bytes out. The socket
//! is the business of `main`.

use crate::http::{HeadReader, Request};
use crate::log;
use crate::response::{Response, status};

/// What comes of the bytes that a client sent.
#[derive(Default)]
pub struct Output {
    /// Bytes to send to the client.
    pub bytes: Vec<u8>,
    /// Whole lines for whoever runs the server.
    pub log: String,
}

impl Output {
    pub fn log(&mut self, line: &str) {
        self.log += line;
        self.log += "\n";
    }
}

#[derive(Default)]
pub struct Connection {
    head: HeadReader,
    finished: bool,
}

impl Connection {
    /// Takes bytes as they come, in pieces of any size, and appends to `out`
    /// what they lead to.
    pub fn receive(&mut self, input: &[u8], out: &mut Output) {
        let mut taken = 0;
        while taken < input.len() && !self.finished {
            taken += self.receive_http(&input[taken..], out);
        }
    }

    /// Nothing more will be said: send what there is, then close.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Takes at most one request and answers it. Gives the number of bytes
    /// taken: what stands behind them is not ours to drop (H12).
    fn receive_http(&mut self, input: &[u8], out: &mut Output) -> usize {
        match self.head.read(input) {
            Ok(None) => {}
            Ok(Some((request, taken))) => {
                out.log(&log::request(&request));
                if let Err(mut refusal) = self.answer(&request, out) {
                    refusal.head_only = request.method == "HEAD";
                    self.refuse(&refusal, out);
                }
                return taken;
            }
            Err(refusal) => self.refuse(&refusal, out),
        }
        input.len()
    }

    fn answer(
        &mut self,
        request: &Request,
        out: &mut Output,
    ) -> Result<(), Response> {
        request.check_body()?;
        match request.path() {
            "/" => Response::page(request)?.encode(&mut out.bytes),
            _ => {
                let fault = "there is nothing at this path";
                return Err(Response::refusal(status::NOT_FOUND, fault));
            }
        }
        if !request.keeps_alive() {
            self.finished = true;
        }
        Ok(())
    }

    fn refuse(&mut self, refusal: &Response, out: &mut Output) {
        out.log(&log::refusal(refusal));
        refusal.encode(&mut out.bytes);
        self.finished = true;
    }
}
