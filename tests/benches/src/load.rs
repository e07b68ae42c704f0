//! Many clients on one thread. They send as fast as they are answered, no faster: a *closed loop*.
//! A server that stands still for a moment is therefore asked less in it, and its worst latencies
//! look milder than they would with people who do not wait for each other.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token};

use crate::block::Block;
use crate::cells::{Cell, Kind};
use crate::link::{self, Link, PATIENCE};

const BUFFER: usize = 256 * 1024;
const EVENTS: usize = 1024;
/// Clients whose neighbours have the same block would not notice an answer meant for a neighbour.
const BLOCKS: usize = 8;
/// Many large blocks would not fit into the processor's caches.
const LARGE: usize = 64 * 1024;

/// What came of some time of load.
pub struct Tally {
    pub messages: u64,
    pub time: Duration,
    /// In nanoseconds.
    pub latency: Histogram<u64>,
}

impl Tally {
    pub fn new() -> Result<Self, String> {
        // Up to a minute, two digits exact.
        let latency = Histogram::new_with_bounds(1, 60_000_000_000, 2);
        let latency = latency.map_err(|error| error.to_string())?;
        Ok(Self { messages: 0, time: Duration::ZERO, latency })
    }

    pub fn add(&mut self, messages: usize, latency: Duration) {
        self.messages += messages as u64;
        self.latency.saturating_record_n(latency.as_nanos() as u64, messages as u64);
    }
}

pub struct Load {
    poll: Poll,
    links: Vec<Link>,
    blocks: Vec<Block>,
    /// What one client says all of them hear.
    is_room: bool,
    /// Clients whose answer is not whole.
    missing: usize,
    buffer: Vec<u8>,
}

impl Load {
    /// Opens the connections. Without a path there is nothing to upgrade: the server echoes bytes.
    pub fn open(address: SocketAddr, path: Option<&str>, cell: &Cell) -> Result<Self, String> {
        let poll = Poll::new().map_err(|error| error.to_string())?;
        let is_room = cell.kind == Kind::Broadcast;
        let is_large = cell.size * cell.in_flight >= LARGE;
        let count = match (is_room, is_large) {
            (true, _) => 1,
            (_, true) => 2,
            _ => BLOCKS,
        };
        let make = if path.is_some() { Block::websocket } else { Block::raw };
        let blocks = (0..count as u64).map(|seed| make(seed, cell.size, cell.in_flight));
        let blocks: Vec<Block> = blocks.collect();
        let mut links = Vec::new();
        for id in 0..cell.clients {
            let stream = link::open(address, path)?;
            stream.set_nonblocking(true).map_err(|error| error.to_string())?;
            let mut socket = mio::net::TcpStream::from_std(stream);
            let both = Interest::READABLE | Interest::WRITABLE;
            let registered = poll.registry().register(&mut socket, Token(id), both);
            registered.map_err(|error| error.to_string())?;
            links.push(Link::new(socket, id % count, &blocks[id % count]));
        }
        Ok(Self { poll, links, blocks, is_room, missing: 0, buffer: vec![0; BUFFER] })
    }

    /// Load for some time. What is under way at its end goes on in the next call.
    pub fn run(&mut self, time: Duration) -> Result<Tally, String> {
        self.drive(Some(time))
    }

    /// Every client sends its block once and waits for its answer.
    pub fn once(&mut self) -> Result<Tally, String> {
        self.drive(None)
    }

    fn drive(&mut self, time: Option<Duration>) -> Result<Tally, String> {
        let mut tally = Tally::new()?;
        let mut events = Events::with_capacity(EVENTS);
        let start = Instant::now();
        let mut progress = start;
        if self.missing == 0 {
            self.begin()?;
        }
        loop {
            let polled = self.poll.poll(&mut events, Some(Duration::from_millis(100)));
            polled.map_err(|error| error.to_string())?;
            let before = tally.messages;
            for event in &events {
                let Token(id) = event.token();
                if event.is_writable() {
                    let link = &mut self.links[id];
                    link.write(&self.blocks[link.block])?;
                }
                if event.is_readable() {
                    self.read(id, time.is_some(), &mut tally)?;
                }
            }
            let now = Instant::now();
            let is_over = time.map_or(self.missing == 0, |time| now - start >= time);
            if is_over {
                tally.time = now - start;
                return Ok(tally);
            }
            if tally.messages > before || events.iter().any(|event| event.is_readable()) {
                progress = now;
            } else if now - progress > PATIENCE {
                let text = format!("{} clients wait for an answer that never came", self.missing);
                return Err(text);
            }
        }
    }

    fn begin(&mut self) -> Result<(), String> {
        self.missing = self.links.len();
        let now = Instant::now();
        for link in &mut self.links {
            link.expect(now);
        }
        let speakers = if self.is_room { 1 } else { self.links.len() };
        for link in &mut self.links[..speakers] {
            link.send(&self.blocks[link.block])?;
        }
        Ok(())
    }

    fn read(&mut self, id: usize, again: bool, tally: &mut Tally) -> Result<(), String> {
        let link = &mut self.links[id];
        let block = &self.blocks[link.block];
        let news = link.read(block, &mut self.buffer)?;
        if news.messages > 0 {
            tally.add(news.messages, news.latency);
        }
        if !news.is_whole {
            return Ok(());
        }
        if again && !self.is_room {
            link.expect(Instant::now());
            return link.send(block);
        }
        self.missing -= 1;
        if again && self.missing == 0 {
            return self.begin();
        }
        Ok(())
    }
}
