//! Who reads the log of stage 4? Nobody has to, and the server must not wait for them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use course::binary;
use course::frame::text;
use course::request::upgrade;

const PATIENCE: Duration = Duration::from_secs(30);
/// Each is good for a line of some 300 bytes: more than a pipe holds.
const BAD_REQUESTS: usize = 1_000;

struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

#[test]
fn a_log_that_nobody_reads_stops_nobody() {
    let binary = binary::build(binary::package(4)).expect("the crate builds");
    let mut command = Command::new(binary);
    command.arg("127.0.0.1:0").stdout(Stdio::piped());
    let mut server = Started(command.spawn().expect("it starts"));
    let mut output = BufReader::new(server.0.stdout.take().expect("its output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("where it listens");
    let address = line.trim().strip_prefix("Listening on http://").expect("where it listens");

    let bad = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(300));
    for _ in 0..BAD_REQUESTS {
        let mut stream = connect(address);
        stream.write_all(bad.as_bytes()).expect("it listens");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 404");
    }
    let mut stream = connect(address);
    stream.write_all(&upgrade("/websocket").bytes()).expect("it listens");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        head.extend(byte);
    }
    stream.write_all(&text("hi").bytes()).expect("it listens");
    let mut echo = [0; 4];
    stream.read_exact(&mut echo).expect("an echo");
    assert_eq!(&echo, b"\x81\x02hi");

    // Whoever looks again finds what waited, in order, each line whole.
    for _ in 0..2 * BAD_REQUESTS {
        line.clear();
        output.read_line(&mut line).expect("a line");
        assert!(line.starts_with("GET /xxx") || line.starts_with("404 "), "{line}");
    }
}
