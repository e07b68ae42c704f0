//! All cases, a folder a stage.

mod handshake;
mod http;

use crate::case::Case;

/// Every case, in the order of the stages and rules.
pub fn all() -> Vec<Case> {
    [http::cases(), handshake::cases()].into_iter().flatten().collect()
}
