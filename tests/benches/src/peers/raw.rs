//! Echo of bytes on the event loop that our server has (mio, one thread, one read buffer for all):
//! what stands between it and ours is WebSocket.

use std::io::{self, ErrorKind, Read, Write};
use std::net;

use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);
const BUFFER: usize = 256 * 1024;

struct Client {
    socket: TcpStream,
    /// What the socket has not taken yet. While something waits nothing is read.
    waiting: Vec<u8>,
}

pub fn serve(listener: net::TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let mut listener = TcpListener::from_std(listener);
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut clients: Vec<Option<Client>> = Vec::new();
    let mut free = Vec::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut clients, &mut free)?;
                continue;
            }
            let Token(id) = event.token();
            if let Some(client) = &mut clients[id]
                && client.echo(event, &mut buffer).is_err()
            {
                clients[id] = None;
                free.push(id);
            }
        }
    }
}

fn accept(
    listener: &TcpListener,
    poll: &Poll,
    clients: &mut Vec<Option<Client>>,
    free: &mut Vec<usize>,
) -> io::Result<()> {
    loop {
        let mut socket = match listener.accept() {
            Ok((socket, _)) => socket,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        socket.set_nodelay(true)?;
        let id = free.pop().unwrap_or(clients.len());
        let both = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut socket, Token(id), both)?;
        if id == clients.len() {
            clients.push(None);
        }
        clients[id] = Some(Client { socket, waiting: Vec::new() });
    }
}

impl Client {
    /// An error means that the client is gone.
    fn echo(&mut self, event: &Event, buffer: &mut [u8]) -> io::Result<()> {
        if !self.waiting.is_empty() {
            let taken = write(&mut self.socket, &self.waiting)?;
            self.waiting.drain(..taken);
        }
        while self.waiting.is_empty() {
            let size = match self.socket.read(buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(size) => size,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            };
            let taken = write(&mut self.socket, &buffer[..size])?;
            self.waiting.extend(&buffer[taken..size]);
            // Less than a full buffer means that there is no more, but perhaps an end.
            if size < buffer.len() && !event.is_read_closed() {
                break;
            }
        }
        Ok(())
    }
}

fn write(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut taken = 0;
    while taken < bytes.len() {
        match socket.write(&bytes[taken..]) {
            Ok(size) => taken += size,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}
