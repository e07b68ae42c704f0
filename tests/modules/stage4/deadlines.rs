//! All that happens for want of bytes: the time is an argument, so nobody waits (H1, P4, C9).

use course::frame::{binary, close, ping, pong, text};
use pretty_assertions::assert_eq;

use crate::message::CloseCode;
use crate::table::{Table, frames};

const NOTHING: Option<Vec<u8>> = Some(Vec::new());
const PING: &[u8] = b"\x89\x00";

fn starts_with(answer: Option<Vec<u8>>, start: &[u8]) -> bool {
    answer.is_some_and(|answer| answer.starts_with(start))
}

/// H1: browsers open connections to have them at hand.
#[test]
fn a_client_that_says_nothing_is_dropped_without_a_word() {
    let mut table = Table::new(&[]);
    assert_eq!(table.at(9.9), NOTHING);
    assert_eq!(table.at(10.1), None);
    assert!(table.turn.bytes.is_empty());
}

#[test]
fn a_deadline_is_over_at_its_very_moment() {
    let mut table = Table::new(&[]);
    assert_eq!(table.at(10.0), None);
}

/// H1: one deadline for the whole head; bytes that drip in do not move it.
#[test]
fn a_request_has_ten_seconds_from_its_first_byte() {
    let mut table = Table::new(&[]);
    assert_eq!(table.at(8.0), NOTHING);
    assert_eq!(table.receive(b"GET / HT"), b"");
    assert_eq!(table.at(17.0), NOTHING);
    assert_eq!(table.receive(b"T"), b"");
    assert_eq!(table.at(17.9), NOTHING);
    assert!(starts_with(table.at(18.1), b"HTTP/1.1 408 "));
    assert!(table.connection.is_finished());
    // C7: then it may take the close timeout to go.
    assert_eq!(table.at(23.0), NOTHING);
    assert_eq!(table.at(23.2), None);
}

#[test]
fn the_clock_starts_again_behind_each_response() {
    let mut table = Table::new(&[]);
    assert_eq!(table.at(9.0), NOTHING);
    assert!(table.receive(&course::request::get("/").bytes()).starts_with(b"HTTP/1.1 200 "));
    assert_eq!(table.at(18.9), NOTHING);
    // Nothing of a next request has come.
    assert_eq!(table.at(19.1), None);
}

#[test]
fn half_a_request_behind_a_response_has_its_own_ten_seconds() {
    let mut table = Table::new(&[]);
    table.receive(&course::request::get("/").bytes());
    assert_eq!(table.at(5.0), NOTHING);
    table.receive(b"G");
    assert_eq!(table.at(14.9), NOTHING);
    assert!(starts_with(table.at(15.1), b"HTTP/1.1 408 "));
}

/// P4: 20 s of silence, a Ping, 20 s for any answer, then 1011.
#[test]
fn silence_is_asked_and_then_ended() {
    let mut table = Table::upgraded("/websocket", &[]);
    assert_eq!(table.at(19.9), NOTHING);
    assert_eq!(table.at(20.1).as_deref(), Some(PING));
    assert_eq!(table.at(39.9), NOTHING);
    let last = table.at(40.2).unwrap_or_default();
    let said = frames(&last);
    assert_eq!(said.len(), 1);
    assert!(said[0].opcode == 8 && said[0].payload.starts_with(&1011u16.to_be_bytes()));
    assert!(table.connection.is_finished());
    assert_eq!(table.at(45.0), NOTHING);
    assert_eq!(table.at(45.3), None);
}

#[test]
fn the_answer_to_a_ping_buys_another_twenty_seconds() {
    for answer in [pong(""), pong("else"), ping("own"), text("hello"), binary([])] {
        let mut table = Table::upgraded("/websocket", &[]);
        assert_eq!(table.at(20.1).as_deref(), Some(PING));
        assert_eq!(table.at(30.0), NOTHING);
        table.receive(&answer.bytes());
        assert_eq!(table.at(49.9), NOTHING, "{}", answer.words());
        assert_eq!(table.at(50.1).as_deref(), Some(PING));
        assert_eq!(table.at(70.0), NOTHING);
        assert!(starts_with(table.at(70.2), b"\x88"));
    }
}

/// A frame that drips in is no sign of life: only a complete one is.
#[test]
fn half_a_frame_is_silence() {
    let mut table = Table::upgraded("/websocket", &[]);
    let frame = text("Hello").bytes();
    assert_eq!(table.at(19.0), NOTHING);
    table.receive(&frame[..8]);
    assert_eq!(table.at(20.1).as_deref(), Some(PING));
    assert_eq!(table.at(39.0), NOTHING);
    table.receive(&frame[8..9]);
    assert_eq!(table.at(39.9), NOTHING);
    assert!(starts_with(table.at(40.2), b"\x88"));
}

#[test]
fn what_the_client_says_moves_the_ping() {
    let mut table = Table::upgraded("/websocket", &[]);
    for step in 1..10 {
        assert_eq!(table.at(f64::from(step) * 19.0), NOTHING);
        table.receive(&text("x").bytes());
    }
    assert_eq!(table.at(9.0 * 19.0 + 20.1).as_deref(), Some(PING));
}

/// P4: the clock stands still while we do not read.
#[test]
fn what_we_do_not_read_is_no_silence() {
    let mut table = Table::upgraded("/websocket", &[]);
    assert_eq!(table.at(10.0), NOTHING);
    table.connection.postpone(std::time::Duration::from_secs(15));
    assert_eq!(table.at(34.9), NOTHING);
    assert_eq!(table.at(35.1).as_deref(), Some(PING));
}

#[test]
fn a_request_that_we_do_not_read_is_not_late() {
    let mut table = Table::new(&[]);
    table.receive(b"GET /");
    assert_eq!(table.at(5.0), NOTHING);
    table.connection.postpone(std::time::Duration::from_secs(5));
    assert_eq!(table.at(14.9), NOTHING);
    assert!(starts_with(table.at(15.1), b"HTTP/1.1 408 "));
}

/// Nobody can answer a Close that still waits behind other bytes to be sent: what is owed to a slow
/// client is not cut. The time in which it must take something bounds that.
#[test]
fn the_time_for_an_answer_to_our_close_begins_when_it_has_left() {
    let mut table = Table::upgraded("/websocket", &[]);
    table.connection.close(CloseCode::NORMAL, "", &mut table.turn);
    table.answers();
    table.connection.postpone(std::time::Duration::from_secs(60));
    assert_eq!(table.at(64.9), NOTHING);
    assert_eq!(table.at(65.1), None);
}

/// C9: 5 s for an answer to our Close, and nothing but that answer moves it.
#[test]
fn our_close_is_waited_for_five_seconds() {
    for heard in [None, Some(ping("x")), Some(text("late")), Some(pong(""))] {
        let mut table = Table::upgraded("/websocket", &[]);
        assert_eq!(table.at(12.0), NOTHING);
        table.connection.close(CloseCode::GOING_AWAY, "", &mut table.turn);
        table.answers();
        assert_eq!(table.at(16.0), NOTHING);
        if let Some(heard) = heard {
            table.receive(&heard.bytes());
        }
        assert_eq!(table.at(16.9), NOTHING);
        assert_eq!(table.at(17.1), None);
    }
}

#[test]
fn a_client_that_keeps_tcp_open_after_its_close_is_dropped() {
    let mut table = Table::upgraded("/websocket", &[]);
    assert_eq!(table.at(3.0), NOTHING);
    assert_eq!(table.receive(&close(1000, "").bytes()), b"\x88\x02\x03\xe8");
    assert_eq!(table.at(7.9), NOTHING);
    table.receive(b"more and more");
    assert_eq!(table.at(8.1), None);
}

#[test]
fn the_flags_set_the_deadlines() {
    let flags = ["--handshake-timeout", "1", "--ping-interval", "2", "--ping-timeout", "0.5"];
    let mut table = Table::new(&flags);
    table.receive(b"G");
    assert!(starts_with(table.at(1.1), b"HTTP/1.1 408 "));
    let mut table = Table::upgraded("/websocket", &flags);
    assert_eq!(table.at(2.1).as_deref(), Some(PING));
    assert!(starts_with(table.at(2.7), b"\x88"));
    let mut table = Table::upgraded("/websocket", &["--close-timeout", "0.25"]);
    table.connection.close(CloseCode::NORMAL, "", &mut table.turn);
    table.answers();
    assert_eq!(table.at(0.2), NOTHING);
    assert_eq!(table.at(0.3), None);
}

/// The server stops: whoever has begun to speak is told so, the others are not startled.
#[test]
fn everybody_is_turned_away_in_their_own_words() {
    let mut silent = Table::new(&[]);
    silent.connection.turn_away(&mut silent.turn);
    assert_eq!(silent.answers(), b"");
    assert!(silent.connection.is_finished());
    let mut asking = Table::new(&[]);
    asking.receive(b"GET /");
    asking.connection.turn_away(&mut asking.turn);
    assert!(asking.answers().starts_with(b"HTTP/1.1 503 "));
    assert!(asking.connection.is_finished());
    let mut open = Table::upgraded("/websocket", &[]);
    open.connection.turn_away(&mut open.turn);
    assert!(open.answers().starts_with(b"\x88"));
    assert!(!open.connection.is_finished());
    open.connection.turn_away(&mut open.turn);
    assert_eq!(open.answers(), b"");
}
