//! All cases, a folder a stage.

mod attacks;
mod crowd;
mod frames;
mod handshake;
mod http;
mod limits;
mod messages;
mod rooms;

use crate::case::Case;

/// Every case, in the order of the stages and rules.
pub fn all() -> Vec<Case> {
    [
        http::cases(),
        handshake::cases(),
        frames::cases(),
        messages::cases(),
        rooms::cases(),
        limits::cases(),
        attacks::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
