//! The load notices a server that answers wrong: fast and wrong must not count as fast.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use bench::block::Block;
use bench::cells::{CELLS, Cell};
use bench::link;
use bench::load::{Load, Tally};

fn cell() -> &'static Cell {
    CELLS.iter().find(|cell| cell.name == "32B-1x16").expect("the cell")
}

/// A server for one client: raw echo of the first bytes that come, after `spoil` had them.
fn server(spoil: impl FnOnce(Vec<u8>, &mut TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut bytes = vec![0; Block::raw(0, 32, 16).request.len()];
        stream.read_exact(&mut bytes).expect("a block");
        spoil(bytes, &mut stream);
        // Stays until the client leaves, so that nothing but the answer is wrong.
        let _ = stream.read(&mut [0]);
    });
    address
}

fn load(address: SocketAddr) -> Result<Tally, String> {
    let mut load = Load::open(address, None, cell())?;
    load.once()?;
    load.run(Duration::from_secs(1))
}

fn refused(address: SocketAddr, mentioned: &str) {
    let error = load(address).err().expect("this must be noticed");
    assert!(error.contains(mentioned), "{error}");
}

#[test]
fn one_wrong_bit_in_the_last_byte() {
    let address = server(|mut bytes, stream| {
        *bytes.last_mut().expect("bytes") ^= 1;
        stream.write_all(&bytes).expect("written");
    });
    let last = Block::raw(0, 32, 16).answer.len() - 1;
    refused(address, &format!("byte {last} is"));
}

#[test]
fn two_messages_in_the_wrong_order() {
    let address = server(|mut bytes, stream| {
        let step = Block::raw(0, 32, 16).step;
        bytes.rotate_left(step);
        stream.write_all(&bytes).expect("written");
    });
    refused(address, "a wrong answer");
}

#[test]
fn a_byte_that_nobody_asked_for() {
    let address = server(|mut bytes, stream| {
        bytes.push(0);
        stream.write_all(&bytes).expect("written");
    });
    refused(address, "a wrong answer");
}

#[test]
fn an_end_before_the_answer() {
    let address = server(|bytes, stream| {
        stream.write_all(&bytes[1..]).expect("written");
        stream.shutdown(std::net::Shutdown::Both).expect("shut down");
    });
    let error = load(address).err().expect("this must be noticed");
    assert!(error.contains("wrong answer") || error.contains("ended"), "{error}");
}

#[test]
fn a_handshake_that_accepts_nothing() {
    let good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    assert_eq!(link::check_upgrade(good.as_bytes()), Ok(true));
    assert_eq!(link::check_upgrade(&good.as_bytes()[..good.len() - 1]), Ok(false));
    for (part, instead) in [("101", "200"), ("s3pP", "S3pP"), ("\r\n\r\n", "\r\n\r\n\u{1}")] {
        let bad = good.replacen(part, instead, 1);
        assert!(link::check_upgrade(bad.as_bytes()).is_err(), "{bad:?}");
    }
}
