//! The handshake of a stage: vectors, and what no input may bring about (rules U).

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::http::HeadReader;

const START: &str = "GET /websocket HTTP/1.1\r\n";
const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const REST: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";

/// The 101 to a request as text, or the status of the refusal.
fn answer(text: &str) -> Result<String, String> {
    let read = HeadReader::default().read(text.as_bytes());
    let request = match read {
        Ok(Some((request, _))) => request,
        Ok(None) => return Err("not whole".into()),
        Err(refusal) => return Err(refusal.status.to_string()),
    };
    let upgrade = crate::check(&request).map_err(|refusal| refusal.status.to_string())?;
    let mut out = Vec::new();
    upgrade.encode(&mut out);
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The answer to a good request with these lines besides.
fn with(lines: &str) -> Result<String, String> {
    answer(&format!("{START}Host: localhost:6969\r\n{KEY}{REST}{lines}\r\n"))
}

fn with_key(key: &str) -> Result<String, String> {
    answer(
        &format!("{START}Host: a\r\n{REST}Sec-WebSocket-Key: {key}\r\n\r\n")
            .replace(": a\r", ": localhost\r"),
    )
}

#[test]
fn the_response_of_the_rfc_byte_for_byte() {
    let expected = "HTTP/1.1 101 Switching Protocols\r\n\
        Upgrade: websocket\r\n\
        Connection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
        Sec-WebSocket-Protocol: chat\r\n\r\n";
    assert_eq!(with("Sec-WebSocket-Protocol: chat, superchat\r\n"), Ok(expected.into()));
}

/// Computed by another program.
#[test]
fn accept_keys() {
    for (key, accept) in ACCEPT_KEYS {
        let line = format!("Sec-WebSocket-Accept: {accept}\r\n");
        assert!(with_key(key).is_ok_and(|response| response.contains(&line)), "{key}");
    }
}

const ACCEPT_KEYS: [(&str, &str); 4] = [
    ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
    ("/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="),
    ("AAECAwQFBgcICQoLDA0ODw==", "Bz3qJYTGdOe8gUSpLosEdiLKDrk="),
];

#[test]
fn each_fault_has_its_status() {
    let without = |line: &str| {
        answer(&format!("{START}Host: localhost\r\n{KEY}{REST}\r\n").replace(line, ""))
    };
    let status = |answer: Result<String, String>| match answer {
        Ok(_) => 101,
        Err(status) => status.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0),
    };
    assert_eq!(status(without("nothing")), 101);
    assert_eq!(status(without("Upgrade: websocket\r\n")), 426);
    assert_eq!(status(without("Connection: Upgrade\r\n")), 426);
    assert_eq!(status(without("Sec-WebSocket-Version: 13\r\n")), 426);
    assert_eq!(status(without(KEY)), 400);
    assert_eq!(status(with(KEY)), 400);
    assert_eq!(status(with("Sec-WebSocket-Version: 13\r\n")), 400);
    assert_eq!(status(with("Content-Length: 1\r\n")), 400);
    assert_eq!(status(with("Origin: http://evil.example\r\n")), 403);
    assert_eq!(status(with("Origin: http://localhost:6969\r\n")), 101);
    assert_eq!(status(with("Origin: null\r\n")), 403);
    let changed = |from: &str, to: &str| {
        let good = format!("{START}Host: localhost\r\n{KEY}{REST}\r\n");
        assert!(good.contains(from));
        status(answer(&good.replace(from, to)))
    };
    assert_eq!(changed("GET", "POST"), 405);
    assert_eq!(changed("GET", "get"), 405);
    assert_eq!(changed("HTTP/1.1", "HTTP/1.0"), 426);
    // The host of an absolute target counts, and `Host` does not (H10).
    assert_eq!(changed("/websocket", "http://localhost/websocket"), 101);
    assert_eq!(changed("/websocket", "http://example.com/websocket"), 403);
}

/// U14: nobody can let their name be an address.
#[test]
fn an_address_is_ours_and_what_looks_like_one_is_not() {
    let at = |host: &str| answer(&format!("{START}Host: {host}\r\n{KEY}{REST}\r\n"));
    for host in ["127.0.0.1:6969", "192.168.0.7", "[::1]:6969", "[fe80::1]", "LocalHost:80"] {
        assert!(at(host).is_ok(), "{host}");
    }
    for host in ["127.0.0.1.example.com", "127.1", "127.0.0.1:x", "localhost.example.com", ""] {
        assert_eq!(at(host), Err("403 Forbidden".into()), "{host}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// U6: sixteen bytes in base64, and nothing else.
    #[test]
    fn a_key_is_sixteen_bytes(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let key = BASE64_STANDARD.encode(&bytes);
        prop_assert_eq!(with_key(&key).is_ok(), bytes.len() == 16);
    }

    #[test]
    fn other_characters_are_no_key(key in "[!-~]{0,30}") {
        let is_key = key.len() == 24 && key.ends_with("==");
        prop_assert!(is_key || with_key(&key).is_err());
    }

    /// U9: no text before or behind our own origin makes another one that is let in.
    #[test]
    fn look_alikes_stay_outside(before in "[!-~]{0,8}", behind in "[!-~]{0,8}") {
        let origin = format!("{before}http://localhost:6969{behind}");
        let response = with(&format!("Origin: {origin}\r\n"));
        // The scheme is ignored, whatever it is called, and so is a default port.
        let same = !before.contains("://") && ["", ":80", ":443"].contains(&behind.as_str());
        prop_assert_eq!(response.is_ok(), same, "{}", origin);
    }

    /// U14: a name is ours only if it is `localhost` or an address.
    #[test]
    fn other_names_are_not_us(name in "[a-z]{1,8}(\\.[a-z]{1,5}){0,2}", port in any::<u16>()) {
        let text = format!("{START}Host: {name}:{port}\r\n{KEY}{REST}\r\n");
        prop_assert_eq!(answer(&text).is_ok(), name == "localhost");
    }

    /// U10, U12: the subprotocol is ours or none, whatever is offered.
    #[test]
    fn a_subprotocol_is_ours_or_none(offers in prop::collection::vec("[!-+./-~]{1,8}", 0..5)) {
        let response = with(&format!("Sec-WebSocket-Protocol: {}\r\n", offers.join(", ")));
        let response = response.unwrap_or_default();
        let chosen = response.contains("Sec-WebSocket-Protocol: chat\r\n");
        prop_assert_eq!(chosen, offers.iter().any(|offer| offer == "chat"));
        prop_assert_eq!(response.matches("Sec-WebSocket-Protocol").count(), usize::from(chosen));
    }

    /// U1, U2: nothing makes the check panic or take long.
    #[test]
    fn random_headers_are_answered(lines in prop::collection::vec("[ -~]{0,40}", 0..10)) {
        let _ = with(&lines.iter().map(|line| format!("{line}\r\n")).collect::<String>());
    }
}
