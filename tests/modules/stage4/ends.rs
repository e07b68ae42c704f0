//! What comes to an end: the client's side of TCP, and the memory that nothing needs any more.

use allocation_counter::measure;
use course::frame::{binary, close, continuation, ping, text};
use pretty_assertions::assert_eq;

use crate::table::{Table, upgrade};

const NOTHING: Option<Vec<u8>> = Some(Vec::new());

/// The client has said its last: it may take the close timeout to take what it is owed (C7).
#[test]
fn the_end_of_tcp_is_the_end() {
    let mut half = Table::new(&[]);
    half.receive(b"GET / HT");
    let mut in_a_message = Table::upgraded("/chat", &[]);
    in_a_message.receive(&text("Hel").unfinished().bytes());
    for mut table in [Table::new(&[]), half, Table::upgraded("/websocket", &[]), in_a_message] {
        assert_eq!(table.at(3.0), NOTHING);
        table.connection.end(&table.turn);
        assert!(table.connection.is_finished() && !table.connection.is_open());
        assert_eq!(table.receive(b"more"), b"");
        assert_eq!(table.at(7.9), NOTHING);
        assert_eq!(table.at(8.1), None);
    }
}

/// C7: the time runs from our last word.
#[test]
fn the_end_of_tcp_behind_our_last_word_moves_no_deadline() {
    let mut table = Table::upgraded("/websocket", &[]);
    assert_eq!(table.at(3.0), NOTHING);
    table.receive(&close(1000, "").bytes());
    assert_eq!(table.at(7.0), NOTHING);
    table.connection.end(&table.turn);
    assert_eq!(table.at(7.9), NOTHING);
    assert_eq!(table.at(8.1), None);
}

/// Bytes that the connection holds less than before.
fn given_back(table: &mut Table) -> i64 {
    -measure(|| table.connection.release()).bytes_current
}

#[test]
fn the_memory_of_a_message_is_given_back_when_it_is_over() {
    let mut table = Table::upgraded("/websocket", &[]);
    table.receive(&binary([1; 100_000]).unfinished().bytes());
    assert_eq!(given_back(&mut table), 0, "the message goes on");
    let echo = table.receive(&continuation("x").bytes());
    assert_eq!(echo.len(), 10 + 100_001);
    assert!(given_back(&mut table) >= 100_001);
    assert_eq!(given_back(&mut table), 0);
    // A control frame that came in pieces was put together as well.
    let frame = ping([2; 125]).bytes();
    table.receive(&frame[..50]);
    assert_eq!(table.receive(&frame[50..]).len(), 2 + 125);
    assert!(given_back(&mut table) >= 125);
}

/// What is not over is kept, wherever the client pauses.
#[test]
fn to_give_back_memory_loses_nothing() {
    let frames = [
        text("Hel").unfinished().bytes(),
        ping("between").bytes(),
        continuation("lo").bytes(),
        binary([3; 200]).bytes(),
        close(1000, "bye").bytes(),
    ];
    let bytes = [upgrade("/websocket"), frames.concat()].concat();
    let whole = Table::new(&[]).receive(&bytes);
    assert!(whole.ends_with(b"\x88\x02\x03\xe8"));
    for at in 0..=bytes.len() {
        let mut table = Table::new(&[]);
        let mut said = table.receive(&bytes[..at]);
        table.connection.release();
        said.extend(table.receive(&bytes[at..]));
        assert_eq!(said, whole, "a pause at {at}");
    }
}
