//! One attacker's connection, and how far it has come in its script.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use socket2::SockRef;

use super::plan::{Plan, part};
use crate::attack::ear::Ear;
use crate::attack::namespace;
use crate::attack::script::{Attack, Special};

/// Bytes that one client sends before the next has its turn.
const SENT_IN_A_TURN: usize = 64 * 1024;
const READS_IN_A_TURN: usize = 4;
/// Who does not read has little room either.
const DEAF_BUFFER: usize = 4096;

pub enum Fate {
    Waits,
    Busy,
    /// The server ended it: what it had said, or how.
    Ended(String),
    /// The client ended it.
    Left,
}

pub struct Client {
    number: usize,
    /// The scripts that it may follow, one after the other.
    scripts: std::ops::Range<usize>,
    is_deaf: bool,
    will_vanish: bool,
    opened: usize,
    /// It is at its work, or was already.
    pub has_begun: bool,
    socket: Option<TcpStream>,
    step: usize,
    /// Bytes that were sent of this step.
    done: u64,
    next_at: Instant,
    has_heard: bool,
    readable: bool,
    writable: bool,
    /// The other side is gone, though nobody has read so.
    broken: bool,
    ear: Ear,
    said: Option<String>,
}

impl Client {
    pub fn new(number: usize, attack: &Attack) -> Self {
        let all = attack.scripts.len();
        let scripts = match attack.readers {
            0 => 0..all,
            readers if number < readers => 0..1,
            _ => 1..all,
        };
        Self {
            number,
            scripts,
            is_deaf: attack.is_deaf && number >= attack.readers,
            will_vanish: attack.special == Special::Vanish,
            opened: 0,
            has_begun: false,
            socket: None,
            step: 0,
            done: 0,
            next_at: Instant::now(),
            has_heard: false,
            readable: false,
            writable: false,
            broken: false,
            ear: Ear::default(),
            said: None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    pub fn open(&mut self, address: SocketAddr, registry: &Registry) -> std::io::Result<()> {
        let mut socket = match self.will_vanish {
            true => namespace::connect(address)?,
            false => TcpStream::connect(address)?,
        };
        let _ = socket.set_nodelay(true);
        if self.is_deaf {
            let _ = SockRef::from(&socket).set_recv_buffer_size(DEAF_BUFFER);
        }
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut socket, Token(self.number), both)?;
        self.opened += 1;
        (self.step, self.done, self.has_heard) = (0, 0, false);
        (self.readable, self.writable, self.broken) = (false, false, false);
        (self.ear, self.said) = (Ear::default(), None);
        self.socket = Some(socket);
        Ok(())
    }

    pub fn note(&mut self, event: &Event) {
        self.readable |= event.is_readable() || event.is_read_closed();
        self.writable |= event.is_writable();
        self.broken |= event.is_error() || event.is_write_closed();
    }

    pub fn advance(
        &mut self,
        plans: &[Vec<Plan>],
        now: Instant,
        buffer: &mut [u8],
        sent: &mut u64,
    ) -> Fate {
        let at = self.scripts.start + (self.number + self.opened) % self.scripts.len();
        let script = &plans[at];
        let is_upgraded = self.step > 1 || !matches!(script.get(1), Some(Plan::Hear));
        self.has_begun |= is_upgraded || self.opened > 1 || self.broken;
        match self.hear(script.get(self.step), buffer) {
            Some(fate) => fate,
            None => self.talk(script, now, buffer, sent),
        }
    }

    /// Gives its fate if the server has ended it.
    fn hear(&mut self, plan: Option<&Plan>, buffer: &mut [u8]) -> Option<Fate> {
        let may_hear = !self.is_deaf || matches!(plan, Some(Plan::Hear));
        if may_hear && self.readable && self.read(buffer) {
            if matches!(plan, Some(Plan::Cling)) && !self.broken {
                return Some(self.said.take().map_or(Fate::Waits, Fate::Ended));
            }
            return Some(self.ended());
        }
        (self.broken && self.is_deaf).then(|| self.ended())
    }

    fn talk(&mut self, script: &[Plan], now: Instant, buffer: &mut [u8], sent: &mut u64) -> Fate {
        let before = *sent;
        loop {
            if *sent - before > SENT_IN_A_TURN as u64 {
                return Fate::Busy;
            }
            let (block, total, size, pause) = match script.get(self.step) {
                Some(Plan::Send { block, total }) => (block, *total, usize::MAX, Duration::ZERO),
                Some(Plan::Drip { block, total, size, pause }) => (block, *total, *size, *pause),
                Some(Plan::Hear) if self.has_heard => {
                    self.next_step();
                    continue;
                }
                Some(Plan::Hear | Plan::Stay | Plan::Cling) => return self.waits(),
                Some(Plan::Leave) | None => return self.leaves(),
                Some(Plan::Reset) => {
                    if let Some(socket) = &self.socket {
                        let _ = SockRef::from(socket).set_linger(Some(Duration::ZERO));
                    }
                    return self.leaves();
                }
            };
            if self.done == total {
                self.next_step();
                continue;
            }
            if !self.writable || now < self.next_at {
                return self.waits();
            }
            self.has_heard = false;
            let bytes = part(block, total, self.done);
            let bytes = &bytes[..bytes.len().min(size)];
            match self.socket.as_mut().map_or(Ok(0), |socket| socket.write(bytes)) {
                Ok(size) => {
                    self.done += size as u64;
                    *sent += size as u64;
                    self.next_at = now + pause;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.writable = false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // What the server said before may be there to be read.
                Err(_) if !self.is_deaf && !self.read(buffer) => {}
                Err(_) => return self.ended(),
            }
        }
    }

    fn next_step(&mut self) {
        self.step += 1;
        self.done = 0;
    }

    fn waits(&self) -> Fate {
        if self.readable && !self.is_deaf { Fate::Busy } else { Fate::Waits }
    }

    /// Takes what is there. True: there is an end behind it.
    fn read(&mut self, buffer: &mut [u8]) -> bool {
        let Some(socket) = &mut self.socket else {
            return true;
        };
        for _ in 0..READS_IN_A_TURN {
            match socket.read(buffer) {
                Ok(0) => {
                    self.readable = false;
                    return true;
                }
                Ok(size) => {
                    self.has_heard = true;
                    if let Some(said) = self.ear.hear(&buffer[..size]) {
                        self.said = Some(said);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.readable = false;
                    return false;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    self.broken = true;
                    return true;
                }
            }
        }
        false
    }

    fn ended(&mut self) -> Fate {
        self.socket = None;
        let how = if self.broken { "dropped" } else { "ended" };
        Fate::Ended(self.said.take().unwrap_or_else(|| how.to_owned()))
    }

    fn leaves(&mut self) -> Fate {
        self.socket = None;
        self.said.take().map_or(Fate::Left, Fate::Ended)
    }
}
