//! tungstenite with a thread for each client, as its own documentation shows it.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::thread;

use tungstenite::Error;

/// Enough for an echo; the default of 2 MiB costs address space only.
const STACK: usize = 128 * 1024;

pub fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept()?;
        // Refused by the system: the client sees an end.
        let _ = thread::Builder::new().stack_size(STACK).spawn(|| echo(stream));
    }
}

/// Ends when the connection does. Every error ends it.
fn echo(stream: TcpStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let Ok(mut socket) = tungstenite::accept(stream) else {
        return Ok(());
    };
    loop {
        let message = socket.read()?;
        if message.is_text() || message.is_binary() {
            socket.send(message)?;
        }
    }
}
