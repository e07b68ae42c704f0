//! What the server remembers of one client: bytes in, bytes out, and by when
//! something has to come. The socket is the turn's, and so is the time.

use crate::app::{ClientId, Endpoint};
use crate::frame::Opcode;
use crate::handshake::Upgrade;
use crate::http::{HeadReader, Request};
use crate::log;
use crate::message::{CloseCode, Failure};
use crate::response::{Response, status};
use crate::turn::Turn;
use crate::websocket::WebSocket;
use std::time::{Duration, Instant};

/// Bytes of responses that may gather for a client who sends requests without
/// waiting for them. The next response is then the last.
const MAX_RESPONSES: usize = 64 * 1024;

/// What the bytes of a client mean depends on what was said before.
enum Phase {
    Http,
    WebSocket(WebSocket),
    /// Nothing more will be said.
    Finished,
}

pub struct Connection {
    client: ClientId,
    phase: Phase,
    head: HeadReader,
    /// When our patience ends: with a request, with silence, with the answer
    /// to our Ping or Close, with the end of TCP. The phase tells which.
    deadline: Instant,
    /// We have sent Ping and nothing has come since.
    pinged: bool,
    /// The server is full: this client hears no more than that (U13).
    is_surplus: bool,
}

impl Connection {
    pub fn new(client: ClientId, is_surplus: bool, turn: &Turn) -> Self {
        Self {
            client,
            phase: Phase::Http,
            head: HeadReader::default(),
            deadline: turn.now + turn.flags.handshake_timeout,
            pinged: false,
            is_surplus,
        }
    }

    /// Takes bytes as they come, in pieces of any size. What they lead to is
    /// appended to `turn.bytes`; a large answer is sent at once.
    pub fn receive(&mut self, input: &mut [u8], turn: &mut Turn) {
        let mut taken = 0;
        while taken < input.len() {
            let rest = &mut input[taken..];
            taken += match &mut self.phase {
                Phase::Http => self.receive_http(rest, turn),
                Phase::WebSocket(websocket) => {
                    let heard = websocket.receive(rest, turn);
                    if websocket.is_finished() {
                        self.finish(turn);
                    } else if heard && websocket.is_open() {
                        self.wait_for_silence(turn);
                    }
                    return;
                }
                Phase::Finished => {
                    turn.work += rest.len(); // for nothing
                    return;
                }
            };
        }
    }

    /// WebSocket is spoken, and we may send messages.
    pub fn is_open(&self) -> bool {
        matches!(&self.phase, Phase::WebSocket(ws) if ws.is_open())
    }

    /// Nothing more will be said: send what there is, then close.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Finished)
    }

    /// Sends a text that the client has not asked for.
    pub fn send_text(&mut self, text: &str, turn: &mut Turn) {
        if self.is_open() {
            turn.send(Opcode::Text, text.as_bytes());
        }
    }

    /// Starts the close handshake, once (§7.1.2).
    pub fn close(&mut self, code: CloseCode, reason: &str, turn: &mut Turn) {
        if let Phase::WebSocket(websocket) = &mut self.phase
            && websocket.is_open()
        {
            websocket.close(code, reason, turn);
            self.deadline = turn.now + turn.flags.close_timeout;
        }
    }

    /// The client has ended its side of TCP, and gets what it is owed.
    pub fn end(&mut self, turn: &Turn) {
        if !self.is_finished() {
            self.finish(turn);
        }
    }

    /// The server stops: says so to whoever has begun to speak.
    pub fn turn_away(&mut self, turn: &mut Turn) {
        match self.phase {
            Phase::Http if self.head.is_empty() => self.finish(turn),
            Phase::Http => self.refuse(&unavailable(), turn),
            _ => self.close(CloseCode::GOING_AWAY, "server stops", turn),
        }
    }

    /// Looks at the deadline. False: the client is to be dropped.
    pub fn tick(&mut self, turn: &mut Turn) -> bool {
        if turn.now < self.deadline {
            return true;
        }
        match &mut self.phase {
            // Browsers open connections in advance. To answer one that said
            // nothing would puzzle them (H1).
            Phase::Http if self.head.is_empty() => return false,
            Phase::Http => {
                let fault = "the request took too long";
                let refusal = Response::refusal(status::REQUEST_TIMEOUT, fault);
                self.refuse(&refusal, turn);
            }
            Phase::WebSocket(websocket) if !websocket.is_open() => {
                return false; // C9
            }
            Phase::WebSocket(_) if !self.pinged => {
                turn.send(Opcode::Ping, b""); // P4
                self.pinged = true;
                self.deadline = turn.now + turn.flags.ping_timeout;
            }
            Phase::WebSocket(websocket) => {
                let code = CloseCode::INTERNAL_ERROR;
                let reason = "no answer to our Ping (P4)";
                websocket.fail(&Failure::new(code, reason), turn);
                self.finish(turn);
            }
            Phase::Finished => return false, // C7
        }
        true
    }

    /// For `time` the client could say nothing, or had not heard all that we
    /// said: that is no silence (P4).
    pub fn postpone(&mut self, time: Duration) {
        self.deadline += time;
    }

    /// Gives back the memory that is not needed now.
    pub fn release(&mut self) {
        if let Phase::WebSocket(websocket) = &mut self.phase {
            websocket.release();
        }
    }

    /// Takes at most one request and answers it. Gives the number of bytes
    /// taken: what stands behind them is not ours to drop (H12).
    fn receive_http(&mut self, input: &[u8], turn: &mut Turn) -> usize {
        turn.work += input.len();
        if self.head.is_empty() {
            self.deadline = turn.now + turn.flags.handshake_timeout;
        }
        match self.head.read(input) {
            Ok(None) => {}
            Ok(Some((request, taken))) => {
                self.deadline = turn.now + turn.flags.handshake_timeout;
                if let Err(mut refusal) = self.answer(&request, turn) {
                    refusal.head_only = request.method == "HEAD";
                    turn.log(&log::request(&request));
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
        if self.is_surplus {
            return Err(unavailable());
        }
        if let Some(endpoint) = Endpoint::at(request.path()) {
            let upgrade = Upgrade::check(request, &turn.flags)?;
            upgrade.encode(&mut turn.bytes);
            let websocket = WebSocket::new(self.client, endpoint);
            self.phase = Phase::WebSocket(websocket);
            self.wait_for_silence(turn);
            let (now, out) = (turn.now, &mut turn.bytes);
            turn.app.enter(self.client, endpoint, now, out);
            return Ok(());
        }
        request.check_body()?;
        let stays = request.keeps_alive() && turn.bytes.len() < MAX_RESPONSES;
        match request.path() {
            "/" => Response::page(request, stays)?.encode(&mut turn.bytes),
            _ => {
                let fault = "there is nothing at this path";
                return Err(Response::refusal(status::NOT_FOUND, fault));
            }
        }
        if !stays {
            self.finish(turn);
        }
        Ok(())
    }

    fn wait_for_silence(&mut self, turn: &Turn) {
        self.pinged = false;
        self.deadline = turn.now + turn.flags.ping_interval;
    }

    fn refuse(&mut self, refusal: &Response, turn: &mut Turn) {
        turn.log(&log::refusal(refusal));
        refusal.encode(&mut turn.bytes);
        self.finish(turn);
    }

    fn finish(&mut self, turn: &Turn) {
        self.phase = Phase::Finished;
        self.deadline = turn.now + turn.flags.close_timeout;
    }
}

/// The client may try again after so many seconds (U13).
fn unavailable() -> Response {
    Response::refusal(status::UNAVAILABLE, "full, or about to stop")
        .with("Retry-After", "10")
}
