//! The lines of the log that repeat what a client sent: whole up to a length, and then cut.

use pretty_assertions::assert_eq;

use crate::http::Request;
use crate::log;

/// The first line for a request with this path.
fn line(path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let request = Request::parse(head.as_bytes()).expect("a request");
    log::request(&request).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn what_is_cut_ends_in_dots_and_nothing_else_does() {
    let path = format!("/{}", "x".repeat(255));
    let ends = |line: &str, tail: &str| line.starts_with(&format!("GET {path}{tail}"));
    assert!(ends(&line(&path), " HTTP/1.1"));
    assert!(ends(&line(&format!("{path}y")), "… HTTP/1.1"));
}

#[test]
fn control_characters_are_written_out() {
    assert_eq!(line("/\u{9b}31m").split(' ').nth(1), Some("/\\u{9b}31m"));
}
