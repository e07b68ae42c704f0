//! The pure modules of stage 2, without a socket.

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step2-handshake/src/connection.rs"]
mod connection;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step2-handshake/src/handshake.rs"]
mod handshake;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step2-handshake/src/http.rs"]
mod http;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step2-handshake/src/log.rs"]
mod log;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step2-handshake/src/response.rs"]
mod response;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step2-handshake/src/turn.rs"]
mod turn;

#[path = "shared/body.rs"]
mod body_tests;
#[path = "shared/connection.rs"]
mod connection_tests;
#[path = "shared/handshake.rs"]
mod handshake_tests;
#[path = "shared/http.rs"]
mod http_tests;
#[path = "shared/log.rs"]
mod log_tests;

use connection::Connection;
use handshake::Upgrade;
use http::Request;
use response::Response;
use turn::Turn;

/// What a client sends that wants to speak WebSocket.
const UPGRADE: &str = "GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";

fn check(request: &Request) -> Result<Upgrade, Response> {
    Upgrade::check(request)
}

fn receive(connection: &mut Connection, piece: &mut [u8], turn: &mut Turn) {
    connection.receive(piece, turn);
}

#[test]
fn the_log_shows_so_many_bytes_and_then_dots() {
    let shown = " 00".repeat(256);
    assert_eq!(log::bytes(&[0; 256]), format!("received 256 bytes:{shown}"));
    assert_eq!(log::bytes(&[0; 257]), format!("received 257 bytes:{shown} …"));
}

#[test]
fn the_log_tells_of_an_upgrade() {
    let with = |subprotocol| Upgrade { accept: String::new(), subprotocol };
    let line = "upgraded to WebSocket, subprotocol: ";
    assert_eq!(log::upgrade(&with(Some("chat"))), format!("{line}chat"));
    assert_eq!(log::upgrade(&with(None)), format!("{line}none"));
}
