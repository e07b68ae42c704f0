//! The servers that ours is compared with. Each is a process of its own, started from this
//! program, and says where it listens as ours does.

mod fastwebsockets;
mod raw;
mod tokio_tungstenite;
mod tungstenite;

use std::io::{self, Write};
use std::net::TcpListener;

use clap::ValueEnum;
use tokio::runtime::{Builder, Runtime};

use crate::cells::Kind;

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub enum Peer {
    Ours,
    /// Another build of ours.
    Before,
    /// TCP echo on the same event loop, without WebSocket: what the loop can do at most.
    Raw,
    Tungstenite,
    TokioTungstenite,
    Fastwebsockets,
}

impl Peer {
    pub const ALL: [Self; 6] = [
        Self::Ours,
        Self::Before,
        Self::Raw,
        Self::Fastwebsockets,
        Self::TokioTungstenite,
        Self::Tungstenite,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Before => "before",
            Self::Raw => "raw",
            Self::Tungstenite => "tungstenite",
            Self::TokioTungstenite => "tokio-tungstenite",
            Self::Fastwebsockets => "fastwebsockets",
        }
    }

    /// What to upgrade to; raw TCP has no upgrade. The peers take any path.
    pub fn path(self, kind: Kind) -> Option<&'static str> {
        match (self, kind) {
            (Self::Raw, _) => None,
            (_, Kind::Broadcast) => Some("/draw"),
            _ => Some("/websocket"),
        }
    }
}

/// Serves until the process is ended.
pub fn serve(peer: Peer, room: bool) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let _ = writeln!(io::stdout(), "Listening on http://{address}");
    let served = match (peer, room) {
        (Peer::Raw, false) => raw::serve(listener),
        (Peer::Tungstenite, false) => tungstenite::serve(listener),
        (Peer::TokioTungstenite, _) => tokio_tungstenite::serve(listener, room),
        (Peer::Fastwebsockets, _) => fastwebsockets::serve(listener, room),
        _ => return Err(format!("{} does not serve that here", peer.name())),
    };
    served.map_err(|error| format!("{}: {error}", peer.name()))
}

/// One thread, since the server has one core: several would only be in each other's way.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_io().build()
}
