//! Subprotocols, extensions, and what is refused.

use tungstenite::Error;
use tungstenite::error::{ProtocolError, SubProtocolError};

use crate::guest::{Guest, server};

const PROTOCOL: &str = "sec-websocket-protocol";
const EXTENSIONS: &str = "sec-websocket-extensions";

#[test]
fn of_its_subprotocols_chat_is_chosen() {
    let server = server(&[]);
    let offer = [(PROTOCOL, "Chat, superchat, chat")];
    let guest = Guest::join_with(&server, "/chat", &offer).expect("one is shared");
    assert_eq!(guest.header(PROTOCOL), Some("chat"));
    let guest = Guest::join(&server, "/chat");
    assert_eq!(guest.header(PROTOCOL), None);
}

/// The server is right not to name what was not offered. tungstenite gives up then, as browsers do.
#[test]
fn fails_if_no_subprotocol_is_shared() {
    let server = server(&[]);
    let joined = Guest::join_with(&server, "/chat", &[(PROTOCOL, "superchat")]);
    let error = joined.err().expect("none is shared");
    let wanted = ProtocolError::SecWebSocketSubProtocolError(SubProtocolError::NoSubProtocol);
    assert!(matches!(&error, Error::Protocol(found) if *found == wanted), "{error}");
}

/// tungstenite does not compress; the offer is that of Chrome.
#[test]
fn compression_is_offered_and_declined() {
    let server = server(&[]);
    let offer = [(EXTENSIONS, "permessage-deflate; client_max_window_bits")];
    let mut guest = Guest::join_with(&server, "/websocket", &offer).expect("it goes without");
    assert_eq!(guest.header(EXTENSIONS), None);
    guest.echo("again and again ".repeat(10_000));
}

#[test]
fn what_is_refused_has_its_status() {
    let server = server(&[]);
    let foreign = [("origin", "http://evil.example")];
    for (path, headers, status) in
        [("/nowhere", &[][..], 404), ("/chat", &foreign[..], 403), ("/", &[][..], 200)]
    {
        match Guest::join_with(&server, path, headers).err() {
            Some(Error::Http(response)) => assert_eq!(response.status(), status, "{path}"),
            other => panic!("{path}: {status}, not {other:?}"),
        }
    }
}
