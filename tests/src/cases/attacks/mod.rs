//! Attacks, each against a server with its defaults: memory stays flat, others are served, no
//! processor is burnt, and descriptors come back.

mod claims;
mod descriptors;
mod floods;
mod heads;
mod large_frames;
mod malformed;
mod resets;
mod rooms;
mod turns;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    [
        heads::cases(),
        resets::cases(),
        descriptors::cases(),
        claims::cases(),
        malformed::cases(),
        large_frames::cases(),
        floods::cases(),
        rooms::cases(),
        turns::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a server uses shows only when nobody else uses it.
fn attack(id: &'static str, name: &'static str) -> Case {
    case(id, name).section("RFC 6455 §10").our_choice().chapter("4 Complete").alone()
}
