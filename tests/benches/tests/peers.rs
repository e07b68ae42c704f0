//! Each peer answers right, whatever the load: else its figures mean nothing.

use std::process::Command;
use std::time::Duration;

use bench::cells::{CELLS, Cell, Kind};
use bench::handshakes::Handshakes;
use bench::load::Load;
use bench::peers::Peer;
use bench::server::Server;

const PEERS: [Peer; 4] =
    [Peer::Raw, Peer::Tungstenite, Peer::TokioTungstenite, Peer::Fastwebsockets];

fn start(peer: Peer, kind: Kind) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.args(["serve", peer.name()]);
    if kind == Kind::Broadcast {
        command.arg("--room");
    }
    Server::start(&mut command).expect("a server")
}

fn cell(name: &str) -> &'static Cell {
    CELLS.iter().find(|cell| cell.name == name).expect("a cell of that name")
}

/// Each client has its block echoed once; then load for a moment.
fn try_cell(peer: Peer, name: &str) {
    let cell = cell(name);
    let server = start(peer, cell.kind);
    let path = peer.path(cell.kind);
    let mut load = Load::open(server.address, path, cell).expect("connections");
    let tally = load.once().unwrap_or_else(|error| panic!("{}, {name}: {error}", peer.name()));
    let all = (cell.clients * cell.in_flight) as u64;
    assert_eq!(tally.messages, all, "{}, {name}", peer.name());
    let tally = load.run(Duration::from_millis(200));
    assert!(tally.expect("no fault").messages > 0, "{}, {name}", peer.name());
}

#[test]
fn peers_echo_small_messages_many_at_a_time() {
    for peer in PEERS {
        try_cell(peer, "32B-32x16");
    }
}

#[test]
fn peers_echo_messages_larger_than_a_socket_takes() {
    for peer in PEERS {
        try_cell(peer, "1MiB-32x1");
    }
}

#[test]
fn in_a_room_everybody_hears_everything() {
    for peer in PEERS {
        if cell("broadcast").is_for(peer) {
            try_cell(peer, "broadcast");
        }
    }
}

#[test]
fn handshakes_come_to_an_end() {
    for peer in PEERS {
        let Some(path) = peer.path(Kind::Handshakes) else {
            continue;
        };
        let server = start(peer, Kind::Handshakes);
        let mut load = Handshakes::open(server.address, path, 4).expect("connections");
        let tally = load.run(Duration::from_millis(200)).expect("no fault");
        assert!(tally.messages > 4, "{}", peer.name());
    }
}
