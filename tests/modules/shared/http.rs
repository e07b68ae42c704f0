//! The request reader of a stage: vectors, every split in two, and random pieces (rules H).

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::http::{HeadReader, Request};

/// What comes of some bytes: requests, and at the end possibly the status of a refusal.
#[derive(Debug, PartialEq)]
enum Outcome {
    Request(Request),
    Refused(String),
}

/// Reads pieces as a connection does: what one head leaves belongs to the next.
fn read(pieces: &[&[u8]]) -> Vec<Outcome> {
    let mut reader = HeadReader::default();
    let mut outcomes = Vec::new();
    for piece in pieces {
        let mut taken = 0;
        while taken < piece.len() {
            match reader.read(&piece[taken..]) {
                Ok(None) => break,
                Ok(Some((request, count))) => {
                    outcomes.push(Outcome::Request(request));
                    taken += count;
                }
                Err(refusal) => {
                    outcomes.push(Outcome::Refused(refusal.status.to_string()));
                    return outcomes;
                }
            }
        }
    }
    outcomes
}

const GOOD: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Bytes, how many requests are in them, and how they end.
fn vectors() -> Vec<(Vec<u8>, usize, &'static str)> {
    let long = "a".repeat(20_000);
    let many = "X: y\r\n".repeat(64);
    let texts: Vec<(String, usize, &str)> = vec![
        (GOOD.into(), 1, ""),
        (format!("{GOOD}{GOOD}{GOOD}"), 3, ""),
        (format!("\r\n\r\n{GOOD}\r\n{GOOD}"), 2, ""),
        ("\r\n\r\n".into(), 0, ""),
        ("GET / HTTP/1.1\r\nHost: local".into(), 0, ""),
        (format!("{GOOD}GET /two HTT"), 1, ""),
        (format!("{GOOD}nonsense\r\n\r\n{GOOD}"), 1, "400"),
        ("GET / HTTP/1.0\r\n\r\n".into(), 1, ""),
        ("GET / HTTP/1.1\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/1.1\nHost: a\n\n".into(), 0, "400"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n".into(), 0, "400"),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n".into(), 0, "505"),
        ("GET / HTTP/2.x\r\nHost: a\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP/x.1\r\nHost: a\r\n\r\n".into(), 0, "400"),
        ("GET / HTTP\r\nHost: a\r\n\r\n".into(), 0, "400"),
        (format!("GET /{long}"), 0, "414"),
        (format!("GET / HTTP/1.1\r\nHost: {long}"), 0, "431"),
        (format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"), 0, "431"),
        ("\r\n".repeat(10_000), 0, "414"),
        ("\u{16}\u{3}\u{1}".into(), 0, "400"),
    ];
    texts.into_iter().map(|(text, count, end)| (text.into_bytes(), count, end)).collect()
}

#[test]
fn each_vector_comes_out_right() {
    for (bytes, count, end) in vectors() {
        let outcomes = read(&[&bytes]);
        let requests = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Request(_)));
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(requests.count(), count, "{shown}");
        let status = match outcomes.last() {
            Some(Outcome::Refused(status)) => status.clone(),
            _ => String::new(),
        };
        assert!(
            status.starts_with(end) && status.is_empty() == end.is_empty(),
            "{shown}: {status}"
        );
    }
}

#[test]
fn every_split_in_two_gives_the_same() {
    for (bytes, ..) in vectors() {
        let whole = read(&[&bytes]);
        // Splits of long ones at every 97th place still meet all that can differ there.
        let step = if bytes.len() < 1_000 { 1 } else { 97 };
        for at in (0..=bytes.len()).step_by(step) {
            assert_eq!(read(&[&bytes[..at], &bytes[at..]]), whole, "split at {at}");
        }
    }
}

#[test]
fn single_bytes_give_the_same() {
    for (bytes, ..) in vectors() {
        let singles: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&singles), read(&[&bytes]));
    }
}

/// H12: what stands behind the blank line is left for whoever comes next.
#[test]
fn bytes_behind_the_head_are_not_taken() {
    let bytes = format!("{GOOD}\u{1}\n more");
    let read = HeadReader::default().read(bytes.as_bytes());
    let Ok(Some((_, taken))) = read else { panic!("no request") };
    assert_eq!(taken, GOOD.len());
}

#[test]
fn a_request_is_taken_apart() {
    let bytes = b"HEAD /a?b HTTP/1.0\r\nhost:  x \r\nX-List: a,\r\nx-list: b\r\n\r\n";
    let Ok(Some((request, _))) = HeadReader::default().read(bytes) else { panic!("no request") };
    assert_eq!(request.method, "HEAD");
    assert_eq!(request.target, "/a?b");
    assert_eq!(request.minor_version, 0);
    assert_eq!(request.path(), "/a");
    assert_eq!(request.values("Host").collect::<Vec<_>>(), ["x"]);
    assert_eq!(request.values("x-LIST").count(), 2);
    assert!(request.has_member("X-List", "B"));
    assert!(!request.has_member("X-List", "a,"));
    assert!(!request.keeps_alive());
}

/// H9: whatever the order, and in both versions (RFC 9112 §9.3).
#[test]
fn close_wins_over_keep_alive() {
    let stays = |version: &str, connection: &str| {
        let bytes = format!("GET / {version}\r\nHost: a\r\nConnection: {connection}\r\n\r\n");
        let Ok(Some((request, _))) = HeadReader::default().read(bytes.as_bytes()) else {
            panic!("no request");
        };
        request.keeps_alive()
    };
    for version in ["HTTP/1.0", "HTTP/1.1"] {
        assert!(stays(version, "keep-alive"));
        assert!(!stays(version, "keep-alive, close"));
        assert!(!stays(version, "close\r\nConnection: keep-alive"));
    }
    assert!(!stays("HTTP/1.0", "x"));
    assert!(stays("HTTP/1.1", "x"));
}

#[test]
fn the_path_of_each_form_of_target() {
    let path = |target: &str| {
        let bytes = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        match HeadReader::default().read(bytes.as_bytes()) {
            Ok(Some((request, _))) => request.path().to_string(),
            _ => "refused".into(),
        }
    };
    assert_eq!(path("/"), "/");
    assert_eq!(path("/chat?x=/y"), "/chat");
    assert_eq!(path("http://a"), "/");
    assert_eq!(path("http://a?x"), "/");
    assert_eq!(path("http://a:81/chat?x"), "/chat");
    assert_eq!(path("*"), "refused");
    assert_eq!(path("chat"), "refused");
}

/// Bytes that a parser has to look at twice, among others.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(GOOD.as_bytes().to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(b"GET / HTTP/1.1\r\nHost: ".to_vec()),
        Just(b"\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
        "[ -~]{0,20}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_in_random_pieces_give_the_same(
        bytes in hostile_bytes(),
        sizes in prop::collection::vec(1usize..30, 1..20),
    ) {
        let mut pieces = Vec::new();
        let mut rest = bytes.as_slice();
        for size in sizes {
            let (piece, behind) = rest.split_at(size.min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        prop_assert_eq!(read(&pieces), read(&[&bytes]));
    }

    #[test]
    fn what_is_written_is_read(
        method in "[A-Z]{1,8}",
        target in "/[a-z0-9/?&=%]{0,30}",
        headers in prop::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,12}", "[!-~]{1,20}"), 0..10),
    ) {
        let mut text = format!("{method} {target} HTTP/1.1\r\n");
        // The names of the request must not make a second Host.
        for (name, value) in &headers {
            text += &format!("X{name}: {value}\r\n");
        }
        text += "Host: localhost\r\n\r\n";
        let outcomes = read(&[text.as_bytes()]);
        let [Outcome::Request(request)] = &outcomes[..] else {
            panic!("{outcomes:?}");
        };
        prop_assert_eq!(&request.method, &method);
        prop_assert_eq!(&request.target, &target);
        prop_assert_eq!(request.headers.len(), headers.len() + 1);
        for ((name, value), header) in headers.iter().zip(&request.headers) {
            prop_assert_eq!(&format!("X{name}"), &header.name);
            prop_assert_eq!(value, &header.value);
        }
    }
}
