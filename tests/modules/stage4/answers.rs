//! Answers with a socket: large payloads go past the bytes that wait, and nothing changes places.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use crate::frame::{Opcode, encode};
use crate::turn::Answers;

/// Our end of a connection, as the event loop has it, and the other end.
fn connection() -> (mio::net::TcpStream, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let other = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (ours, _) = listener.accept().unwrap();
    ours.set_nonblocking(true).unwrap();
    (mio::net::TcpStream::from_std(ours), other)
}

/// Sends frames with these sizes. Gives what went past the queue, what is left in it, and what both
/// have to be together.
fn sent(sizes: &[usize]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (ours, mut other) = connection();
    let reader = thread::spawn(move || {
        let mut came = Vec::new();
        other.read_to_end(&mut came).unwrap();
        came
    });
    let (mut left, mut due) = (Vec::new(), Vec::new());
    for (place, &size) in sizes.iter().enumerate() {
        let payload: Vec<u8> = (0..size).map(|i| (i / 7 + i + place) as u8).collect();
        Answers { bytes: &mut left, socket: Some(&ours) }.send(Opcode::Binary, &payload);
        encode(Opcode::Binary, &payload, &mut due);
    }
    drop(ours);
    (reader.join().unwrap(), left, due)
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
    let (ours, other) = connection();
    ours.shutdown(std::net::Shutdown::Write).unwrap();
    let (mut left, mut due) = (Vec::new(), Vec::new());
    Answers { bytes: &mut left, socket: Some(&ours) }.send(Opcode::Text, &[b'a'; 65_536]);
    encode(Opcode::Text, &[b'a'; 65_536], &mut due);
    assert!(left == due);
    drop(other);
}
