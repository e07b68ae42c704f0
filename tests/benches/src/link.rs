//! One connection of the load: opened and upgraded, then a block goes out and its answer comes in.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::block::Block;

/// The key and the answer of RFC 6455 §1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// No server needs as long as this for anything; one that does is stuck.
pub const PATIENCE: Duration = Duration::from_secs(10);

const MAX_HEAD: usize = 4096;

pub fn upgrade_request(address: SocketAddr, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// Looks at a response as far as it has come. `Ok(true)`: it is whole, and says yes.
pub fn check_upgrade(head: &[u8]) -> Result<bool, String> {
    if !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        return if head.len() < MAX_HEAD { Ok(false) } else { Err("an endless head".into()) };
    }
    let text = String::from_utf8_lossy(head);
    let accepts = |line: &str| {
        let header = line.split_once(':');
        header.is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("sec-websocket-accept") && value.trim() == ACCEPT
        })
    };
    let is_good = text.starts_with("HTTP/1.1 101 ") && text.ends_with("\r\n\r\n");
    if is_good && text.lines().any(accepts) {
        return Ok(true);
    }
    Err(format!("no good answer to an upgrade: {text:?}"))
}

/// Connects, and upgrades if there is a path.
pub fn open(address: SocketAddr, path: Option<&str>) -> Result<TcpStream, String> {
    let explain = |error| format!("cannot open a connection: {error}");
    let mut stream = TcpStream::connect(address).map_err(explain)?;
    stream.set_nodelay(true).map_err(explain)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(explain)?;
    let Some(path) = path else {
        return Ok(stream);
    };
    stream.write_all(upgrade_request(address, path).as_bytes()).map_err(explain)?;
    let (mut head, mut buffer) = (Vec::new(), [0; MAX_HEAD]);
    while !check_upgrade(&head)? {
        match stream.read(&mut buffer).map_err(explain)? {
            0 => return Err("the server ended a connection in the handshake".into()),
            size => head.extend(&buffer[..size]),
        }
    }
    Ok(stream)
}

pub struct Link {
    pub socket: mio::net::TcpStream,
    /// Which block is this client's.
    pub block: usize,
    /// Bytes of the block that the socket has taken.
    sent: usize,
    /// Bytes of the answer that have come.
    received: usize,
    sent_at: Instant,
}

/// What one look at a socket brought.
pub struct News {
    /// Messages whose answer is whole now.
    pub messages: usize,
    /// Since the block was sent.
    pub latency: Duration,
    /// The answer to the whole block is there.
    pub is_whole: bool,
}

impl Link {
    /// `block`: what it sends; nothing has been asked for yet, so nothing may come.
    pub fn new(socket: mio::net::TcpStream, block: usize, of: &Block) -> Self {
        let (sent, received) = (of.request.len(), of.answer.len());
        Self { socket, block, sent, received, sent_at: Instant::now() }
    }

    /// An answer is due, whoever asked.
    pub fn expect(&mut self, now: Instant) {
        self.received = 0;
        self.sent_at = now;
    }

    pub fn send(&mut self, block: &Block) -> Result<(), String> {
        self.sent = 0;
        self.write(block)
    }

    /// Sends what the socket takes.
    pub fn write(&mut self, block: &Block) -> Result<(), String> {
        while self.sent < block.request.len() {
            match self.socket.write(&block.request[self.sent..]) {
                Ok(size) => self.sent += size,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(format!("a connection broke: {error}")),
            }
        }
        Ok(())
    }

    /// Takes what has come and compares it with what had to come.
    pub fn read(&mut self, block: &Block, buffer: &mut [u8]) -> Result<News, String> {
        let before = self.received / block.step;
        loop {
            let size = match self.socket.read(buffer) {
                Ok(0) => return Err("the server ended a connection".into()),
                Ok(size) => size,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(format!("a connection broke: {error}")),
            };
            let due = block.answer.get(self.received..self.received + size);
            if due != Some(&buffer[..size]) {
                return Err(self.complaint(block, &buffer[..size]));
            }
            self.received += size;
            // Nothing more can be there, so do not ask: a server that says more than it owes is
            // caught at the next look.
            if self.received == block.answer.len() || size < buffer.len() {
                break;
            }
        }
        let messages = self.received / block.step - before;
        let is_whole = messages > 0 && self.received == block.answer.len();
        Ok(News { messages, latency: self.sent_at.elapsed(), is_whole })
    }

    fn complaint(&self, block: &Block, came: &[u8]) -> String {
        let due = &block.answer[self.received..];
        let same = came.iter().zip(due).take_while(|(came, due)| came == due).count();
        let byte = |bytes: &[u8]| bytes.get(same).map_or("nothing".into(), |b| format!("{b:02x}"));
        format!(
            "a wrong answer: byte {} is {}, not {}",
            self.received + same,
            byte(came),
            byte(due)
        )
    }
}
