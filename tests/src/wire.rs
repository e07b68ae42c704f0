//! A client's TCP connection: everything it does has a deadline, and every byte is kept.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

/// Bytes sent one by one are this far apart, so that most travel alone. TCP may still glue them.
const PACE: Duration = Duration::from_micros(200);
/// Of a long message so many bytes go one by one at its start, and some at its end.
const SINGLE_AT_START: usize = 300;
const SINGLE_AT_END: usize = 8;
/// Of frames so many, which is more than two of the longest headers.
const SINGLE_IN_FRAMES: usize = 32;
/// The bytes between go in pieces of this size.
const PIECE: usize = 1021;
/// Pause between two looks at a socket that can neither be read nor written.
const POLL: Duration = Duration::from_millis(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Of what was not taken yet so much is kept; a server that floods us is not read any further.
const MAX_KEPT: usize = 64 * 1024 * 1024;
const READ_SIZE: usize = 64 * 1024;

/// How a connection came to its end, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// The server said that it sends nothing more (FIN).
    Finished,
    /// The server dropped the connection (RST): what was under way is lost.
    Reset,
}

pub struct Wire {
    stream: TcpStream,
    /// What came and was not taken yet.
    pub received: Vec<u8>,
    pub end: Option<End>,
    /// A write failed: the server no longer reads. What it sent can still be read.
    pub write_failed: bool,
}

impl Wire {
    pub fn connect(address: SocketAddr) -> std::io::Result<Wire> {
        let stream = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream, received: Vec::new(), end: None, write_failed: false })
    }

    /// Sends all bytes and goes on reading meanwhile: a server may answer before it has read all.
    /// A failed write is remembered, not reported: what counts is what the server says.
    pub fn send(&mut self, bytes: &[u8], deadline: Instant) {
        let mut rest = bytes;
        if self.stream.set_nonblocking(true).is_err() {
            self.write_failed = true;
        }
        while !rest.is_empty() && !self.write_failed && Instant::now() < deadline {
            match (&self.stream).write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if !self.read_once() {
                        thread::sleep(POLL);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.write_failed = true,
            }
        }
        self.write_failed |= !rest.is_empty();
    }

    /// Sends without reading, until the server has taken nothing for `patience`. Gives the number
    /// of bytes that it took.
    pub fn push(&mut self, bytes: &[u8], patience: Duration) -> usize {
        let mut taken = 0;
        let mut give_up = Instant::now() + patience;
        self.write_failed |= self.stream.set_nonblocking(true).is_err();
        while taken < bytes.len() && !self.write_failed && Instant::now() < give_up {
            match (&self.stream).write(&bytes[taken..]) {
                Ok(count) => {
                    taken += count;
                    give_up = Instant::now() + patience;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(POLL),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.write_failed = true,
            }
        }
        taken
    }

    /// The same as `send` in the smallest pieces.
    pub fn send_byte_by_byte(&mut self, bytes: &[u8], deadline: Instant) {
        self.send_singly(bytes, SINGLE_AT_START, deadline);
    }

    /// The same for frames: their headers are short.
    pub fn send_frames_byte_by_byte(&mut self, bytes: &[u8], deadline: Instant) {
        self.send_singly(bytes, SINGLE_IN_FRAMES, deadline);
    }

    fn send_singly(&mut self, bytes: &[u8], at_start: usize, deadline: Instant) {
        let start = bytes.len().min(at_start);
        let end = bytes.len().saturating_sub(SINGLE_AT_END).max(start);
        let singles = |part: &'_ [u8]| part.chunks(1).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let mut pieces = singles(&bytes[..start]);
        pieces.extend(bytes[start..end].chunks(PIECE).map(<[u8]>::to_vec));
        pieces.extend(singles(&bytes[end..]));
        for piece in pieces {
            self.send(&piece, deadline);
            thread::sleep(PACE);
        }
    }

    /// The same in so many pieces.
    pub fn send_in_pieces(&mut self, bytes: &[u8], count: usize, deadline: Instant) {
        for piece in bytes.chunks(bytes.len().div_ceil(count).max(1)) {
            self.send(piece, deadline);
            thread::sleep(PACE);
        }
    }

    /// Waits for more bytes, or the end. False: the deadline passed.
    pub fn wait(&mut self, deadline: Instant) -> bool {
        if self.end.is_some() {
            return true;
        }
        if MAX_KEPT < self.received.len() {
            return false;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        // A timeout of nothing is an error to the system, so a look at the clock comes first.
        if left.is_zero() || self.stream.set_nonblocking(false).is_err() {
            return false;
        }
        let _ = self.stream.set_read_timeout(Some(left.max(POLL)));
        self.read_once()
    }

    /// One read. True: bytes came, or the end.
    fn read_once(&mut self) -> bool {
        let mut buffer = vec![0; READ_SIZE];
        match (&self.stream).read(&mut buffer) {
            Ok(0) => self.end = Some(End::Finished),
            Ok(count) => self.received.extend_from_slice(&buffer[..count]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {
                    return false;
                }
                _ => self.end = Some(End::Reset),
            },
        }
        true
    }

    /// Takes bytes off the front.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        let count = count.min(self.received.len());
        self.received.drain(..count).collect()
    }

    /// Says that nothing more will be sent (FIN); reading goes on.
    pub fn finish_sending(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Drops the connection with an RST.
    pub fn reset(self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Small buffers, so that a peer that does not read is felt soon. Before anything is sent.
    pub fn small_buffers(&self) {
        self.buffers(4096);
    }

    /// Buffers of about so many bytes in each direction.
    pub fn buffers(&self, size: usize) {
        let _ = SockRef::from(&self.stream).set_recv_buffer_size(size);
        let _ = SockRef::from(&self.stream).set_send_buffer_size(size);
    }
}
