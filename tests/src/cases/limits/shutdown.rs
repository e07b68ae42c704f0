//! `--shutdown-timeout`: a signal, a word to everybody, and out (U13; close code 1001).

use std::net::TcpListener;
use std::process::Command;

use super::limit;
use crate::cases::crowd::{answer_head, becomes};
use crate::frame::CLOSE;
use crate::prelude::*;
use crate::server::Server;
use crate::wire::Wire;

const FLAG: &str = "--shutdown-timeout";
/// Nobody is cut: whoever goes does so by itself.
const LONG: &[&str] = &["--shutdown-timeout", "60", "--close-timeout", "60"];

pub fn cases() -> Vec<Case> {
    let shutdown = |name| {
        limit("--shutdown-timeout", name)
            .section("RFC 6455 §7.4.1")
            .deliver(&[Whole])
            .why("Servers are updated: clients should hear that they may come again, and soon.")
            .hint("Accept nobody, say Close 1001 to all, wait for them, but not for ever.")
    };
    vec![
        shutdown("sigterm_says_1001_to_all").flags(LONG).function(|play| all_leave(play, "TERM")),
        shutdown("sigint_says_1001_to_all").flags(LONG).function(|play| all_leave(play, "INT")),
        shutdown("a_mute_client_is_cut")
            .flags(&["--close-timeout", "60"])
            .shortened(FLAG, 0.5, 10.0)
            .function(|play| {
                play.run(&Script::new().upgrade("/websocket"))?;
                stop(play, "TERM")?;
                play.run(&Script::new().frame(close_frame(1001)))?;
                exits_with_0(play)
            }),
        shutdown("nobody_new_is_served_meanwhile").flags(LONG).function(nobody_new),
        shutdown("half_a_request_gets_503").also(&["U13"]).flags(LONG).function(|play| {
            play.run(&Script::new().client("half").send("GET / HTTP/1.1\r\nHo"))?;
            play.run(&Script::new().client("quiet").send(get("/")).expect(answer(200)))?;
            // Who came later has been heard, so the half request has, too.
            stop(play, "TERM")?;
            let told = refused(503).our_header("Retry-After", "10");
            play.run(&Script::new().client("half").refused(told).leave())?;
            play.run(&Script::new().client("quiet").end().leave())?;
            exits_with_0(play)
        }),
        shutdown("an_open_message_does_not_hold_it_up").flags(LONG).function(|play| {
            let script = Script::new().upgrade("/websocket").send(text("He").unfinished());
            play.run(&script.send(ping("x")).frame(pong_frame("x")))?;
            stop(play, "TERM")?;
            play.run(&Script::new().frame(close_frame(1001)).send(close(1001, "")).end().leave())?;
            exits_with_0(play)
        }),
        shutdown("without_clients_it_ends_at_once").flags(LONG).function(|play| {
            stop(play, "TERM")?;
            exits_with_0(play)
        }),
        shutdown("the_port_is_free_again").flags(LONG).function(|play| {
            // A connection that the server ends first keeps the port in the system's memory.
            play.run(&Script::new().upgrade("/websocket"))?;
            stop(play, "TERM")?;
            play.run(&Script::new().frame(close_frame(1001)).send(close(1001, "")).end().leave())?;
            exits_with_0(play)?;
            let mut again = Command::new(play.server.program()?);
            again.arg(play.server.address.to_string());
            let server = Server::start(again).map_err(|got| Failure::wrong("a new start", got))?;
            server.serves().map_err(|got| Failure::wrong("the new one serves", got))?;
            play.note("a new server is started at the same address");
            Ok(())
        }),
    ]
}

fn stop(play: &mut Play, signal: &str) -> Played {
    play.server.signal(signal)?;
    play.server_ends = true;
    play.note(&format!("SIG{signal}"));
    Ok(())
}

fn exits_with_0(play: &mut Play) -> Played {
    let deadline = play.deadline();
    match play.server.wait_for_exit(deadline) {
        Some(status) if status.code() == Some(0) => {
            play.note("the server exits with 0");
            Ok(())
        }
        Some(status) => Err(Failure::wrong("the exit code 0", status.to_string()).into()),
        None => Err(Failure::new(Sort::Late, "the server exits", "it goes on").into()),
    }
}

fn all_leave(play: &mut Play, signal: &str) -> Played {
    const CLIENTS: [&str; 4] = ["/websocket", "/chat", "/draw", "/progress"];
    for path in CLIENTS {
        play.run(&Script::new().client(path).upgrade(path))?;
    }
    stop(play, signal)?;
    for path in CLIENTS {
        // Chat and job may have said something before.
        let farewell = loop {
            let frame = play.next_frame(path)?;
            if frame.opcode == CLOSE {
                break frame;
            }
        };
        play.transcript.received_frame(path, &farewell);
        if !farewell.payload.starts_with(&1001_u16.to_be_bytes()) {
            return Err(Failure::wrong("Close 1001", farewell.words()).into());
        }
        play.run(&Script::new().client(path).send(close(1001, "")).end().leave())?;
    }
    exits_with_0(play)
}

/// As long as a client stays, the server is there, but not for others.
fn nobody_new(play: &mut Play) -> Played {
    play.run(&Script::new().upgrade("/websocket"))?;
    stop(play, "TERM")?;
    play.run(&Script::new().frame(close_frame(1001)))?;
    becomes("nobody new is accepted, or gets 503", || {
        let Ok(mut wire) = Wire::connect(play.server.address) else {
            return Ok(true);
        };
        wire.send(&get("/").bytes(), play.deadline());
        // Whoever was still waiting to be accepted is dropped without a word.
        Ok(answer_head(&mut wire).map_or(true, |head| head.starts_with("HTTP/1.1 503 ")))
    })?;
    play.run(&Script::new().send(close(1001, "")).end().leave())?;
    exits_with_0(play)?;
    match TcpListener::bind(play.server.address) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::wrong("the port is free", error.to_string()).into()),
    }
}
