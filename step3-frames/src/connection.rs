//! What the server remembers of one client: bytes in, bytes out. The socket
//! is the business of `main`.

use crate::handshake::Upgrade;
use crate::http::{HeadReader, Request};
use crate::log;
use crate::response::{Response, status};
use crate::turn::Turn;
use crate::websocket::WebSocket;

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
    /// Takes bytes as they come, in pieces of any size. What they lead to is
    /// appended to `turn.bytes`.
    pub fn receive(&mut self, input: &mut [u8], turn: &mut Turn) {
        let mut taken = 0;
        while taken < input.len() {
            let rest = &mut input[taken..];
            taken += match &mut self.phase {
                Phase::Http => self.receive_http(rest, turn),
                Phase::WebSocket(websocket) => {
                    if let Err(error) = websocket.receive(rest, turn) {
                        turn.log(&log::bad_frame(error));
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
    fn receive_http(&mut self, input: &[u8], turn: &mut Turn) -> usize {
        match self.head.read(input) {
            Ok(None) => {}
            Ok(Some((request, taken))) => {
                turn.log(&log::request(&request));
                if let Err(mut refusal) = self.answer(&request, turn) {
                    refusal.head_only = request.method == "HEAD";
                    self.refuse(&refusal, turn);
                }
                return taken;
            }
            Err(refusal) => self.refuse(&refusal, turn),
        }
        input.len()
    }

    fn answer(
        &mut self,
        request: &Request,
        turn: &mut Turn,
    ) -> Result<(), Response> {
        if request.path() == "/websocket" {
            let upgrade = Upgrade::check(request)?;
            upgrade.encode(&mut turn.bytes);
            turn.log(&log::upgrade(&upgrade));
            self.phase = Phase::WebSocket(WebSocket::default());
            return Ok(());
        }
        request.check_body()?;
        match request.path() {
            "/" => Response::page(request)?.encode(&mut turn.bytes),
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

    fn refuse(&mut self, refusal: &Response, turn: &mut Turn) {
        turn.log(&log::refusal(refusal));
        refusal.encode(&mut turn.bytes);
        self.phase = Phase::Finished;
    }
}
