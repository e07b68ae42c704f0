//! Rooms: members of tungstenite, and one that writes its bytes by hand.

use std::time::Instant;

use course::frame::text;
use course::request::upgrade;
use course::server::Server;
use course::server_frame::read_frame;
use course::wire::Wire;
use tungstenite::Message;

use crate::guest::{DEADLINE, Guest, MAX_ROOM_MESSAGE, server};

/// A member without a library.
struct ByHand {
    wire: Wire,
    deadline: Instant,
}

impl ByHand {
    fn join(server: &Server, path: &str) -> ByHand {
        let deadline = Instant::now() + DEADLINE;
        let wire = Wire::connect(server.address).expect("a connection");
        let mut member = ByHand { wire, deadline };
        member.wire.send(&upgrade(path).bytes(), deadline);
        loop {
            let head = member.wire.received.windows(4).position(|bytes| bytes == b"\r\n\r\n");
            if let Some(at) = head {
                let head = String::from_utf8_lossy(&member.wire.take(at + 4)).into_owned();
                assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
                return member;
            }
            member.wait();
        }
    }

    fn wait(&mut self) {
        assert!(self.wire.end.is_none() && self.wire.wait(self.deadline), "nothing more comes");
    }

    fn say(&mut self, words: &str) {
        self.wire.send(&text(words).bytes(), self.deadline);
    }

    fn hear_text(&mut self) -> String {
        loop {
            if let Some(frame) = read_frame(&self.wire.received) {
                self.wire.take(frame.bytes.len());
                return String::from_utf8(frame.payload).expect("UTF-8");
            }
            self.wait();
        }
    }
}

#[test]
fn different_clients_in_a_room_hear_the_same() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/chat");
    assert_eq!(guest.hear_text(), "you are guest 1");
    assert_eq!(guest.hear_text(), "guest 1 joined, 1 here");
    let mut by_hand = ByHand::join(&server, "/chat");
    assert_eq!(by_hand.hear_text(), "you are guest 2");
    let both_hear = |guest: &mut Guest, by_hand: &mut ByHand, line: &str| {
        assert_eq!(guest.hear_text(), line);
        assert_eq!(by_hand.hear_text(), line);
    };
    both_hear(&mut guest, &mut by_hand, "guest 2 joined, 2 here");
    guest.say("grüße, 世界 🎈");
    both_hear(&mut guest, &mut by_hand, "guest 1: grüße, 世界 🎈");
    by_hand.say("Hello");
    both_hear(&mut guest, &mut by_hand, "guest 2: Hello");

    // Both speak at once: each keeps its own order, and all hear the same.
    for line in 0..100 {
        guest.say(format!("line {line}"));
        by_hand.say(&format!("line {line}"));
    }
    let heard: Vec<String> = (0..200).map(|_| guest.hear_text()).collect();
    let other: Vec<String> = (0..200).map(|_| by_hand.hear_text()).collect();
    assert_eq!(heard, other);
    for member in ["guest 1: ", "guest 2: "] {
        let own: Vec<&str> = heard.iter().filter_map(|line| line.strip_prefix(member)).collect();
        let wanted: Vec<String> = (0..100).map(|line| format!("line {line}")).collect();
        assert_eq!(own, wanted);
    }

    drop(by_hand);
    assert_eq!(guest.hear_text(), "guest 2 left, 1 here");
}

#[test]
fn the_wrong_kind_for_a_room_is_1003() {
    let server = server(&[]);
    for (path, message) in [("/chat", Message::binary("Hello")), ("/draw", Message::text("Hello"))]
    {
        let mut guest = Guest::join(&server, path);
        guest.say(message);
        assert_eq!(guest.end().0, 1003, "{path}");
    }
}

#[test]
fn more_than_64_kib_is_too_much_for_a_room() {
    let server = server(&[]);
    let mut guest = Guest::join(&server, "/draw");
    guest.echo(vec![1; MAX_ROOM_MESSAGE]);
    guest.say(vec![1; MAX_ROOM_MESSAGE + 1]);
    assert_eq!(guest.end().0, 1009);
}
