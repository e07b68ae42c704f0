//! The pure modules of stage 3, without a socket.

#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/connection.rs"]
mod connection;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/decoder.rs"]
mod decoder;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/frame.rs"]
mod frame;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/handshake.rs"]
mod handshake;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/http.rs"]
mod http;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/log.rs"]
mod log;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/response.rs"]
mod response;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/turn.rs"]
mod turn;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../../step3-frames/src/websocket.rs"]
mod websocket;

#[path = "shared/body.rs"]
mod body_tests;
#[path = "shared/connection.rs"]
mod connection_tests;
#[path = "shared/decoder.rs"]
mod decoder_tests;
#[path = "shared/handshake.rs"]
mod handshake_tests;
#[path = "shared/http.rs"]
mod http_tests;
#[path = "shared/log.rs"]
mod log_tests;
#[path = "shared/reference.rs"]
mod reference;
mod stage3_frames;
#[path = "shared/unmask.rs"]
mod unmask_tests;

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
fn the_log_shows_so_many_bytes_of_a_payload_and_then_dots() {
    let shown = |len: u8| {
        let bytes = [&[0x82, 0xfe, 1, len, 0, 0, 0, 0], &[0xff; 256 + 1][..256 + usize::from(len)]];
        let mut turn = Turn::default();
        let mut connection = Connection::default();
        connection.receive(&mut UPGRADE.as_bytes().to_vec(), &mut turn);
        connection.receive(&mut bytes.concat(), &mut turn);
        turn.log.lines().last().unwrap_or_default().to_owned()
    };
    let ff = " ff".repeat(256);
    assert_eq!(shown(0), format!("Payload:{ff}"));
    assert_eq!(shown(1), format!("Payload:{ff} …"));
}

#[test]
fn the_log_tells_of_an_upgrade() {
    let with = |subprotocol| Upgrade { accept: String::new(), subprotocol };
    let line = "upgraded to WebSocket, subprotocol: ";
    assert_eq!(log::upgrade(&with(Some("chat"))), format!("{line}chat"));
    assert_eq!(log::upgrade(&with(None)), format!("{line}none"));
}
