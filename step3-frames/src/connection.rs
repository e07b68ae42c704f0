//! What the server remembers of one client: bytes in, bytes out. The socket
//! is the business of `main`.

use crate::handshake::Upgrade;
use crate::http::{HeadReader, Request};
use crate::log;
use crate::response::{Response, status};
use crate::websocket::WebSocket;

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

/// What the bytes of a client mean depends on what was said before.
#[derive(Default)]
enum Phase {
    #[default]
    Http,
    WebSocket(WebSocket),
    /// Nothing more will be said.
    Finished,
}

#[derive(Default)]
pub struct Connection {
    phase: Phase,
    head: HeadReader,
}

impl Connection {
    /// Takes bytes as they come, in pieces of any size, and appends to `out`
    /// what they lead to.
    pub fn receive(&mut self, input: &mut [u8], out: &mut Output) {
        let mut taken = 0;
        while taken < input.len() {
            let rest = &mut input[taken..];
            taken += match &mut self.phase {
                Phase::Http => self.receive_http(rest, out),
                Phase::WebSocket(websocket) => {
                    if let Err(error) = websocket.receive(rest, out) {
                        out.log(&log::bad_frame(error));
                        self.phase = Phase::Finished;
                    }
                    return;
                }
                Phase::Finished => return,
            };
        }
    }

    /// Nothing more will be said: send what there is, then close.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Finished)
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
        if request.path() == "/websocket" {
            let upgrade = Upgrade::check(request)?;
            upgrade.encode(&mut out.bytes);
            out.log(&log::upgrade(&upgrade));
            self.phase = Phase::WebSocket(WebSocket::default());
            return Ok(());
        }
        request.check_body()?;
        match request.path() {
            "/" => Response::page(request)?.encode(&mut out.bytes),
            _ => {
                let fault = "there is nothing at this path";
                return Err(Response::refusal(status::NOT_FOUND, fault));
            }
        }
        if !request.keeps_alive() {
            self.phase = Phase::Finished;
        }
        Ok(())
    }

    fn refuse(&mut self, refusal: &Response, out: &mut Output) {
        out.log(&log::refusal(refusal));
        refusal.encode(&mut out.bytes);
        self.phase = Phase::Finished;
    }
}
