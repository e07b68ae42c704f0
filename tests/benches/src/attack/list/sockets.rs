//! Attacks with connections alone: their number, and how they end.

use super::KIB;
use crate::attack::script::{Attack, Special, Step};
use crate::attack::wire::{BINARY, FIN, claim, frame, upgrade};

pub fn all() -> Vec<Attack> {
    vec![reconnects(), resets(), full_house(), few_descriptors(), vanished_peers()]
}

/// Connect and leave, without a word.
fn reconnects() -> Attack {
    Attack::new("reconnects", "64 accepts a round", "connect and leave, 5,000 times a second")
        .clients(64)
        .opens(5000)
        .raw([Step::Leave])
        .raw([Step::Reset])
        .memory(KIB)
}

/// RST at every stage.
fn resets() -> Attack {
    let half_head = Step::Send(b"GET /websocket HTTP/1.1\r\nHo".to_vec());
    let half_frame = Step::Send(frame(FIN | BINARY, &[0; 1000])[..6].to_vec());
    let half_payload = Step::Send([claim(FIN | BINARY, 100_000), vec![0; 50_000]].concat());
    Attack::new("resets", "C7", "RST at every stage")
        .clients(64)
        .opens(2000)
        .raw([half_head, Step::Reset])
        .raw([Step::Send(upgrade("/websocket")), Step::Reset])
        .upgraded("/websocket", [Step::Reset])
        .upgraded("/websocket", [half_frame, Step::Reset])
        .upgraded("/websocket", [half_payload, Step::Reset])
        .upgraded("/chat", [Step::Reset])
        .upgraded("/websocket", [Step::Send(b"\x88\x80\x01\x02\x03\x04".to_vec()), Step::Reset])
        .memory(256 * KIB)
}

/// Upgrades and silence until the house is full, and 90 more who try again and again.
fn full_house() -> Attack {
    let about = "10,090 upgrades, then silence";
    Attack::new("full-house", "U13 `--max-connections`", about)
        .clients(10_090)
        .opens(5000)
        .upgraded("/websocket", [Step::Stay])
        .gets(&["503"])
        // Those beyond 100 too many are told nothing.
        .may_get(&["ended", "dropped"])
}

/// More clients than the server has descriptors: it accepts again when one leaves.
fn few_descriptors() -> Attack {
    let about = "200 clients, the server may have 64 descriptors";
    Attack::new("few-descriptors", "accepting stops, is tried each second", about)
        .clients(200)
        .upgraded("/websocket", [Step::Stay])
        .special(Special::FewDescriptors)
}

/// Peers that are gone without FIN or RST, half of them in a room where something is said.
fn vanished_peers() -> Attack {
    let about = "200 peers that vanish without FIN or RST";
    Attack::new("vanished-peers", "P4 `--ping-timeout`, `--write-timeout`", about)
        .clients(200)
        .in_room()
        .upgraded("/websocket", [Step::Stay])
        .upgraded("/draw", [Step::Stay])
        .memory(64 * KIB)
        .special(Special::Vanish)
        .hold(50)
        .may_stay(0)
}
