//! The well-behaved client: a small message every millisecond, and how long its answer takes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::script::Seat;
use super::watch::Clock;
use crate::block::Block;
use crate::link;
use crate::load::Tally;

const PACE: Duration = Duration::from_millis(1);
const SIZE: usize = 32;
/// On a busy machine a window lasts longer than it should, but no longer than so many times.
const MOST_STRETCH: u32 = 4;
const BUFFER: usize = 64 * 1024;

pub struct Victim {
    stream: TcpStream,
    block: Block,
    /// What has come and was not looked at. In a room others are heard too.
    heard: Vec<u8>,
    /// Bytes of `heard` that were looked at.
    looked_at: usize,
    buffer: Vec<u8>,
}

impl Victim {
    pub fn open(address: SocketAddr, seat: Seat) -> Result<Self, String> {
        let path = match seat {
            Seat::Echo => "/websocket",
            Seat::Room => "/draw",
        };
        let stream = link::open(address, Some(path))?;
        let block = Block::websocket(0xa77, SIZE, 1);
        Ok(Self { stream, block, heard: Vec::new(), looked_at: 0, buffer: vec![0; BUFFER] })
    }

    /// Comes, has one message answered, and leaves: is anybody served?
    pub fn visit(address: SocketAddr) -> Result<(), String> {
        Self::open(address, Seat::Echo)?.ask()
    }

    /// Measures for some time. A message that was due while an earlier one waited is counted from
    /// when it was due: people do not wait for each other. Time in which other programs had the
    /// core of the server or ours does not count.
    pub fn measure(&mut self, server: u32, time: Duration) -> Result<Tally, String> {
        let mut tally = Tally::new()?;
        let (clock, start) = (Clock::new(server), Instant::now());
        let mut due = Duration::ZERO;
        loop {
            let now = clock.now();
            if due >= time || now >= time || start.elapsed() > time * MOST_STRETCH {
                break;
            }
            let is_late = now > due + PACE;
            thread::sleep(due.saturating_sub(now));
            let begin = if is_late { due } else { clock.now() };
            self.ask()?;
            tally.add(1, clock.now().saturating_sub(begin));
            due += PACE;
        }
        // What was due and not even sent has waited too.
        let end = clock.now().min(time);
        while due < end {
            tally.add(1, end - due);
            due += PACE;
        }
        tally.time = clock.now();
        Ok(tally)
    }

    fn ask(&mut self) -> Result<(), String> {
        let sent = self.stream.write_all(&self.block.request);
        sent.map_err(|error| format!("it cannot send: {error}"))?;
        loop {
            while let Some(frame) = next_frame(&self.heard[self.looked_at..]) {
                let is_answer = frame == self.block.answer;
                let is_ping = frame[0] == 0x89;
                if frame[0] == 0x88 {
                    let code = frame.get(2..4).unwrap_or(&[0, 0]);
                    let code = u16::from_be_bytes([code[0], code[1]]);
                    return Err(format!("it was closed, {code}"));
                }
                self.looked_at += frame.len();
                if is_ping {
                    let pong = super::wire::frame(0x8a, b"");
                    let sent = self.stream.write_all(&pong);
                    sent.map_err(|error| format!("it cannot send: {error}"))?;
                }
                if is_answer {
                    return Ok(());
                }
            }
            self.heard.drain(..self.looked_at);
            self.looked_at = 0;
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err("its connection was ended".into()),
                Ok(size) => self.heard.extend(&self.buffer[..size]),
                Err(error) => return Err(format!("it hears nothing: {error}")),
            }
        }
    }
}

/// The frame at the front, if it is whole. Frames of a server are not masked.
fn next_frame(bytes: &[u8]) -> Option<&[u8]> {
    let (header, length) = match *bytes.get(1)? {
        short @ 0..126 => (2, u64::from(short)),
        126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        _ => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
    };
    let size = usize::try_from(length).ok()?.checked_add(header)?;
    bytes.get(..size)
}
