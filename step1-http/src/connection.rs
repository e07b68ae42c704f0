//! What the server remembers of one client: bytes in, bytes out. The socket
//! is the business of `main`.

use crate::http::{HeadReader, Request};
use crate::log;
use crate::response::{Response, status};
use crate::turn::Turn;

#[derive(Default)]
pub struct Connection {
    head: HeadReader,
    finished: bool,
}

impl Connection {
    /// Takes bytes as they come, in pieces of any size. What they lead to is
    /// appended to `turn.bytes`.
    pub fn receive(&mut self, input: &[u8], turn: &mut Turn) {
        let mut taken = 0;
        while taken < input.len() && !self.finished {
            taken += self.receive_http(&input[taken..], turn);
        }
    }

    /// Nothing more will be said: send what there is, then close.
    pub fn is_finished(&self) -> bool {
        self.finished
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
        request.check_body()?;
        match request.path() {
            "/" => Response::page(request)?.encode(&mut turn.bytes),
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

    fn refuse(&mut self, refusal: &Response, turn: &mut Turn) {
        turn.log(&log::refusal(refusal));
        refusal.encode(&mut turn.bytes);
        self.finished = true;
    }
}
