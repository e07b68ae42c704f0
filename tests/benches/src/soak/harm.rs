//! What clients do that others have to bear: floods, and deaths.

use std::time::{Duration, Instant};

use super::client::{Client, Gone, Outcome, PATIENCE};
use super::ground::Ground;
use super::mischief;
use super::plan::Place;
use super::wire::{self, BINARY, FIN, PING, PONG, TEXT};

/// How long answers to Pings are not read.
const PINGS_UNREAD: Duration = Duration::from_secs(2);
/// What each of two says in a flood, at `--room-rate`: together more than the system's buffers and
/// `--max-outgoing` hold, in less time than `DEAF`.
const FLOOD: (usize, usize) = (208, 16 * 1024);

impl Client {
    /// Says all of it at once, and leaves when it has come back.
    pub fn flood(&mut self, ground: &mut Ground, now: Instant) {
        let opcode = if self.plan.place == Place::Chat { TEXT } else { BINARY };
        for _ in 0..FLOOD.0 {
            let mut payload = format!("client {}, flood {} ", self.number, self.messages);
            payload.extend(std::iter::repeat_n('~', FLOOD.1 - payload.len()));
            wire::encode(FIN | opcode, payload.as_bytes(), self.random.key(), &mut self.out);
            self.note_said(payload.as_bytes(), ground, now);
        }
        self.begin_to_leave(now);
        self.deadline = now + 3 * PATIENCE;
    }

    /// Asks for very many Pongs, and reads none of them for a while.
    pub fn send_pings(&mut self, now: Instant) {
        for payload in mischief::pings() {
            wire::encode(FIN | PING, &payload, self.random.key(), &mut self.out);
            self.due.push_back((PONG, payload));
        }
        self.deaf_until = Some(now + PINGS_UNREAD);
        self.begin_to_leave(now);
    }

    /// Dies, half of the time in the middle of a frame.
    pub fn reset(&mut self) -> Outcome {
        if self.is_open() && self.random.once_in(2) {
            let frame = b"\x81\xfe\x01\x00\x01\x02\x03\x04half of";
            self.out.extend(&frame[..1 + self.random.below(frame.len() as u64) as usize]);
            self.write();
        }
        // RST instead of FIN: nothing that is on its way counts any more.
        let linger = socket2::SockRef::from(&self.socket).set_linger(Some(Duration::ZERO));
        linger.map_err(|error| format!("cannot be reset: {error}"))?;
        Ok(Some(Gone("RST")))
    }
}
