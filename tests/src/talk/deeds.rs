//! What the lines of `talk` do to a connection, and when the next line may come.

use std::io;
use std::time::{Duration, Instant};

use super::client::Client;
use super::line::Deed;
use super::session::Session;
use super::settings::Pace;
use crate::script::Message;
use crate::transcript::What;

/// So long a response may take in a script.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence that ends an answer.
const SILENCE: Duration = Duration::from_millis(100);
/// Where it is never silent, the next line comes nevertheless.
const NEVER_SILENT: Duration = Duration::from_secs(1);

impl Session<'_> {
    pub(super) fn send(&mut self, at: usize, messages: Vec<Message>, pace: Pace) -> io::Result<()> {
        if pace == Pace::Held {
            self.clients[at].held.extend(messages);
            return Ok(());
        }
        let frames = messages.iter().any(|message| matches!(message, Message::Frame(_)));
        if !self.is_open(at, frames)? {
            return Ok(());
        }
        let client = &self.clients[at];
        if frames && !client.upgraded && !client.asks_for_frames() {
            self.note(at, "no upgrade yet (upgrade /websocket): the server takes this for HTTP")?;
        }
        let shown = self.clients[at].send(messages, pace);
        self.show(at, &shown)?;
        self.answer(at)
    }

    /// Opens the connection if it is not. Where frames are to follow and there was a WebSocket,
    /// it becomes one again. False: nobody is there.
    pub(super) fn is_open(&mut self, at: usize, frames: bool) -> io::Result<bool> {
        // What came last may be the end of it.
        self.listen()?;
        let client = &self.clients[at];
        if client.wire.is_some() && !client.finished_sending {
            return Ok(true);
        }
        let upgraded = self.address.websocket.is_some() || frames && !client.asks_for_frames();
        if client.was_connected {
            self.note(at, "a new connection")?;
        }
        self.connect(at, upgraded)
    }

    /// Connects, and asks for a WebSocket, if it is to be upgraded.
    pub(super) fn connect(&mut self, at: usize, upgraded: bool) -> io::Result<bool> {
        if let Err(error) = self.clients[at].connect(&self.address.sockets) {
            self.trouble = true;
            let address = &self.address.words;
            let words = match error.kind() {
                io::ErrorKind::ConnectionRefused => {
                    format!("no server listens at {address}. Has it been started?")
                }
                io::ErrorKind::TimedOut => format!("nothing answers at {address}"),
                _ => format!("no connection to {address}: {error}"),
            };
            self.note(at, &words)?;
            return Ok(false);
        }
        let request = self.clients[at].websocket.clone();
        if let Some(request) = request.filter(|_| upgraded) {
            // What was held back is for the WebSocket.
            let held = std::mem::take(&mut self.clients[at].held);
            // As in the cases it is one line each way.
            self.clients[at].brief = true;
            let words = format!("→ upgrade {}", request.target);
            let _ = self.clients[at].send(vec![request.into()], Pace::Whole);
            self.show(at, &[What::Act(words)])?;
            self.answer(at)?;
            self.clients[at].held = held;
        }
        Ok(self.clients[at].wire.is_some())
    }

    pub(super) fn finish(&mut self, at: usize, deed: &Deed) -> io::Result<()> {
        let client = &self.clients[at];
        let fresh = !client.was_connected || !client.held.is_empty();
        if client.wire.is_none() && !fresh {
            return self.note(at, "there is no open connection");
        }
        if fresh {
            if !self.is_open(at, false)? {
                return Ok(());
            }
            let shown = self.clients[at].send(Vec::new(), Pace::Whole);
            self.show(at, &shown)?;
        }
        let (words, wire) = match deed {
            Deed::End => ("→ end", None),
            Deed::Reset => ("→ reset", self.clients[at].close()),
            _ => ("→ gone", self.clients[at].close()),
        };
        self.show(at, &[What::Act(words.into())])?;
        match (deed, wire) {
            (Deed::Reset, Some(wire)) => wire.reset(),
            (Deed::End, _) => {
                let client = &mut self.clients[at];
                client.finished_sending = true;
                // Who is told that nothing more comes has nothing more to wait for.
                client.ends_soon = true;
                if let Some(wire) = &mut client.wire {
                    wire.finish_sending();
                }
            }
            _ => {}
        }
        self.answer(at)
    }

    /// Waits until what was asked for is there, and a moment more.
    fn answer(&mut self, at: usize) -> io::Result<()> {
        let response_time = match self.options.interactive {
            true => self.options.patience,
            false => RESPONSE_TIMEOUT.max(self.options.patience),
        };
        let mut since = Instant::now();
        let mut came = self.clients[at].came;
        while self.clients[at].waits() {
            let asked = !self.clients[at].pending.is_empty();
            let limit = if asked { response_time } else { self.options.patience };
            if limit <= since.elapsed() {
                if asked && !self.options.interactive {
                    self.note(at, &format!("no answer in {} s", limit.as_secs_f64()))?;
                }
                break;
            }
            self.listen()?;
            if came != self.clients[at].came {
                came = self.clients[at].came;
                since = Instant::now();
            }
        }
        self.clients[at].unanswered = 0;
        self.clients[at].ends_soon = false;
        let end = Instant::now() + NEVER_SILENT;
        let mut silent_since = Instant::now();
        while silent_since.elapsed() < SILENCE && Instant::now() < end {
            if self.listen()? {
                silent_since = Instant::now();
            }
        }
        Ok(())
    }

    /// Until one more thing comes, on this connection if it has a name.
    pub(super) fn wait(&mut self, name: &str, time: Duration) -> io::Result<()> {
        let count = |clients: &[Client]| -> usize {
            let wanted = clients.iter().filter(|client| name.is_empty() || client.name == name);
            wanted.map(|client| client.came).sum()
        };
        let (before, end) = (count(&self.clients), Instant::now() + time);
        while count(&self.clients) == before {
            if end <= Instant::now() {
                return writeln!(self.out, "  nothing came in {} s", time.as_secs_f64());
            }
            self.listen()?;
        }
        Ok(())
    }
}
