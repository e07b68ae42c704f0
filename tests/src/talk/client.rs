//! One connection of `talk`: what it sent, what it still expects, and what came.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use std::{io, thread};

use super::sending::{asks_for_frames, sent};
use super::settings::Pace;
use crate::frame::{CLOSE, PING, PONG, pong};
use crate::request::Request;
use crate::response::read_response;
use crate::script::Message;
use crate::server_frame::read_frame;
use crate::transcript::What;
use crate::wire::{End, Wire};

/// So long the server may take nothing of what we send.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// Between the two parts of what is sent in two.
const SPLIT_PAUSE: Duration = Duration::from_millis(200);

#[derive(Default)]
pub struct Client {
    pub name: String,
    /// The connection, while it lasts.
    pub wire: Option<Wire>,
    /// There was one before.
    pub was_connected: bool,
    /// We said that we send nothing more.
    pub finished_sending: bool,
    /// The 101 has come: both sides speak frames.
    pub upgraded: bool,
    /// The responses that are expected; true where HEAD asked.
    pub pending: VecDeque<bool>,
    /// An HTTP head that was sent in part.
    head: Vec<u8>,
    /// So many frames or pieces were sent that the server may answer.
    pub unanswered: usize,
    /// The server is about to end the connection.
    pub ends_soon: bool,
    /// The request that asked for a WebSocket, once it was taken; each new connection repeats it
    /// before it sends a frame.
    pub websocket: Option<Request>,
    /// One that has not been answered yet.
    asked: Option<Request>,
    /// What waits to be sent with the next line.
    pub held: Vec<Message>,
    /// Of the next response only the first line is shown, if it is the 101.
    pub brief: bool,
    /// So many responses, frames and ends have come.
    pub came: usize,
}

impl Client {
    /// A connection that is not open yet.
    pub fn new(name: &str, websocket: Option<Request>) -> Client {
        Client { name: name.into(), websocket, ..Client::default() }
    }

    pub fn connect(&mut self, sockets: &[SocketAddr]) -> io::Result<()> {
        let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
        for &socket in sockets {
            result = Wire::connect(socket);
            if result.is_ok() {
                break;
            }
        }
        let wire = Some(result?);
        let old = std::mem::take(self);
        let Client { name, websocket, held, came, .. } = old;
        *self =
            Client { name, websocket, held, came, wire, was_connected: true, ..Client::default() };
        Ok(())
    }

    /// Sends what was held back and this, and gives what the transcript shows of it.
    pub fn send(&mut self, messages: Vec<Message>, pace: Pace) -> Vec<What> {
        let mut all = std::mem::take(&mut self.held);
        all.extend(messages);
        let mut bytes = Vec::new();
        let mut shown = Vec::new();
        for message in &all {
            self.expect_answer(message);
            bytes.extend(message.bytes());
            shown.extend(sent(message));
        }
        let deadline = Instant::now() + SEND_TIMEOUT;
        if let Some(wire) = &mut self.wire {
            match pace {
                Pace::Bytewise => wire.send_byte_by_byte(&bytes, deadline),
                Pace::Split(at) if at < bytes.len() => {
                    wire.send(&bytes[..at], deadline);
                    thread::sleep(SPLIT_PAUSE);
                    wire.send(&bytes[at..], deadline);
                }
                _ => wire.send(&bytes, deadline),
            }
            if wire.write_failed && wire.end.is_none() {
                shown.push(What::Act("  the server no longer takes what we send".into()));
            }
        }
        shown
    }

    fn expect_answer(&mut self, message: &Message) {
        match message {
            // Nothing answers a Pong.
            Message::Frame(frame) if frame.opcode == PONG && frame.fin => {}
            _ if self.upgraded => self.unanswered += 1,
            Message::Request(request) => {
                self.asked = asks_for_frames(request).then(|| request.clone());
                self.pending.push_back(request.method == "HEAD");
            }
            Message::Upgrade(_) => self.pending.push_back(false),
            Message::Lines(bytes) | Message::Raw(bytes, _) => {
                self.head.extend_from_slice(bytes);
                let end = self.head.windows(4).position(|four| four == b"\r\n\r\n");
                match end {
                    Some(_) => {
                        self.pending.push_back(self.head.starts_with(b"HEAD "));
                        self.head.clear();
                    }
                    None => self.unanswered += 1,
                }
            }
            Message::Frame(_) => self.unanswered += 1,
        }
    }

    /// Whether what was held back asks for a WebSocket.
    pub fn asks_for_frames(&self) -> bool {
        let asks = |message: &Message| match message {
            Message::Request(request) => asks_for_frames(request),
            _ => false,
        };
        self.held.iter().any(asks)
    }

    /// Takes what came, as far as it is whole, and says whether a Ping wants its Pong.
    pub fn take(&mut self) -> (Vec<What>, Vec<Message>) {
        let (mut shown, mut answers) = (Vec::new(), Vec::new());
        while let Some(what) = self.take_one(&mut answers) {
            shown.push(what);
        }
        let end = self.wire.as_ref().and_then(|wire| wire.end);
        if let Some(end) = end {
            shown.append(&mut self.rest());
            shown.push(What::Act(
                match end {
                    End::Finished => "← end",
                    End::Reset => "← reset",
                }
                .into(),
            ));
            self.close();
        }
        self.came += shown.len();
        (shown, answers)
    }

    fn take_one(&mut self, answers: &mut Vec<Message>) -> Option<What> {
        let wire = self.wire.as_mut()?;
        if self.upgraded {
            let frame = read_frame(&wire.received)?;
            wire.take(frame.bytes.len());
            self.unanswered = self.unanswered.saturating_sub(1);
            self.ends_soon |= frame.opcode == CLOSE;
            if frame.opcode == PING {
                answers.push(pong(frame.payload.clone()).into());
            }
            let words = frame.words();
            return Some(What::Received { bytes: frame.bytes, words });
        }
        let headers_only = self.pending.front().copied().unwrap_or(false);
        let ended = wire.end == Some(End::Finished);
        let response = match read_response(&wire.received, headers_only, ended) {
            Ok(response) => response?,
            Err((why, _)) => {
                let bytes = wire.take(wire.received.len());
                self.pending.clear();
                return Some(What::Received { bytes, words: why });
            }
        };
        wire.take(response.bytes.len());
        self.pending.pop_front();
        self.unanswered = self.unanswered.saturating_sub(1);
        self.upgraded = response.status == 101;
        if self.upgraded && self.asked.is_some() {
            self.websocket = self.asked.take();
        }
        let closes = |(value, _): &(&str, usize)| value.eq_ignore_ascii_case("close");
        self.ends_soon |= response.values("Connection").iter().any(closes);
        match std::mem::take(&mut self.brief) && self.upgraded {
            true => Some(What::Act(format!("← {}", response.first_line()))),
            false => Some(What::Response(response.bytes)),
        }
    }

    /// What came in part before the connection ended.
    fn rest(&mut self) -> Vec<What> {
        let Some(wire) = &mut self.wire else { return Vec::new() };
        let bytes = wire.take(wire.received.len());
        match (bytes.is_empty(), self.upgraded) {
            (true, _) => Vec::new(),
            (false, true) => vec![What::Received { bytes, words: "not a whole frame".into() }],
            (false, false) => {
                let note = "  this is not a whole response";
                vec![What::Response(bytes), What::Act(note.into())]
            }
        }
    }

    /// Lets the connection go.
    pub fn close(&mut self) -> Option<Wire> {
        self.pending.clear();
        self.unanswered = 0;
        self.ends_soon = false;
        self.wire.take()
    }

    /// Whether something is still expected.
    pub fn waits(&self) -> bool {
        let owed = !self.pending.is_empty() || 0 < self.unanswered || self.ends_soon;
        self.wire.is_some() && owed
    }
}
