//! Echo: text, binary, nothing, much, and in fragments.

use tungstenite::Message;
use tungstenite::protocol::frame::coding::Data;

use crate::guest::{Guest, MAX_MESSAGE, server};

/// Bytes in which each place differs from its neighbours.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 31 + at / 256) as u8).collect()
}

#[test]
fn echo_of_text_binary_and_nothing() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    for text in ["Hello", "grüße, 世界 🎈", "\0", ""] {
        guest.echo(text);
    }
    for count in [0, 1, 125, 126, 127, 65_535, 65_536, 70_000] {
        guest.echo(bytes(count));
        guest.echo("x".repeat(count));
    }
    guest.say(Message::Close(None));
    assert_eq!(guest.end(), (1005, String::new()));
}

#[test]
fn one_mebibyte_comes_back_and_one_byte_more_is_1009() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    guest.echo(bytes(MAX_MESSAGE));
    guest.echo("x".repeat(MAX_MESSAGE));
    guest.say(bytes(MAX_MESSAGE + 1));
    assert_eq!(guest.end().0, 1009);
}

#[test]
fn one_mebibyte_in_fragments_comes_back_and_one_byte_more_is_1009() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    let all = bytes(MAX_MESSAGE);
    let (first, rest) = all.split_at(1000);
    guest.say_fragment(Data::Binary, first, false);
    for piece in rest.chunks(1000) {
        guest.say_fragment(Data::Continue, piece, false);
    }
    guest.say_fragment(Data::Continue, b"", true);
    assert!(guest.hear() == Message::from(all.clone()));

    guest.say_fragment(Data::Binary, &all, false);
    guest.say_fragment(Data::Continue, b"x", false);
    assert_eq!(guest.end().0, 1009);
}

#[test]
fn fragments_are_one_message() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    guest.say_fragment(Data::Text, b"He", false);
    guest.say_fragment(Data::Continue, b"", false);
    guest.say_fragment(Data::Continue, b"llo", true);
    assert_eq!(guest.hear_text(), "Hello");
}

#[test]
fn a_fragment_may_end_inside_a_character() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    let text = "grüße 🎈 €";
    guest.say_fragment(Data::Text, b"", false);
    for byte in text.bytes() {
        guest.say_fragment(Data::Continue, &[byte], false);
    }
    guest.say_fragment(Data::Continue, b"", true);
    assert_eq!(guest.hear_text(), text);
}

#[test]
fn a_ping_between_fragments_is_answered_at_once() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    guest.say_fragment(Data::Text, b"He", false);
    guest.say(Message::Ping("between".into()));
    assert_eq!(guest.hear(), Message::Pong("between".into()));
    guest.say_fragment(Data::Continue, b"llo", true);
    assert_eq!(guest.hear_text(), "Hello");
}

#[test]
fn text_that_is_not_utf8_is_1007() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/websocket");
    guest.say_fragment(Data::Text, b"\x48\xc3\x28", true);
    assert_eq!(guest.end().0, 1007);
}
