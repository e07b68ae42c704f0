//! One client: its socket, and what it has to get yet.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use mio::net::TcpStream;

use super::ground::Ground;
use super::member::Member;
use super::mischief::{Deed, Wages};
use super::plan::{End, Place, Plan};
use super::random::Random;
use super::room::Mark;

/// Nothing that is owed takes as long as this, even on a machine that does other things too.
pub const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// Waits for TCP, and then for the answer to its request.
    Asking,
    Open,
    /// Says nothing new; waits for what it said to come back.
    Leaving,
    /// Has sent Close, or the end of TCP.
    Closing,
    /// Nothing more may come but the end.
    Over,
}

/// What a client's part in the run came to. An `Err` beside it is a fault of the server.
pub type Outcome = Result<Option<Gone>, String>;

/// The client is gone, and so it went.
#[derive(Debug)]
pub struct Gone(pub &'static str);

pub struct Client {
    pub number: u64,
    pub plan: Plan,
    pub socket: TcpStream,
    pub stage: Stage,
    pub random: Random,
    /// Bytes that the socket has not taken.
    pub out: Vec<u8>,
    sent: usize,
    pub input: Vec<u8>,
    /// The system says that the server has ended its side: there is an end to read.
    pub ended: bool,
    /// The socket may be written. Before that TCP is not there.
    writable: bool,
    shut_down: bool,
    /// By when what it waits for must be there.
    pub deadline: Instant,
    pub act_at: Instant,
    pub end_at: Instant,
    /// It does not read before.
    pub deaf_until: Option<Instant>,
    /// Answers that must come, in this order: opcode and payload.
    pub due: VecDeque<(u8, Vec<u8>)>,
    /// What it said in a room and has not heard yet.
    pub own: VecDeque<Mark>,
    pub member: Option<Member>,
    /// Its room's order is what this one hears.
    pub is_witness: bool,
    pub messages: u64,
    pub percent: Option<u8>,
    pub pages: u64,
    /// What its Close said.
    pub close_code: Option<u16>,
    pub gone: Option<&'static str>,
}

impl Client {
    /// `socket`: on its way to the server.
    pub fn new(number: u64, plan: Plan, random: Random, socket: TcpStream, now: Instant) -> Self {
        let day = Duration::from_secs(24 * 3600);
        Self {
            end_at: now + plan.life.min(day),
            number,
            plan,
            socket,
            stage: Stage::Asking,
            random,
            out: Vec::new(),
            sent: 0,
            input: Vec::new(),
            ended: false,
            writable: false,
            shut_down: false,
            deadline: now + PATIENCE,
            act_at: now,
            deaf_until: None,
            due: VecDeque::new(),
            own: VecDeque::new(),
            member: None,
            is_witness: false,
            messages: 0,
            percent: None,
            pages: 0,
            close_code: None,
            gone: None,
        }
    }

    /// Who it is, for people.
    pub fn name(&self) -> String {
        let Plan { place, end, mischief, .. } = &self.plan;
        let what = match mischief {
            Some(mischief) => format!("hostile: {}", mischief.name),
            None => format!("end: {end:?}"),
        };
        format!("client {} ({place:?}, {what})", self.number)
    }

    pub fn deed(&self) -> Option<Deed> {
        self.plan.mischief.map(|mischief| mischief.deed)
    }

    pub fn wages(&self) -> Option<Wages> {
        self.plan.mischief.map(|mischief| mischief.wages)
    }

    /// Nothing is on its way to it that it asked for.
    pub fn is_quiet(&self) -> bool {
        self.due.is_empty() && self.own.is_empty() && self.sent == self.out.len()
    }

    /// The socket is ready for something.
    pub fn ready(
        &mut self,
        event: &mio::event::Event,
        ground: &mut Ground,
        now: Instant,
    ) -> Outcome {
        self.ended |= event.is_read_closed();
        if event.is_writable() {
            self.writable = true;
            self.write();
        }
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            return self.read(ground, now);
        }
        Ok(None)
    }

    /// Sends what the socket takes. That it takes nothing any more is seen when it is read.
    pub fn write(&mut self) {
        let mut sips = if self.plan.sip == usize::MAX { usize::MAX } else { 1 };
        while self.writable && self.sent < self.out.len() && sips > 0 {
            let size = self.plan.sip.min(self.out.len() - self.sent);
            match self.socket.write(&self.out[self.sent..self.sent + size]) {
                Ok(size) => self.sent += size,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => self.sent = self.out.len(),
            }
            sips -= 1;
        }
        if self.sent < self.out.len() {
            return;
        }
        (self.out, self.sent) = (Vec::new(), 0);
        let is_last = self.stage == Stage::Closing && self.plan.end == End::Fin;
        if is_last && self.writable && !self.shut_down {
            self.shut_down = true;
            // If it fails the server has gone; reading tells.
            let _ = self.socket.shutdown(Shutdown::Write);
        }
    }

    /// Reads all that is there, and looks at it.
    pub fn read(&mut self, ground: &mut Ground, now: Instant) -> Outcome {
        if self.deaf_until.is_some_and(|until| now < until) {
            return Ok(None);
        }
        loop {
            match self.socket.read(&mut ground.buffer) {
                Ok(0) => return self.end_of_stream(ground).map(Some),
                Ok(size) => {
                    self.input.extend_from_slice(&ground.buffer[..size]);
                    self.take_input(ground, now)?;
                    if size < ground.buffer.len() && !self.ended {
                        return Ok(None);
                    }
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => return Ok(None),
                    ErrorKind::Interrupted => {}
                    _ if matches!(self.deed(), Some(Deed::Deaf)) => return Ok(Some(Gone("cut"))),
                    _ => return Err(format!("lost its connection ({:?}): {error}", self.stage)),
                },
            }
        }
    }

    /// The server has ended its side. May it?
    fn end_of_stream(&mut self, ground: &Ground) -> Result<Gone, String> {
        let rest = self.input.len();
        if rest > 0 {
            return Err(format!(
                "the end came in the middle of a frame, behind {rest} bytes of it"
            ));
        }
        if let Some(how) = self.gone {
            return Ok(Gone(how));
        }
        let is_idle = self.plan.place == Place::Page && ground.is_stopping;
        match self.wages() {
            Some(Wages::Nothing) => Ok(Gone("the end")),
            Some(Wages::Slow) => Ok(Gone("cut")),
            None if is_idle => Ok(Gone("1001")),
            None if self.stage == Stage::Closing && self.shut_down => {
                self.check_all_came()?;
                Ok(Gone("FIN"))
            }
            _ => Err(format!("the server ended TCP, without a word ({:?})", self.stage)),
        }
    }

    /// Nothing is owed to it any more.
    pub fn check_all_came(&self) -> Result<(), String> {
        if let Some((opcode, payload)) = self.due.front() {
            let what = super::room::shown(payload);
            let more = self.due.len() - 1;
            return Err(format!("opcode {opcode} {what} never came back, and {more} behind it"));
        }
        match self.own.len() {
            0 => Ok(()),
            count => Err(format!("never heard {count} messages that it said itself")),
        }
    }
}
