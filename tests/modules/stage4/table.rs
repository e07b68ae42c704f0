//! A connection of stage 4 without a socket and without a clock, and what it says.

use std::time::{Duration, Instant};

use clap::Parser;
use course::frame::frame;
use course::server_frame::{ServerFrame, read_frame};

use crate::connection::Connection;
use crate::flags::Flags;
use crate::turn::Turn;

pub const CLIENT: usize = 7;

/// One client, the server's side of it, and a clock that we turn.
pub struct Table {
    pub connection: Connection,
    pub turn: Turn,
    pub start: Instant,
}

impl Table {
    pub fn new(flags: &[&str]) -> Table {
        let words = ["server"].iter().chain(flags);
        let flags = Flags::try_parse_from(words).expect("flags that are right");
        let start = Instant::now();
        let turn = Turn::new(flags, start);
        let connection = Connection::new(CLIENT, false, &turn);
        Table { connection, turn, start }
    }

    /// The same behind an upgrade at this path. The 101 and what follows it are not kept.
    pub fn upgraded(path: &str, flags: &[&str]) -> Table {
        let mut table = Table::new(flags);
        let answer = table.receive(&upgrade(path));
        assert!(answer.starts_with(b"HTTP/1.1 101 "));
        table
    }

    /// What the client is sent for these bytes: the answers, and what its room says.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut input = bytes.to_vec();
        self.connection.receive(&mut input, &mut self.turn);
        let mut out = self.answers();
        if !self.connection.is_open() {
            self.turn.app.leave(CLIENT);
        }
        for (news, members) in self.turn.app.take_news() {
            if members.contains(&CLIENT) {
                out.extend(news);
            }
        }
        out
    }

    /// What the client is sent because of the time, `seconds` after the start. `None`: it is
    /// dropped.
    pub fn at(&mut self, seconds: f64) -> Option<Vec<u8>> {
        self.turn.now = self.start + Duration::from_secs_f64(seconds);
        let stays = self.connection.tick(&mut self.turn);
        let out = self.answers();
        stays.then_some(out)
    }

    pub fn answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.turn.bytes)
    }
}

pub fn upgrade(path: &str) -> Vec<u8> {
    course::request::upgrade(path).bytes()
}

/// Takes the server's bytes apart, and checks what holds for all its frames: whole, not masked,
/// no reserved bits, the shortest length, and nothing behind a Close.
pub fn frames(bytes: &[u8]) -> Vec<ServerFrame> {
    let mut frames: Vec<ServerFrame> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let came = read_frame(rest).expect("a whole frame");
        rest = &rest[came.bytes.len()..];
        let again = frame(came.opcode, came.payload.clone()).unmasked().bytes();
        assert_eq!(again, came.bytes, "the shortest form of an ordinary frame");
        assert!([1, 2, 8, 9, 10].contains(&came.opcode), "opcode {}", came.opcode);
        assert!(came.opcode < 8 || came.payload.len() <= 125, "a long control frame");
        let is_text = came.opcode == 1;
        assert!(!is_text || std::str::from_utf8(&came.payload).is_ok(), "text that is none");
        assert!(frames.last().is_none_or(|last| last.opcode != 8), "something behind a Close");
        frames.push(came);
    }
    frames
}
