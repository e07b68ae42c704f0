//! Answers with a socket: large payloads go past the bytes that wait, and nothing changes places.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::rc::Rc;
use std::thread;
use std::time::Instant;

use clap::Parser;

use crate::flags::Flags;
use crate::frame::{Opcode, encode};
use crate::turn::Turn;

/// The turn of a client whose socket is one end of a connection, and the other end.
fn turn() -> (Turn, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let other = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (ours, _) = listener.accept().unwrap();
    ours.set_nonblocking(true).unwrap();
    let mut turn = Turn::new(Flags::parse_from(["server"]), Instant::now());
    turn.socket = Some(Rc::new(mio::net::TcpStream::from_std(ours)));
    (turn, other)
}

/// Sends frames with these sizes. Gives what went past the queue, what is left in it, and what both
/// have to be together.
fn sent(sizes: &[usize]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (mut turn, mut other) = turn();
    let reader = thread::spawn(move || {
        let mut came = Vec::new();
        other.read_to_end(&mut came).unwrap();
        came
    });
    let mut due = Vec::new();
    for (place, &size) in sizes.iter().enumerate() {
        let payload: Vec<u8> = (0..size).map(|i| (i / 7 + i + place) as u8).collect();
        turn.send(Opcode::Binary, &payload);
        encode(Opcode::Binary, &payload, &mut due);
    }
    turn.socket = None;
    (reader.join().unwrap(), turn.bytes, due)
}

#[test]
fn small_frames_wait_for_the_end_of_the_turn() {
    let (came, left, due) = sent(&[0, 125, 65_535]);
    assert!(came.is_empty());
    assert!(left == due);
}

#[test]
fn a_large_payload_goes_at_once_behind_what_waits() {
    let (came, left, due) = sent(&[5, 65_536, 6]);
    assert_eq!(came.len(), 7 + 65_546);
    assert!([came, left].concat() == due);
}

/// More than the buffers of both sockets hold.
#[test]
fn what_the_socket_does_not_take_waits_in_its_place() {
    let (came, left, due) = sent(&[70_000, 32 << 20, 3, 1 << 20, 4]);
    assert!(came.len() > 70_000);
    assert!([came, left].concat() == due);
}

/// Whoever sends the rest will be told.
#[test]
fn with_a_broken_socket_all_waits() {
    let (mut turn, other) = turn();
    let socket = turn.socket.as_ref().unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    turn.send(Opcode::Text, &[b'a'; 65_536]);
    let mut due = Vec::new();
    encode(Opcode::Text, &[b'a'; 65_536], &mut due);
    assert!(turn.bytes == due);
    drop(other);
}
