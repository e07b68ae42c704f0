//! Stage 2: the upgrade (rules U), and rules H where they concern it.

mod key;
mod limits;
mod origin;
mod robust;
mod subprotocol;
mod upgrade;

use crate::case::Case;

pub fn cases() -> Vec<Case> {
    [
        upgrade::cases(),
        key::cases(),
        origin::cases(),
        subprotocol::cases(),
        robust::cases(),
        limits::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
