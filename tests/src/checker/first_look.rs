//! A first look at a server: whether it answers at all, and more than one client at a time.

use std::time::{Duration, Instant};

use crate::play::Options;
use crate::request::{get, upgrade};
use crate::server::{Greeting, Server, WEBSOCKET};
use crate::wire::{End, Wire};

/// Who serves a second client beside a silent one does so within this time.
const SECOND_CLIENT: Duration = Duration::from_millis(1500);

/// What is known of a server before the first case.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstLook {
    /// It answers a plain request, or one for an upgrade.
    pub answers: bool,
    /// There is a page at `/`.
    pub has_page: bool,
    /// It says nothing to who does not ask for an upgrade.
    pub wants_upgrade: bool,
    /// While one client is silent no other is served.
    pub is_one_at_a_time: bool,
}

pub fn look(server: &mut Server, options: Options) -> FirstLook {
    let mut look = FirstLook::default();
    let plain = get("/").header("Connection", "close").bytes();
    let handshake = upgrade(&server.target(WEBSOCKET)).bytes();
    let answer = ask(server, &plain, options.patience);
    look.answers = !answer.received.is_empty();
    look.has_page = answer.received.starts_with(b"HTTP/1.1 200");
    if !look.answers && options.rules_only && answer.end.is_some() {
        look.answers = !ask(server, &handshake, options.patience).received.is_empty();
        look.wants_upgrade = look.answers;
        server.greeting = Greeting::Upgrade;
    }
    if look.answers {
        let request = if look.wants_upgrade { &handshake } else { &plain };
        look.is_one_at_a_time = is_one_at_a_time(server, request, options.patience);
    }
    look
}

/// What came back, or how it ended.
struct Answer {
    received: Vec<u8>,
    end: Option<End>,
}

fn ask(server: &Server, request: &[u8], patience: Duration) -> Answer {
    let Ok(mut wire) = Wire::connect(server.address) else {
        return Answer { received: Vec::new(), end: None };
    };
    let deadline = Instant::now() + patience;
    wire.send(request, deadline);
    while wire.received.len() < "HTTP/1.1 200".len() && wire.end.is_none() && wire.wait(deadline) {}
    Answer { received: wire.received, end: wire.end }
}

fn is_one_at_a_time(server: &Server, request: &[u8], patience: Duration) -> bool {
    let (Ok(silent), Ok(mut second)) =
        (Wire::connect(server.address), Wire::connect(server.address))
    else {
        return false;
    };
    let deadline = Instant::now() + SECOND_CLIENT;
    second.send(request, deadline);
    while second.received.is_empty() && second.end.is_none() && second.wait(deadline) {}
    let is_served = !second.received.is_empty() || second.end.is_some();
    // When the first one leaves it is the other's turn: let it have its answer in peace.
    drop(silent);
    let deadline = Instant::now() + patience;
    while second.received.is_empty() && second.end.is_none() && second.wait(deadline) {}
    !is_served
}
