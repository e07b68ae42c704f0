//! The end, begun by either side.

use std::time::Instant;

use tungstenite::protocol::frame::CloseFrame;

use crate::guest::{DEADLINE, Guest, MAX_MESSAGE, server};

fn said(code: u16, reason: &str) -> (u16, String) {
    (code, reason.into())
}

#[test]
fn the_client_closes() {
    let server = server(&[]);
    for (code, reason) in [(1000, ""), (4000, "enough, 🎈"), (3000, "")] {
        let mut guest = Guest::join(&server, "/websocket");
        guest.echo("last words");
        let close = CloseFrame { code: code.into(), reason: reason.into() };
        guest.socket.close(Some(close)).expect("it can be closed");
        assert_eq!(guest.end(), said(code, ""));
    }
}

#[test]
fn a_server_that_stops_says_1001() {
    let server = server(&[]);
    let guests = ["/websocket", "/chat", "/draw", "/progress"];
    let guests = guests.map(|path| Guest::join(&server, path));
    if server.signal("TERM").is_err() {
        return; // such a signal is not known here
    }
    for guest in guests {
        assert_eq!(guest.end(), said(1001, "server stops"));
    }
    let status = server.wait_for_exit(Instant::now() + DEADLINE);
    assert!(status.expect("the server ends").success());
}

#[test]
fn a_job_tells_its_progress_and_ends_with_1000() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/progress");
    assert_eq!(guest.hear_text(), "0");
    let mut last = 0;
    while last < 100 {
        let percent = guest.hear_text().parse().expect("a number");
        assert!(last < percent && percent <= 100, "{percent} after {last}");
        last = percent;
    }
    assert_eq!(guest.end(), said(1000, "done"));
}

/// It still sends when the server has long said no, and has to hear why.
#[test]
fn eight_mebibytes_in_one_message_are_told_1009() {
    let server = server(&[]);
    for _ in 0..10 {
        let mut guest = Guest::join(&server, "/websocket");
        guest.say(vec![0; 8 * MAX_MESSAGE]);
        assert_eq!(guest.end().0, 1009);
    }
}
