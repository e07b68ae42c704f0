//! Stage 3: a server that reads WebSocket frames.
#![forbid(unsafe_code)]

mod connection;
mod decoder;
mod frame;
mod handshake;
mod http;
mod log;
mod response;
mod turn;
mod websocket;

use connection::Connection;
use std::env;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use turn::Turn;

const DEFAULT_ADDRESS: &str = "127.0.0.1:6969";
/// Each client costs a thread, and a process that can have no more threads
/// may be aborted. Whoever comes when so many are here is turned away.
const MAX_CLIENTS: usize = 1000;
/// How long a client may take to close the connection after us (C7).
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
const READ_BUFFER: usize = 16 * 1024;

fn main() -> ExitCode {
    let argument = env::args().nth(1);
    let address = argument.as_deref().unwrap_or(DEFAULT_ADDRESS);
    match listen(address) {
        Ok(listener) => accept_clients(&listener),
        Err(error) => {
            eprintln!("cannot listen on {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn listen(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    // With port 0 the system picks a free one.
    print(&format!("Listening on http://{}\n", listener.local_addr()?));
    Ok(listener)
}

fn accept_clients(listener: &TcpListener) -> ! {
    // Each client's thread holds one more reference to `seats`.
    let seats = Arc::new(());
    let mut was_refused = false;
    loop {
        let result = listener.accept().and_then(|(stream, _)| {
            if Arc::strong_count(&seats) > MAX_CLIENTS {
                return Ok(()); // drops the stream, which closes it
            }
            let seat = Arc::clone(&seats);
            thread::Builder::new().spawn(move || {
                // An error means that the client is gone.
                let _ = serve(stream);
                // To name it here makes `move` take it into the thread.
                drop(seat);
            })?;
            Ok(())
        });
        // Out of descriptors the client goes on waiting, and `accept` fails
        // again at once: without the pause we would do nothing but fail. Out
        // of threads the client is dropped.
        if let Err(error) = &result {
            if !was_refused {
                print(&format!("cannot serve another client: {error}\n"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        was_refused = result.is_err();
    }
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut connection = Connection::default();
    let mut turn = Turn::default();
    let mut buffer = [0; READ_BUFFER];
    while !connection.is_finished() {
        let size = stream.read(&mut buffer)?;
        if size == 0 {
            return Ok(()); // the client closed
        }
        connection.receive(&mut buffer[..size], &mut turn);
        print(&turn.log);
        stream.write_all(&turn.bytes)?;
        turn = Turn::default();
    }
    close(stream)
}

/// Closes in stages: ends our side, waits for the client to end its own. To
/// drop a socket with unread bytes in it sends RST, which destroys what the
/// client has not read yet: our last answer (C7).
fn close(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    let deadline = Instant::now() + CLOSE_TIMEOUT;
    let mut buffer = [0; READ_BUFFER];
    loop {
        let patience = deadline.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Ok(());
        }
        stream.set_read_timeout(Some(patience))?;
        if stream.read(&mut buffer)? == 0 {
            return Ok(());
        }
    }
}

/// Prints like `print!`, which panics when nobody reads what we print any
/// more (`server | head`).
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
