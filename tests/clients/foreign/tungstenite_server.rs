//! An echo at `/websocket` by tungstenite, a thread for each client: somebody else's server for the
//! checker. Whoever asks for another path, or for no upgrade, is tungstenite's business.

use std::env;
use std::net::{TcpListener, TcpStream};
use std::thread;

use tungstenite::Error;
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::http::StatusCode;

fn main() -> std::io::Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:0".into());
    let listener = TcpListener::bind(address)?;
    println!("Listening on http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || echo(stream));
    }
    Ok(())
}

/// Ends when the connection does. Every error ends it.
fn echo(stream: TcpStream) -> Result<(), Error> {
    let _ = stream.set_nodelay(true);
    let mut socket = match tungstenite::accept_hdr(stream, only_websocket) {
        Ok(socket) => socket,
        Err(_) => return Ok(()),
    };
    loop {
        let message = socket.read()?;
        if message.is_text() || message.is_binary() {
            socket.send(message)?;
        }
    }
}

#[allow(clippy::result_large_err)] // tungstenite wants it so
fn only_websocket(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    match request.uri().path() {
        "/websocket" => Ok(response),
        _ => {
            let mut refusal = ErrorResponse::new(Some("there is nothing here\n".into()));
            *refusal.status_mut() = StatusCode::NOT_FOUND;
            Err(refusal)
        }
    }
}
