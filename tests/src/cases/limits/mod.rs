//! The limits of stage 4: each has a flag, a default, and an answer for whoever goes past it.

mod closing;
mod command_line;
mod connections;
mod handshake_time;
mod names;
mod outgoing;
mod pings;
mod room_rate;
mod shutdown;
mod sizes;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    [
        sizes::cases(),
        names::cases(),
        handshake_time::cases(),
        outgoing::cases(),
        room_rate::cases(),
        pings::cases(),
        closing::cases(),
        connections::cases(),
        shutdown::cases(),
        command_line::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Limits are ours: the RFC only says that there may be some.
fn limit(id: &'static str, name: &'static str) -> Case {
    case(id, name).section("RFC 6455 §10.4").our_choice().stages(4..=4).chapter("4 Complete")
}
