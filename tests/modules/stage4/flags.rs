//! What the flags come to: where to listen, and how often to look at the deadlines.

use std::time::Duration;

use clap::Parser;
use pretty_assertions::assert_eq;

use crate::flags::Flags;

fn flags(words: &[&str]) -> Option<Flags> {
    Flags::try_parse_from(["server"].iter().chain(words)).ok()
}

fn address(words: &[&str]) -> Option<String> {
    flags(words).map(|flags| flags.address().to_string())
}

#[test]
fn the_address_can_be_said_in_two_ways_but_once() {
    let there = Some("127.0.0.1:80".to_string());
    assert_eq!(address(&[]).as_deref(), Some("127.0.0.1:6969"));
    assert_eq!(address(&["127.0.0.1:80"]), there);
    assert_eq!(address(&["--listen", "127.0.0.1:80"]), there);
    assert_eq!(address(&["--listen", "127.0.0.1:80", "127.0.0.1:81"]), None);
}

/// Whichever is the shortest is late by a quarter at the most.
#[test]
fn the_shortest_time_says_how_often_we_look() {
    let tick = |words: &[&str]| flags(words).map(|flags| flags.tick());
    assert_eq!(tick(&[]), Some(Duration::from_secs(1)));
    for name in ["handshake", "write", "ping", "close", "shutdown"] {
        let name = format!("--{name}-timeout");
        assert_eq!(tick(&[&name, "2"]), Some(Duration::from_millis(500)), "{name}");
        // A thread that looks all the time would do nothing else.
        assert_eq!(tick(&[&name, "0.001"]), Some(Duration::from_millis(10)), "{name}");
    }
    assert_eq!(tick(&["--ping-interval", "2"]), Some(Duration::from_millis(500)));
}

#[test]
fn seconds_are_more_than_none_and_have_an_end() {
    let seconds = |text: &str| {
        let words = format!("--ping-interval={text}");
        flags(&[&words]).map(|flags| flags.ping_interval.as_secs_f64())
    };
    assert_eq!(seconds("0.5"), Some(0.5));
    assert_eq!(seconds("1e9"), Some(1e9));
    for text in ["0", "-1", "nan", "inf", "1.1e9", "", "x", "1s"] {
        assert_eq!(seconds(text), None, "{text}");
    }
}

/// What no browser sends would allow nobody, in silence; an empty name, whoever names no host.
#[test]
fn origins_and_names_are_such() {
    let origin = |text: &str| flags(&["--allow-origin", text]).map(|flags| flags.allow_origin);
    for text in ["https://example.com", "http://[::1]:8000", "app://x"] {
        assert_eq!(origin(text), Some(vec![text.to_string()]));
    }
    for text in ["", "*", "null", "example.com", "https://", "https://example.com/", "https:///"] {
        assert_eq!(origin(text), None, "{text}");
    }
    let host = |text: &str| flags(&["--allow-host", text]).map(|flags| flags.allow_host);
    assert_eq!(host("example.com"), Some(vec!["example.com".to_string()]));
    for text in ["", "example.com:80", "http://example.com", "example.com/"] {
        assert_eq!(host(text), None, "{text}");
    }
}
