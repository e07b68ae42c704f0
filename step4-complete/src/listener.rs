//! The listening socket: who comes in.

use crate::turn::Turn;
use mio::net::{TcpListener, TcpStream};
use std::io::ErrorKind;

pub struct Listener {
    socket: TcpListener,
    /// There may be clients to accept: only an `accept` that finds none
    /// proves the contrary.
    pub ready: bool,
    /// The last `accept` failed.
    failed: bool,
}

impl Listener {
    pub fn new(socket: TcpListener) -> Self {
        Self {
            socket,
            ready: false,
            failed: false,
        }
    }

    /// The next client, if there is one.
    pub fn accept(&mut self, turn: &mut Turn) -> Option<TcpStream> {
        if !self.ready {
            return None;
        }
        match self.socket.accept() {
            Ok((socket, _)) => {
                self.failed = false;
                return Some(socket);
            }
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => self.ready = false,
                // That client is gone; the next may not be.
                ErrorKind::ConnectionAborted | ErrorKind::Interrupted => {}
                // Out of descriptors: the client still waits, and to try
                // again at once would fail again at once.
                _ => {
                    if !self.failed {
                        turn.log(&format!("cannot accept: {error}"));
                    }
                    self.ready = false;
                    self.failed = true;
                }
            },
        }
        None
    }

    /// Time has passed: what failed may work now.
    pub fn retry(&mut self) {
        self.ready |= self.failed;
    }
}
