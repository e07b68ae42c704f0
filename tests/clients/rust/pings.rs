//! Pings in both directions.

use tungstenite::Message;

use crate::guest::{Guest, server};

#[test]
fn a_ping_comes_back_as_pong_with_its_payload() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    for payload in [vec![], b"Hello".to_vec(), vec![0xff; 125]] {
        guest.say(Message::Ping(payload.clone().into()));
        assert_eq!(guest.hear(), Message::Pong(payload.into()));
    }
}

#[test]
fn a_pong_that_nobody_asked_for_is_ignored() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    guest.say(Message::Pong("unasked".into()));
    guest.echo("Hello");
}

/// The next Ping comes only to who has answered the last one: tungstenite does so by itself.
#[test]
fn the_server_pings_and_the_client_pongs() {
    let server = server(&["--ping-interval", "0.2"]);
    let mut guest = Guest::join(&server, "/websocket");
    for _ in 0..3 {
        assert!(guest.hear().is_ping());
    }
    guest.echo("still here");
}

/// This client reads nothing, so it answers nothing. It finds the Ping and the Close later.
#[test]
fn who_does_not_answer_a_ping_is_closed_with_1011() {
    let server = server(&["--ping-interval", "0.1", "--ping-timeout", "0.2"]);
    let guest = Guest::join(&server, "/websocket");
    let log = server.log().expect("the server is ours");
    let deadline = std::time::Instant::now() + crate::guest::DEADLINE;
    assert!(log.wait_for("1011", 0, deadline).is_some());
    assert_eq!(guest.end().0, 1011);
}
