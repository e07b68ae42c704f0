//! What a case says of a bad server: each gets its own words, and the caret stands under the
//! first wrong byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use course::answer::answer;
use course::case::{Case, Delivery, case};
use course::expect::{pong_frame, text_frame};
use course::failure::{Failure, Sort};
use course::frame::{ping, text};
use course::play::Options;
use course::report::report;
use course::request::get;
use course::run::{Verdict, run};
use course::script::Script;
use course::server::Server;
use pretty_assertions::assert_eq;

const UPGRADED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A server that does `behave` with each client, for as long as the test runs.
fn server(behave: fn(TcpStream)) -> Arc<Server> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || behave(stream));
        }
    });
    Arc::new(Server::at(address))
}

/// One that answers the first bytes with these, and then stays silent.
fn says(mut stream: TcpStream, answer: &[u8]) {
    let mut buffer = [0; 4096];
    let _ = stream.read(&mut buffer);
    let _ = stream.write_all(answer);
    while matches!(stream.read(&mut buffer), Ok(1..)) {}
}

fn asks_for_the_page() -> Case {
    case("H1", "the_page").script(Script::new().send(get("/")).expect(answer(200)))
}

fn echoes() -> Case {
    let script = Script::new().upgrade("/websocket").send(text("Hello"));
    case("P1", "an_echo").script(script.frame(text_frame("Hello")))
}

/// The failure of a case against a server, and its report.
fn failure(case: Case, server: &Arc<Server>) -> (Failure, String) {
    let options =
        Options { patience: Duration::from_millis(300), ..Options::new(4, Delivery::Whole) };
    let case = Arc::new(case);
    let outcome = run(&case, server, options);
    match outcome.verdict {
        Verdict::Fail(failure) => {
            let report = report(&case, options, &outcome.transcript, &failure);
            (*failure, report)
        }
        Verdict::Pass => panic!("it passed"),
        Verdict::Skip(reason) => panic!("skipped: {reason}"),
    }
}

/// The characters above the caret.
fn above_the_caret(report: &str) -> String {
    let lines: Vec<&str> = report.lines().collect();
    let caret = lines.iter().position(|line| line.trim() == "^").expect("a caret");
    let column = lines[caret].chars().position(|c| c == '^').expect("a caret");
    lines[caret - 1].chars().skip(column).take(2).collect()
}

#[test]
fn nobody_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let (failure, _) = failure(asks_for_the_page(), &Arc::new(Server::at(address)));
    assert_eq!(failure.sort, Sort::Gone);
}

#[test]
fn it_says_nothing() {
    let (failure, _) = failure(asks_for_the_page(), &server(|stream| says(stream, b"")));
    assert_eq!(failure.sort, Sort::Late);
    assert_eq!(failure.got, "nothing came in time");
}

#[test]
fn it_stops_in_the_middle() {
    let part = &server(|stream| says(stream, &PAGE[..PAGE.len() - 1]));
    let (failure, _) = failure(asks_for_the_page(), part);
    assert_eq!(failure.sort, Sort::Late);
    assert_eq!(failure.got, "only 39 bytes came in time");
}

#[test]
fn it_closes_early() {
    let early = server(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
    });
    let (failure, _) = failure(asks_for_the_page(), &early);
    assert_eq!(failure.sort, Sort::Ended);
    assert_eq!(failure.got, "nothing came, then the connection ended");
}

#[test]
fn it_drops_the_connection() {
    // Unread bytes in a socket that is dropped make an RST.
    let dropping = server(|mut stream| {
        let _ = stream.read(&mut [0; 1]);
    });
    let (failure, _) = failure(asks_for_the_page(), &dropping);
    assert_eq!(failure.got, "nothing came, then the server dropped the connection");
}

#[test]
fn it_speaks_something_else() {
    let (failure, report) = failure(asks_for_the_page(), &server(|stream| says(stream, b"HTTQ/1")));
    assert_eq!(failure.sort, Sort::Wrong);
    assert_eq!(failure.wrong_at, Some(3));
    assert_eq!(above_the_caret(&report), "51");
}

#[test]
fn the_status_is_another_one() {
    let missing = server(|stream| says(stream, b"HTTP/1.1 204 No Content\r\n\r\n"));
    let (failure, report) = failure(asks_for_the_page(), &missing);
    assert_eq!(failure.expected, "the status 200");
    assert_eq!(above_the_caret(&report), "4 ");
}

#[test]
fn the_accept_key_is_wrong() {
    let wrong = server(|stream| {
        let text = String::from_utf8_lossy(UPGRADED).replace("s3pPLMBi", "s3pPLMBI");
        says(stream, text.as_bytes());
    });
    let (_, report) = failure(echoes(), &wrong);
    assert_eq!(above_the_caret(&report), "IT");
}

#[test]
fn a_byte_of_an_echo_is_wrong() {
    let wrong = server(|stream| says(stream, &[UPGRADED, b"\x81\x05Hellu"].concat()));
    let (failure, report) = failure(echoes(), &wrong);
    assert_eq!(failure.expected_bytes.as_deref(), Some(b"\x81\x05Hello".as_slice()));
    assert_eq!(above_the_caret(&report), "75");
    assert!(report.contains("try it:   upgrade /websocket"), "{report}");
    assert!(report.contains("try it:   text Hello"), "{report}");
}

#[test]
fn a_server_must_not_mask() {
    let masking = server(|stream| {
        let masked = text("Hello").bytes();
        says(stream, &[UPGRADED, &masked].concat());
    });
    let (_, report) = failure(echoes(), &masking);
    assert_eq!(above_the_caret(&report), "85");
}

#[test]
fn a_frame_that_claims_everything_is_no_reason_to_panic() {
    let claiming = server(|stream| says(stream, &[UPGRADED, b"\x81\x7f", &[0xff; 8]].concat()));
    let (failure, _) = failure(echoes(), &claiming);
    assert_eq!(failure.sort, Sort::Late);
}

#[test]
fn a_pong_without_its_payload() {
    let empty = server(|stream| says(stream, &[UPGRADED, b"\x8a\x00"].concat()));
    let script = Script::new().upgrade("/websocket").send(ping("x"));
    let (_, report) = failure(case("P1", "a_pong").script(script.frame(pong_frame("x"))), &empty);
    assert_eq!(above_the_caret(&report), "00");
}

#[test]
fn a_server_that_sends_for_ever_is_given_up() {
    let flooding = server(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let (failure, _) = failure(asks_for_the_page(), &flooding);
    assert_eq!(failure.sort, Sort::Late);
}
