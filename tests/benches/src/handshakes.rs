//! Clients that connect, upgrade and leave, some at a time.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use socket2::SockRef;

use crate::link::{self, PATIENCE};
use crate::load::Tally;

struct Attempt {
    socket: TcpStream,
    started: Instant,
    /// Bytes of the request that are out.
    sent: usize,
    head: Vec<u8>,
}

pub struct Handshakes {
    poll: Poll,
    address: SocketAddr,
    request: Vec<u8>,
    attempts: Vec<Attempt>,
}

impl Handshakes {
    pub fn open(address: SocketAddr, path: &str, at_a_time: usize) -> Result<Self, String> {
        let poll = Poll::new().map_err(|error| error.to_string())?;
        let request = link::upgrade_request(address, path).into_bytes();
        let mut all = Self { poll, address, request, attempts: Vec::new() };
        for id in 0..at_a_time {
            let attempt = all.start(id)?;
            all.attempts.push(attempt);
        }
        Ok(all)
    }

    pub fn run(&mut self, time: Duration) -> Result<Tally, String> {
        let mut tally = Tally::new()?;
        let mut events = Events::with_capacity(1024);
        let start = Instant::now();
        let mut progress = start;
        loop {
            let polled = self.poll.poll(&mut events, Some(Duration::from_millis(100)));
            polled.map_err(|error| error.to_string())?;
            for event in &events {
                let Token(id) = event.token();
                if self.attempts[id].go_on(&self.request)? {
                    tally.add(1, self.attempts[id].started.elapsed());
                    self.attempts[id] = self.start(id)?;
                    progress = Instant::now();
                }
            }
            let now = Instant::now();
            if now - start >= time {
                tally.time = now - start;
                return Ok(tally);
            }
            if now - progress > PATIENCE {
                return Err("no handshake came to an end".into());
            }
        }
    }

    fn start(&self, id: usize) -> Result<Attempt, String> {
        let explain = |error| format!("cannot open a connection: {error}");
        let started = Instant::now();
        let mut socket = TcpStream::connect(self.address).map_err(explain)?;
        // Ended with RST: whoever says FIN first keeps the port for a minute, and there are only
        // some ten thousand.
        SockRef::from(&socket).set_linger(Some(Duration::ZERO)).map_err(explain)?;
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut socket, Token(id), both).map_err(explain)?;
        Ok(Attempt { socket, started, sent: 0, head: Vec::new() })
    }
}

impl Attempt {
    /// True: upgraded.
    fn go_on(&mut self, request: &[u8]) -> Result<bool, String> {
        while self.sent < request.len() {
            match self.socket.write(&request[self.sent..]) {
                Ok(size) => self.sent += size,
                Err(error) if is_early(error.kind()) => return Ok(false),
                Err(error) => return Err(format!("a handshake failed: {error}")),
            }
        }
        let mut buffer = [0; 1024];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => return Err("the server ended a connection in the handshake".into()),
                Ok(size) => self.head.extend(&buffer[..size]),
                Err(error) if is_early(error.kind()) => return Ok(false),
                Err(error) => return Err(format!("a handshake failed: {error}")),
            }
            if link::check_upgrade(&self.head)? {
                return Ok(true);
            }
        }
    }
}

/// Nothing is wrong, but nothing can be done yet.
fn is_early(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::NotConnected | ErrorKind::Interrupted)
}
