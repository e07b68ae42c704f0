//! What the server says, without the words: taken off its bytes, which have to be right.

use crate::naive;

#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Answer {
        status: u16,
        has_body: bool,
        stays: bool,
    },
    Upgrade,
    Frame(u8, Vec<u8>),
    /// Its code. What the reason says is not compared.
    Close(Option<u16>),
}

impl Said {
    pub fn frame(opcode: u8, payload: &[u8]) -> Said {
        Said::Frame(opcode, payload.to_vec())
    }
}

const PAGE: &str = include_str!("../../../step4-complete/src/page.html");

/// Bytes of the page as it is sent.
pub fn page_size(has_body: bool, stays: bool) -> usize {
    let connection = if stays { "keep-alive" } else { "close" };
    let length = PAGE.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: {connection}\r\n\
         Content-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"
    );
    head.len() + if has_body { length } else { 0 }
}

/// Bytes of a frame that is not masked.
pub fn frame_size(said: &Said) -> usize {
    match said {
        Said::Frame(_, payload) => header_size(payload.len()) + payload.len(),
        _ => 0,
    }
}

fn header_size(length: usize) -> usize {
    match length {
        0..126 => 2,
        126..65_536 => 4,
        _ => 10,
    }
}

/// The bytes are those of what is expected, and no more.
pub fn check(mut bytes: &[u8], expected: &[Said]) {
    for one in expected {
        let size = match one {
            Said::Answer { status, has_body, stays } => {
                check_answer(bytes, *status, *has_body, *stays)
            }
            Said::Upgrade => check_upgrade(bytes),
            Said::Frame(opcode, payload) => {
                let (came, size) = first_frame(bytes);
                assert_eq!(came, (*opcode, payload.clone()));
                size
            }
            Said::Close(code) => {
                let (came, size) = first_frame(bytes);
                check_close(&came, *code);
                size
            }
        };
        bytes = &bytes[size..];
    }
    let more = String::from_utf8_lossy(bytes);
    assert!(bytes.is_empty(), "said besides {expected:?}: {more:?}");
}

fn head(bytes: &[u8]) -> (&str, usize) {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a blank line") + 4;
    (std::str::from_utf8(&bytes[..end]).expect("a head is text"), end)
}

fn value<'a>(head: &'a str, name: &str) -> &'a str {
    let begins = format!("\r\n{name}: ");
    let mut parts = head.split(&begins);
    let behind = parts.nth(1).unwrap_or_else(|| panic!("no {name} in {head:?}"));
    let is_alone = parts.next().is_none() || name == "Connection";
    assert!(is_alone, "two lines {name} in {head:?}");
    behind.split("\r\n").next().unwrap_or_default()
}

fn check_answer(bytes: &[u8], status: u16, has_body: bool, stays: bool) -> usize {
    let (head, end) = head(bytes);
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "not {status}: {head:?}");
    assert_eq!(value(head, "Connection"), if stays { "keep-alive" } else { "close" });
    let length: usize = value(head, "Content-Length").parse().expect("a number");
    let body = if has_body { length } else { 0 };
    if status == 200 {
        assert_eq!(end + body, page_size(has_body, stays));
        assert_eq!(&bytes[end..end + body], &PAGE.as_bytes()[..body]);
    } else {
        assert!(length < 200);
    }
    end + body
}

fn check_upgrade(bytes: &[u8]) -> usize {
    let (head, end) = head(bytes);
    assert!(head.starts_with("HTTP/1.1 101 "), "not 101: {head:?}");
    assert_eq!(value(head, "Connection"), "Upgrade");
    assert_eq!(value(head, "Sec-WebSocket-Accept").len(), 28);
    end
}

/// The opcode and the payload of a frame as a server may send it: whole, not masked, with the
/// shortest form of the length, text that is text, and no long control frame (F4, F5, F8, M9).
fn first_frame(bytes: &[u8]) -> ((u8, Vec<u8>), usize) {
    // The plain decoder knows what clients send: with a masking key of nothing it is that.
    let length = match bytes.get(1).expect("a frame has two bytes") {
        126 => usize::from(u16::from_be_bytes([bytes[2], bytes[3]])),
        127 => bytes[2..10].iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)),
        short => usize::from(*short),
    };
    let header = header_size(length);
    let size = header + length;
    let mut masked = bytes[..size].to_vec();
    masked[1] |= 0x80;
    masked.splice(header..header, [0; 4]);
    let frame = naive::one_frame(&masked, length as u64);
    let Ok(Some(((true, opcode, payload), _, _))) = frame else { panic!("sent {frame:?}") };
    assert!(bytes[1] < 128, "masked");
    assert_ne!(opcode, 0, "a fragment");
    assert!(opcode != 1 || std::str::from_utf8(&payload).is_ok(), "text that is none");
    ((opcode, payload), size)
}

/// C11, C12.
fn check_close((opcode, payload): &(u8, Vec<u8>), expected: Option<u16>) {
    assert_eq!(*opcode, 8, "not a Close but {payload:?}");
    match (expected, &payload[..]) {
        (None, []) => {}
        (Some(code), [high, low, reason @ ..]) => {
            assert_eq!([*high, *low], code.to_be_bytes(), "not {code}");
            assert!(std::str::from_utf8(reason).is_ok());
            assert!(![1005, 1006, 1010, 1015].contains(&code));
        }
        (expected, payload) => panic!("not {expected:?} but {payload:?}"),
    }
}
