//! `--handshake-timeout`: what bytes that say nothing do not buy (H1, H7).

use std::thread;

use super::limit;
use crate::cases::crowd::{
    answer_head, connect, descriptors_return, ends, memory_is_flat, needs_descriptors, rests,
    served, soon, wrong,
};
use crate::prelude::*;
use crate::wire::Wire;

const FLAG: &str = "--handshake-timeout";
const SHORT: f64 = 0.6;
const DEFAULT: f64 = 10.0;

pub fn cases() -> Vec<Case> {
    let deadline = |name| {
        limit("H1", name)
            .also(&["--handshake-timeout"])
            .section("RFC 9110 §15.5.9")
            .shortened(FLAG, SHORT, DEFAULT)
            .why("Clients that never finish hold every place (slow loris).")
            .hint("One deadline for all of a head, from its first byte, whatever that byte is.")
    };
    vec![
        deadline("empty_lines_do_not_extend_it").also(&["--handshake-timeout", "H7"]).function(
            |play| {
                let limit = play.limit(FLAG);
                let mut wire = connect(play.server)?;
                let started = Instant::now();
                while wire.end.is_none() && wire.received.is_empty() {
                    if 3 * limit + Duration::from_secs(10) < started.elapsed() {
                        return wrong("the end of the connection", "it stays open");
                    }
                    wire.send(b"\r\n", soon());
                    wire.wait(Instant::now() + limit / 4);
                }
                play.note("→ CR LF, again and again");
                Ok(())
            },
        ),
        deadline("the_next_request_on_a_connection_has_a_deadline_too").function(|play| {
            let script = Script::new().send(get("/")).expect(answer(200)).send("GET / HT");
            play.run(&script.refused(refused(408)))
        }),
        deadline("silence_after_a_response_is_closed_without_an_answer")
            .deliver(&[Whole])
            .script(Script::new().send(get("/")).expect(answer(200)).end()),
        deadline("half_an_upgrade_gets_408")
            .deliver(&[Whole])
            .script(Script::new().send("GET /websocket HTTP/1.1\r\nUpgr").refused(refused(408))),
        deadline("a_websocket_is_not_held_to_it").function(|play| {
            play.run(&Script::new().upgrade("/websocket"))?;
            thread::sleep(play.limit(FLAG) * 3 / 2);
            play.run(&Script::new().send(text("Hello")).frame(text_frame("Hello")))
        }),
        deadline("hundreds_of_slow_clients_cost_nobody_anything")
            .also(&["attack one_byte_every_5_s", "mistake 14"])
            .function(slow_loris),
        deadline("500_idle_connections_are_gone_afterwards")
            .also(&["mistake 14"])
            .why("The C program keeps a thread for each of them, for ever.")
            .function(idle_crowd),
    ]
}

fn slow_loris(play: &mut Play) -> Played {
    const CLIENTS: usize = 200;
    needs_descriptors(CLIENTS)?;
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let open = |_| {
        let mut wire = connect(play.server)?;
        // At once: who has said nothing when the time is over gets no answer.
        wire.send(b"G", soon());
        Ok(wire)
    };
    let mut wires: Vec<Wire> = (0..CLIENTS).map(open).collect::<Result<_, Stop>>()?;
    for byte in b"ET / H" {
        for wire in &mut wires {
            wire.send(&[*byte], soon());
        }
        served(play)?;
    }
    memory_is_flat(play, memory)?;
    let mut refused = 0;
    for wire in &mut wires {
        refused += usize::from(answer_head(wire)?.starts_with("HTTP/1.1 408 "));
        ends(wire)?;
    }
    if refused != CLIENTS {
        return wrong("408 for each of them", format!("{refused} times 408"));
    }
    drop(wires);
    play.note("200 clients send a byte now and then, and get 408; others are served meanwhile");
    descriptors_return(play, descriptors)
}

fn idle_crowd(play: &mut Play) -> Played {
    const CLIENTS: usize = 500;
    needs_descriptors(CLIENTS)?;
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let open = |_| connect(play.server);
    let mut wires: Vec<Wire> = (0..CLIENTS).map(open).collect::<Result<_, Stop>>()?;
    served(play)?;
    memory_is_flat(play, memory)?;
    for wire in &mut wires {
        ends(wire)?;
    }
    play.note("500 idle clients cost less than 8 MiB and are let go");
    descriptors_return(play, descriptors)?;
    rests(play.server)
}
