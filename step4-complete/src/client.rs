//! One client's socket: what comes is handed to its connection, what is to be
//! sent waits here until the socket takes it.

use crate::appetite::Appetite;
use crate::connection::Connection;
use crate::turn::Turn;
use mio::net::TcpStream;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How far a member of a room may be ahead of `--room-rate`: one has bursts.
const BURST: Duration = Duration::from_secs(1);

pub struct Client {
    pub connection: Connection,
    socket: Rc<TcpStream>,
    /// There may be bytes to read, and mio will not say so again.
    pub readable: bool,
    /// The client has ended its side: behind its bytes there is an end to
    /// read.
    pub ended: bool,
    /// That end has been read.
    at_end: bool,
    /// Stands in one of the lists of those who have a turn coming.
    pub is_listed: bool,
    pub appetite: Appetite,
    /// What the socket has not taken yet.
    outbox: VecDeque<u8>,
    /// When the socket last took something, or had nothing to take.
    taken_at: Instant,
    /// When the client has paid for all it said in a room: each byte moves this
    /// later, by what `--room-rate` allows for it (a *leaky bucket*).
    paid_until: Instant,
    /// We have ended our side, and wait for the client to end its own (C7).
    shut_down: bool,
    /// Has had a turn since the last tick.
    is_active: bool,
}

impl Client {
    pub fn new(
        connection: Connection,
        socket: TcpStream,
        now: Instant,
    ) -> Self {
        Self {
            connection,
            socket: Rc::new(socket),
            readable: false,
            ended: false,
            at_end: false,
            is_listed: false,
            appetite: Appetite::new(),
            outbox: VecDeque::new(),
            taken_at: now,
            paid_until: now,
            shut_down: false,
            is_active: true,
        }
    }

    /// Bytes that wait to be sent.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// Sends what waits, reads once, and sends the answers (small ones with
    /// one write). An error means that the client is gone.
    pub fn serve(
        &mut self,
        buffer: &mut [u8],
        turn: &mut Turn,
    ) -> io::Result<()> {
        self.is_active = true;
        self.flush(turn)?;
        if self.may_be_read() && !self.is_paused(turn) {
            self.read(buffer, turn)?;
        }
        self.send_answers(turn)
    }

    /// Who does not take our answers is not read: then TCP makes it wait, and
    /// what gathers here stays as small as the answers to one turn (P2). What
    /// comes after the last word is read, and dropped (C7).
    pub fn may_be_read(&self) -> bool {
        let is_heard = self.waiting() == 0 || self.connection.is_finished();
        self.readable && is_heard
    }

    /// The client has said more in a room than it may, and is not read.
    pub fn is_paused(&self, turn: &Turn) -> bool {
        self.connection.is_open() && self.paid_until > turn.now + BURST
    }

    /// Sends `turn.bytes` and empties it.
    pub fn send_answers(&mut self, turn: &mut Turn) -> io::Result<()> {
        let result = self.send(&turn.bytes, turn.now);
        turn.bytes.clear();
        result
    }

    /// Sends `bytes` behind what waits already. What the socket does not take
    /// waits too.
    pub fn send(&mut self, bytes: &[u8], now: Instant) -> io::Result<()> {
        let mut taken = 0;
        if self.waiting() == 0 {
            taken = write(&self.socket, bytes)?;
            self.taken_at = now;
        }
        self.outbox.extend(&bytes[taken..]);
        self.end_if_all_is_said()
    }

    /// Looks at the deadlines, `time` after the last look. False: the client
    /// is to be dropped.
    pub fn tick(&mut self, time: Duration, turn: &mut Turn) -> bool {
        if !self.is_active {
            self.release();
        }
        self.is_active = false;
        // Of a little room in the socket the system does not tell: who takes
        // little is not who takes nothing.
        if self.flush(turn).is_err() {
            return false;
        }
        let stalled_at = self.taken_at + turn.flags.write_timeout;
        if self.waiting() > 0 && turn.now >= stalled_at {
            return false;
        }
        if self.waiting() > 0 || self.is_paused(turn) {
            self.connection.postpone(time);
        }
        self.connection.tick(turn) && self.send_answers(turn).is_ok()
    }

    /// Reads once: a busy client must not starve the others.
    fn read(&mut self, buffer: &mut [u8], turn: &mut Turn) -> io::Result<()> {
        let most = self.appetite.bytes;
        let size = match (&*self.socket).read(&mut buffer[..most]) {
            Ok(0) => {
                self.at_end = true;
                self.readable = false;
                self.connection.end(turn);
                return Ok(());
            }
            Ok(size) => size,
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => {
                    self.readable = false;
                    return Ok(());
                }
                ErrorKind::Interrupted => return Ok(()),
                _ => return Err(error),
            },
        };
        // On Unix less than was asked for means that there is no more.
        let emptied = cfg!(unix) && size < most;
        self.readable = !emptied || self.ended;
        turn.work = 0;
        turn.socket = Some(self.socket.clone());
        self.connection.receive(&mut buffer[..size], turn);
        turn.socket = None;
        self.appetite.learn(size, turn.work + turn.said);
        self.pay_for_what_was_said(turn);
        Ok(())
    }

    fn pay_for_what_was_said(&mut self, turn: &mut Turn) {
        let rate = f64::from(turn.flags.room_rate);
        let time = Duration::from_secs_f64(turn.said as f64 / rate);
        self.paid_until = self.paid_until.max(turn.now) + time;
        turn.said = 0;
    }

    fn flush(&mut self, turn: &Turn) -> io::Result<()> {
        while self.waiting() > 0 {
            // A queue lies in its memory in one piece or in two.
            let (bytes, _) = self.outbox.as_slices();
            let taken = write(&self.socket, bytes)?;
            if taken == 0 {
                break;
            }
            self.outbox.drain(..taken);
            self.taken_at = turn.now;
        }
        self.end_if_all_is_said()
    }

    /// Ends our side. To drop the socket now would send RST if there is
    /// anything unread, and RST destroys what the client has not read (C7).
    fn end_if_all_is_said(&mut self) -> io::Result<()> {
        if self.waiting() > 0 || !self.connection.is_finished() {
            return Ok(());
        }
        if self.at_end {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if !self.shut_down {
            self.shut_down = true;
            self.socket.shutdown(Shutdown::Write)?;
        }
        Ok(())
    }

    /// An idle client costs no memory but its own.
    fn release(&mut self) {
        if self.waiting() == 0 {
            self.outbox = VecDeque::new();
        }
        self.connection.release();
    }
}

/// Gives the number of bytes that the socket took before it would block.
fn write(mut socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut taken = 0;
    while taken < bytes.len() {
        match socket.write(&bytes[taken..]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(size) => taken += size,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}
