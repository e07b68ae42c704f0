//! All attacks. Those of a kind are in a file each.

use super::script::Attack;

mod frames;
mod heads;
mod messages;
mod rooms;
mod sockets;

pub fn all() -> Vec<Attack> {
    let all = [heads::all(), frames::all(), messages::all(), rooms::all(), sockets::all()];
    all.into_iter().flatten().collect()
}

pub fn named(name: &str) -> Option<Attack> {
    all().into_iter().find(|attack| attack.name == name)
}

/// Bytes.
const KIB: u64 = 1024;
const MIB: u64 = 1024 * 1024;
