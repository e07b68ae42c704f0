//! What is measured, and what is to be reached: the least ratio ours / peer.

use std::time::Duration;

use crate::peers::Peer;

/// What a cell of the table does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Each client sends its messages, waits until all have come back, and begins again.
    Echo,
    /// One client does so, and every client hears each message.
    Broadcast,
    /// Connect, upgrade, end; many at a time.
    Handshakes,
    /// Clients that have said something once and stay.
    Idle,
    /// Every client sends one large message at the same time; then silence.
    Burst,
}

#[derive(Debug)]
pub struct Cell {
    pub name: &'static str,
    pub title: &'static str,
    pub kind: Kind,
    /// Bytes of a message.
    pub size: usize,
    pub clients: usize,
    /// Messages that a client sends before it waits for an answer.
    pub in_flight: usize,
    pub quick: bool,
    goals: [Option<f64>; 4],
}

// Goals: raw TCP, fastwebsockets, tokio-tungstenite, tungstenite.
const ALONE: [Option<f64>; 4] = [Some(0.9), Some(0.95), Some(0.95), Some(0.95)];
const FEW: [Option<f64>; 4] = [Some(0.9), Some(0.95), Some(1.2), Some(1.5)];
const MANY: [Option<f64>; 4] = [Some(0.95), Some(0.95), Some(1.3), Some(2.5)];
const PIPELINED: [Option<f64>; 4] = [Some(0.9), Some(9.0), Some(1.5), Some(7.0)];
const LARGE: [Option<f64>; 4] = [Some(0.9), Some(2.0), Some(1.2), Some(1.7)];
const HUGE: [Option<f64>; 4] = [Some(0.9), Some(0.95), Some(1.05), Some(1.3)];
const ROOM: [Option<f64>; 4] = [None, Some(14.0), Some(3.0), None];
const UPGRADES: [Option<f64>; 4] = [None, Some(0.95), Some(1.5), Some(1.2)];
const NONE: [Option<f64>; 4] = [None; 4];

/// Resident KiB that an idle client may cost our process.
pub const IDLE_GOAL: f64 = 0.5;
/// How many idle clients.
pub const IDLE_CLIENTS: [usize; 3] = [1_000, 5_000, 10_000];
/// Share of a burst's memory that may stay.
pub const BURST_GOAL: f64 = 0.05;
/// Handshakes under way at a time.
pub const HANDSHAKES: usize = 32;

const MIB: usize = 1024 * 1024;

pub static CELLS: [Cell; 17] = [
    echo("32B-1x1", "32 B, 1 client, 1 in flight", 32, 1, 1, ALONE, true),
    echo("32B-32x1", "32 B, 32 clients, 1 in flight", 32, 32, 1, FEW, true),
    echo("32B-256x1", "32 B, 256 clients, 1 in flight", 32, 256, 1, MANY, false),
    echo("32B-1000x1", "32 B, 1,000 clients, 1 in flight", 32, 1000, 1, MANY, true),
    echo("1KiB-256x1", "1 KiB, 256 clients, 1 in flight", 1024, 256, 1, MANY, false),
    echo("32B-1x16", "32 B, 1 client, 16 in flight", 32, 1, 16, PIPELINED, false),
    echo("32B-32x16", "32 B, 32 clients, 16 in flight", 32, 32, 16, PIPELINED, true),
    echo("32B-256x16", "32 B, 256 clients, 16 in flight", 32, 256, 16, PIPELINED, false),
    echo("32B-1000x16", "32 B, 1,000 clients, 16 in flight", 32, 1000, 16, PIPELINED, false),
    echo("1KiB-256x16", "1 KiB, 256 clients, 16 in flight", 1024, 256, 16, PIPELINED, true),
    echo("1KiB-1000x16", "1 KiB, 1,000 clients, 16 in flight", 1024, 1000, 16, PIPELINED, false),
    echo("16KiB-32x16", "16 KiB, 32 clients, 16 in flight", 16 * 1024, 32, 16, LARGE, true),
    echo("1MiB-32x1", "1 MiB, 32 clients, 1 in flight", MIB, 32, 1, HUGE, true),
    Cell {
        kind: Kind::Broadcast,
        ..echo("broadcast", "broadcast of 32 B to 1,000, 16 in flight", 32, 1000, 16, ROOM, true)
    },
    Cell {
        kind: Kind::Handshakes,
        ..echo("handshakes", "handshakes, 32 at a time", 0, HANDSHAKES, 1, UPGRADES, true)
    },
    Cell { kind: Kind::Idle, ..echo("idle", "memory of idle clients", 32, 10_000, 1, NONE, true) },
    Cell {
        kind: Kind::Burst,
        ..echo("burst", "memory after 1 MiB from each of 1,000", MIB, 1000, 1, NONE, false)
    },
];

const fn echo(
    name: &'static str,
    title: &'static str,
    size: usize,
    clients: usize,
    in_flight: usize,
    goals: [Option<f64>; 4],
    quick: bool,
) -> Cell {
    Cell { name, title, kind: Kind::Echo, size, clients, in_flight, quick, goals }
}

impl Cell {
    /// The least ratio ours / peer.
    pub fn goal(&self, peer: Peer) -> Option<f64> {
        let [raw, fastwebsockets, tokio_tungstenite, tungstenite] = self.goals;
        match peer {
            Peer::Ours | Peer::Before => None,
            Peer::Raw => raw,
            Peer::Fastwebsockets => fastwebsockets,
            Peer::TokioTungstenite => tokio_tungstenite,
            Peer::Tungstenite => tungstenite,
        }
    }

    /// The peers for which the cell makes sense: raw TCP has neither rooms nor handshakes, and a
    /// tungstenite socket is either read or written, so a room of threads would be our design.
    pub fn is_for(&self, peer: Peer) -> bool {
        match self.kind {
            Kind::Broadcast => !matches!(peer, Peer::Raw | Peer::Tungstenite),
            Kind::Handshakes => peer != Peer::Raw,
            _ => true,
        }
    }

    /// About how long it takes, told before it begins.
    pub fn estimate(&self, peers: usize, rounds: u32, time: Duration, quick: bool) -> Duration {
        let opening = Duration::from_micros(200) * self.clients as u32;
        let each = match self.kind {
            Kind::Idle if quick => return Duration::from_secs(6) * peers as u32,
            Kind::Idle => return Duration::from_secs(20) * peers as u32,
            Kind::Burst => return Duration::from_secs(15) * peers as u32,
            _ => time + time / 5 + opening + Duration::from_millis(50),
        };
        each * peers as u32 * rounds
    }
}
