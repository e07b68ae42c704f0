//! One room on several servers. In each round some members say something, all at once, and the
//! next round begins when every member has heard all of it: a *closed loop*, as in `load`.
//!
//! The room is the drawing board, since nobody else says anything there. What is said holds the
//! number of the round and of who said it, so that a loss, a repetition and a message of
//! another round are noticed.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::link::{self, PATIENCE};
use crate::soak::wire::{self, BINARY, FIN};

const BUFFER: usize = 256 * 1024;
const EVENTS: usize = 1024;
/// As many bits as fit a number that says who has been heard.
pub const MAX_SPEAKERS: usize = 64;
/// What is behind the numbers in a message.
const FILLING: u8 = b'.';
/// The servers have found each other when a round is whole within this time.
const FOUND: Duration = Duration::from_millis(500);

/// What a run is like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub members: usize,
    /// Of the members; spread over the servers too.
    pub speakers: usize,
    /// Bytes of a message, 8 at least.
    pub size: usize,
}

struct Member {
    socket: TcpStream,
    /// The front of a frame that is not whole.
    rest: Vec<u8>,
    /// Whom it has heard in this round, a bit each.
    heard: u64,
}

pub struct Many {
    shape: Shape,
    poll: Poll,
    members: Vec<Member>,
    round: u32,
    /// The first round that all heard. What was said before may come late.
    first: u32,
    /// Members that have not heard all of this round.
    missing: usize,
    buffer: Vec<u8>,
}

/// What came of some time.
pub struct Tally {
    pub rounds: u64,
    pub time: Duration,
}

impl Many {
    /// Opens the connections, the first to the first server, the second to the second …, and waits
    /// until what one of them says is heard by all.
    pub fn open(addresses: &[SocketAddr], shape: Shape) -> Result<Self, String> {
        let poll = Poll::new().map_err(|error| error.to_string())?;
        let mut members = Vec::new();
        for (id, address) in (0..shape.members).zip(addresses.iter().cycle()) {
            let stream = link::open(*address, Some("/draw"))?;
            stream.set_nonblocking(true).map_err(|error| error.to_string())?;
            let mut socket = TcpStream::from_std(stream);
            let registered = poll.registry().register(&mut socket, Token(id), Interest::READABLE);
            registered.map_err(|error| error.to_string())?;
            members.push(Member { socket, rest: Vec::new(), heard: 0 });
        }
        let buffer = vec![0; BUFFER];
        let mut many = Self { shape, poll, members, round: 0, first: u32::MAX, missing: 0, buffer };
        let end = Instant::now() + PATIENCE;
        while !many.try_round(FOUND)? {
            if Instant::now() > end {
                return Err(format!("{} members do not hear all the others", many.missing));
            }
        }
        many.first = many.round;
        Ok(many)
    }

    /// Rounds for some time.
    pub fn run(&mut self, time: Duration) -> Result<Tally, String> {
        let start = Instant::now();
        let mut rounds = 0;
        while start.elapsed() < time {
            if !self.try_round(PATIENCE)? {
                return Err(format!("{} members wait for what never came", self.missing));
            }
            rounds += 1;
        }
        Ok(Tally { rounds, time: start.elapsed() })
    }

    /// False: in this time not everybody has heard everything.
    fn try_round(&mut self, patience: Duration) -> Result<bool, String> {
        self.round += 1;
        self.missing = self.members.len();
        for member in &mut self.members {
            member.heard = 0;
        }
        for speaker in 0..self.shape.speakers {
            self.speak(speaker)?;
        }
        let end = Instant::now() + patience;
        let mut events = Events::with_capacity(EVENTS);
        while self.missing > 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            let polled = self.poll.poll(&mut events, Some(left));
            polled.map_err(|error| error.to_string())?;
            for event in &events {
                self.hear(event.token().0)?;
            }
        }
        Ok(true)
    }

    fn speak(&mut self, speaker: usize) -> Result<(), String> {
        let mut payload = vec![FILLING; self.shape.size];
        payload[..4].copy_from_slice(&self.round.to_be_bytes());
        payload[4..8].copy_from_slice(&(speaker as u32).to_be_bytes());
        let mut frame = Vec::new();
        wire::encode(FIN | BINARY, &payload, [1, 2, 3, 4], &mut frame);
        // It is small, and all before it has been heard: the socket has room.
        let written = self.members[speaker].socket.write_all(&frame);
        written.map_err(|error| format!("member {speaker} cannot speak: {error}"))
    }

    fn hear(&mut self, id: usize) -> Result<(), String> {
        let all = u64::MAX >> (MAX_SPEAKERS - self.shape.speakers);
        let member = &mut self.members[id];
        loop {
            let size = match member.socket.read(&mut self.buffer) {
                Ok(0) => return Err(format!("the server ended the connection of member {id}")),
                Ok(size) => size,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(format!("the connection of member {id}: {error}")),
            };
            member.rest.extend(&self.buffer[..size]);
            let mut taken = 0;
            while let Some((opcode, payload)) = wire::parse(&member.rest[taken..])? {
                let payload_bytes = &member.rest[taken..][payload.clone()];
                let (round, speaker) = read(opcode, payload_bytes, self.shape)?;
                taken += payload.end;
                if round < self.first && round != self.round {
                    continue;
                }
                if round != self.round {
                    return Err(format!("member {id} hears round {round} in {}", self.round));
                }
                if member.heard & 1 << speaker != 0 {
                    return Err(format!("member {id} heard {speaker} twice in a round"));
                }
                member.heard |= 1 << speaker;
                self.missing -= usize::from(member.heard == all);
            }
            member.rest.drain(..taken);
        }
    }
}

/// The round, and who said it.
fn read(opcode: u8, payload: &[u8], shape: Shape) -> Result<(u32, u32), String> {
    let numbers = payload.split_first_chunk().and_then(|(round, rest)| {
        let (speaker, _) = rest.split_first_chunk()?;
        Some((u32::from_be_bytes(*round), u32::from_be_bytes(*speaker)))
    });
    match numbers {
        Some((round, speaker))
            if opcode == BINARY
                && payload.len() == shape.size
                && payload[8..].iter().all(|byte| *byte == FILLING)
                && (speaker as usize) < shape.speakers =>
        {
            Ok((round, speaker))
        }
        _ => Err(format!("{payload:02x?}, opcode {opcode}, is nothing that anybody said")),
    }
}
