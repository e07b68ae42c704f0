//! Rooms, and the server that speaks unasked: what stage 4 does with messages.

mod chat;
mod chat_order;
mod draw;
mod progress;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(chat::cases());
    cases.extend(chat_order::cases());
    cases.extend(draw::cases());
    cases.extend(progress::cases());
    cases
}

/// What our stage 4 does; each case has a server, and so its rooms, to itself.
fn ours(id: &'static str, name: &'static str) -> Case {
    case(id, name).section("RFC 6455 §1.1").our_choice().stages(4..=4).alone()
}
