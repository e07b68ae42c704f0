//! Stage 4: a WebSocket server that answers, talks to many clients at once,
//! and speaks unasked.
#![forbid(unsafe_code)]

mod app;
mod appetite;
mod client;
mod clients;
mod connection;
mod decoder;
mod event_loop;
mod flags;
mod frame;
mod handshake;
mod http;
mod listener;
mod log;
mod message;
mod printer;
mod response;
mod turn;
mod websocket;

use clap::Parser;
use event_loop::EventLoop;
use flags::Flags;
use mio::net::TcpListener;
use std::error::Error;
use std::io::{self, Write};
use std::net::ToSocketAddrs;
use std::process::ExitCode;

/// The command line is wrong: the usual code for that.
const USAGE_ERROR: u8 = 2;

fn main() -> ExitCode {
    match Flags::try_parse() {
        Ok(flags) => run(flags),
        Err(error) if !error.use_stderr() => {
            let _ = error.print(); // --help, --version
            ExitCode::SUCCESS
        }
        Err(error) => {
            // The first line says it all.
            let text = error.to_string();
            eprintln!("{} (see --help)", text.lines().next().unwrap_or(""));
            ExitCode::from(USAGE_ERROR)
        }
    }
}

fn run(flags: Flags) -> ExitCode {
    let address = flags.address().to_owned();
    let result = match listen(&address) {
        Ok(listener) => serve(listener, flags),
        Err(error) => {
            Err(format!("cannot listen on {address}: {error}").into())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn listen(address: &str) -> io::Result<TcpListener> {
    let mut result = Err(io::ErrorKind::NotFound.into());
    for address in address.to_socket_addrs()? {
        result = TcpListener::bind(address);
        if result.is_ok() {
            break;
        }
    }
    result
}

fn serve(listener: TcpListener, flags: Flags) -> Result<(), Box<dyn Error>> {
    let address = listener.local_addr()?;
    let mut event_loop = EventLoop::new(listener, flags)?;
    let stopper = event_loop.stopper()?;
    ctrlc::set_handler(move || {
        let _ = stopper.wake();
    })?;
    // With port 0 the system picks a free one.
    let _ = writeln!(io::stdout(), "Listening on http://{address}");
    event_loop.run()?;
    Ok(())
}
