//! Out of descriptors: the server says so once, rests, and serves again when somebody leaves.

use std::process::Command;

use super::attack;
use crate::cases::crowd::{answer_head, connect, ends, rests, soon, wrong};
use crate::prelude::*;
use crate::server::Server;
use crate::wire::Wire;

const CLIENTS: usize = 60;

pub fn cases() -> Vec<Case> {
    vec![
        attack("mistake 20", "out_of_descriptors_is_logged_once_and_mended_when_a_client_leaves")
            .section("RFC 9112 §9.5")
            .why("accept fails at once, again and again: 1.8 million times a second in C.")
            .hint("If accept fails now, what has to happen before it can succeed?")
            .stages(1..=4)
            .function(out_of_descriptors),
    ]
}

/// A server that may have 40 descriptors.
fn poor_server(play: &Play) -> Result<Server, Stop> {
    if !cfg!(unix) {
        return Err(Stop::Skip("needs ulimit, which only Unix has".into()));
    }
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 40 && exec \"$0\" \"$@\""]);
    command.arg(play.server.program()?).arg("127.0.0.1:0");
    Server::start(command).map_err(|got| Failure::wrong("a server with 40 descriptors", got).into())
}

fn out_of_descriptors(play: &mut Play) -> Played {
    let server = poor_server(play)?;
    let printed = server.log()?.end();
    let mut wires = Vec::new();
    for _ in 0..CLIENTS {
        let mut wire = connect(&server)?;
        // Half a request, so that nobody gets an answer and leaves.
        wire.send(b"GET / HTTP/1.1\r\n", soon());
        wires.push(wire);
    }
    if server.log()?.wait_for("cannot", printed, soon()).is_none() {
        return wrong("a log line that says that it cannot accept", "none");
    }
    rests(&server)?;
    let complaints: Vec<String> = server.log()?.since(printed);
    if complaints.iter().filter(|line| line.contains("cannot")).count() != 1 {
        return wrong("one log line", complaints.join("\n"));
    }
    play.note("60 clients, 40 descriptors: one line in the log, and a server that rests");
    // Whoever is in leaves, one after the other; so each of those who wait gets a place.
    for wire in &mut wires {
        serve_and_leave(wire)?;
    }
    play.note("each of the 60 is served once somebody before it has left");
    rests(&server)
}

/// The end of the request, the answer, the end.
fn serve_and_leave(wire: &mut Wire) -> Played {
    wire.send(b"Host: localhost\r\nConnection: close\r\n\r\n", soon());
    let head = answer_head(wire)?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return wrong("200", head);
    }
    ends(wire)?;
    wire.finish_sending();
    Ok(())
}
