//! The parser of requests and the check of the upgrade: bytes in any pieces (H1–H15, U1–U14).

use allocation_counter::measure;
use clap::Parser;

use crate::asked::{Asked, Head, MAX_HEAD, first_head};
use crate::flags::Flags;
use crate::handshake::Upgrade;
use crate::heads;
use crate::http::{HeadReader, Request};
use crate::input::{Input, Split};
use crate::log;
use crate::response::Response;

/// What one head may hold while it comes: its bytes, and as much again for a vector that grows.
const MAX_HELD: i64 = 2 * MAX_HEAD as i64 + 256;
/// What it may cost for the moment in which it is taken apart, when every byte that is no UTF-8
/// becomes three.
const MAX_PEAK: u64 = 10 * MAX_HEAD as u64;
/// More than this is not fed byte by byte: that takes too long.
const MAX_SINGLES: usize = 600;

pub fn run(input: &[u8]) {
    let mut input = Input::new(input);
    let seed = u64::from(input.byte());
    let bytes = stream(&mut input);
    let whole = read(&bytes, Split::Whole);
    assert_eq!(read(&bytes, Split::Random(seed)), whole, "in pieces, seed {seed}");
    if bytes.len() <= MAX_SINGLES {
        assert_eq!(read(&bytes, Split::Singles), whole, "byte by byte");
    }
    let mut start = 0;
    for (request, end) in &whole.requests {
        match first_head(&bytes[start..]) {
            Head::Whole(size, asked) => {
                assert_eq!(start + size, *end);
                check(request, &asked);
            }
            other => panic!("accepted {request:?}, and should be {other:?}"),
        }
        start = *end;
    }
    match (&whole.refusal, first_head(&bytes[start..])) {
        (None, Head::More) => {}
        (Some(refusal), Head::Fault(status)) => assert_eq!(number(refusal), status),
        (came, other) => panic!("{came:?}, and should be {other:?}"),
    }
}

fn stream(input: &mut Input) -> Vec<u8> {
    if input.byte() == 255 {
        return input.take_rest().to_vec();
    }
    let mut bytes = Vec::new();
    while !input.is_empty() && bytes.len() < 100_000 {
        bytes.extend(heads::head(input));
    }
    bytes
}

#[derive(Debug, Default, PartialEq)]
struct Came {
    /// Each with the place in the stream where it ends.
    requests: Vec<(Request, usize)>,
    refusal: Option<Response>,
}

fn read(bytes: &[u8], split: Split) -> Came {
    let mut came = Came::default();
    let mut reader = HeadReader::default();
    let (mut end, mut start, mut held) = (0, 0, 0);
    for piece in split.pieces(bytes) {
        let mut rest = piece;
        while !rest.is_empty() {
            let mut result = Ok(None);
            let memory = measure(|| result = reader.read(rest));
            assert!(memory.bytes_max <= MAX_PEAK, "took {} bytes", memory.bytes_max);
            match result {
                Err(refusal) => {
                    came.refusal = Some(refusal);
                    return came;
                }
                Ok(None) => {
                    end += rest.len();
                    held += memory.bytes_current;
                    assert!(held <= MAX_HELD.min(2 * (end - start) as i64 + 64), "holds {held}");
                    break;
                }
                Ok(Some((request, taken))) => {
                    assert!(0 < taken && taken <= rest.len(), "took {taken} of {}", rest.len());
                    assert!(reader.is_empty());
                    end += taken;
                    rest = &rest[taken..];
                    came.requests.push((request, end));
                    (start, held) = (end, 0);
                }
            }
        }
    }
    came
}

fn check(request: &Request, asked: &Asked) {
    let headers = request.headers.iter().map(|one| (one.name.clone(), one.value.clone()));
    let again = Asked {
        method: request.method.clone(),
        target: request.target.clone(),
        minor: request.minor_version,
        headers: headers.collect(),
    };
    assert_eq!(again, *asked);
    assert_eq!(request.path(), asked.path());
    assert_eq!(request.keeps_alive(), asked.stays());
    check_rewritten(request);
    check_log(&log::request(request));
    check_upgrade(request, asked);
    let status = request.check_body().and_then(|()| Response::page(request, true));
    let status = number(&status.unwrap_or_else(|refusal| refusal));
    let is_page = asked.path() == "/";
    assert!(!is_page || status == asked.page_status());
}

/// What is accepted can be written down again, and then says the same: no name or value has
/// anything in it that would end a line, and there is one Host.
fn check_rewritten(request: &Request) {
    let (method, target, minor) = (&request.method, &request.target, request.minor_version);
    let mut text = format!("{method} {target} HTTP/1.{minor}\r\n");
    for header in &request.headers {
        text += &format!("{}: {}\r\n", header.name, header.value);
    }
    text += "\r\n";
    assert_eq!(Request::parse(text.as_bytes()).as_ref(), Ok(request));
    let hosts = request.values("host").count();
    assert!(hosts == 1 || (hosts == 0 && minor == 0), "{hosts} Host lines");
    assert!(request.path().starts_with('/') && !request.path().contains('?'));
    assert!(request.headers.len() <= 64);
    assert_eq!(text.matches("\r\n\r\n").count(), 1);
}

/// A line for a terminal: no control characters, and not much longer than what is shown of each
/// value.
fn check_log(line: &str) {
    assert!(!line.contains(char::is_control), "{line:?}");
    assert!(line.len() <= 66 * 256 * 10, "a line of {} bytes", line.len());
}

fn check_upgrade(request: &Request, asked: &Asked) {
    FLAGS.with(|both| {
        for flags in both {
            let expected = asked.upgrade_status(&flags.allow_host, &flags.allow_origin);
            match Upgrade::check(request, flags) {
                Err(refusal) => {
                    assert_eq!(number(&refusal), expected);
                    let mut out = Vec::new();
                    refusal.encode(&mut out);
                    let end = format!("\r\n\r\n{}", refusal.body);
                    assert!(out.ends_with(end.as_bytes()) && refusal.body.lines().count() == 1);
                }
                Ok(upgrade) => {
                    assert_eq!(expected, 101);
                    check_101(&upgrade, asked);
                }
            }
        }
    });
}

/// Four or five lines and no more; nothing of the client's in them but the digest of its key.
fn check_101(upgrade: &Upgrade, asked: &Asked) {
    let mut out = Vec::new();
    upgrade.encode(&mut out);
    let text = String::from_utf8(out).expect("a head is text");
    let offered = asked.all("sec-websocket-protocol").join(",");
    let is_offered = offered.split(',').any(|one| one.trim_matches([' ', '\t']) == "chat");
    assert_eq!(upgrade.subprotocol, is_offered.then_some("chat"));
    let chosen = if is_offered { "Sec-WebSocket-Protocol: chat\r\n" } else { "" };
    let accept = &upgrade.accept;
    assert_eq!(accept.len(), 28);
    assert_eq!(
        text,
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n{chosen}\r\n"
        )
    );
}

fn number(response: &Response) -> u16 {
    response.status[..3].parse().expect("a status begins with a number")
}

thread_local! {
    /// The defaults, and some names and pages allowed. To read them takes time.
    static FLAGS: [Flags; 2] = [
        Flags::parse_from(["server"]),
        Flags::parse_from([
            "server", "--allow-host", "example.com", "--allow-origin", "https://example.com",
        ]),
    ];
}
