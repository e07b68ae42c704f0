//! The pure modules of stage 1, without a socket.

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step1-http/src/connection.rs"]
mod connection;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step1-http/src/http.rs"]
mod http;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step1-http/src/log.rs"]
mod log;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step1-http/src/response.rs"]
mod response;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step1-http/src/turn.rs"]
mod turn;

#[path = "shared/body.rs"]
mod body_tests;
#[path = "shared/connection.rs"]
mod connection_tests;
#[path = "shared/http.rs"]
mod http_tests;
#[path = "shared/log.rs"]
mod log_tests;

use connection::Connection;
use turn::Turn;

/// There is no upgrade yet: one more request.
const UPGRADE: &str = "GET /websocket HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn receive(connection: &mut Connection, piece: &mut [u8], turn: &mut Turn) {
    connection.receive(piece, turn);
}
