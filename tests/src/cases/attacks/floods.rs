//! Floods of what is legal one by one: pings, fragments, empty fragments.

use super::attack;
use crate::cases::crowd::{
    MIB, fails_with, join, memory_is_flat, next_frames, rests, served, soon, wrong,
};
use crate::frame::PONG;
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let flood = |id, name| {
        attack(id, name)
            .stages(4..=4)
            .why("Each of them is legal and small; it is their number that costs.")
            .hint("What does the ten-thousandth leave behind that the first did not?")
    };
    vec![
        flood("attack ping_flood", "pings_of_who_does_not_read_leave_nothing_behind")
            .also(&["P2"])
            .section("RFC 6455 §5.5.3")
            .function(pings),
        flood("attack endless_fragments", "a_message_without_end_is_1009")
            .also(&["F7", "--max-message"])
            .section("RFC 6455 §5.4")
            .function(endless),
        flood("attack empty_fragments", "a_million_empty_fragments_are_1008")
            .also(&["M5", "--max-fragments"])
            .section("RFC 6455 §5.4")
            .function(empty),
    ]
}

fn pings(play: &mut Play) -> Played {
    const STUCK: Duration = Duration::from_millis(300);
    let mut wire = join(play.server, "/websocket")?;
    served(play)?;
    let memory = play.server.memory()?;
    let flood = ping("x".repeat(125)).bytes().repeat(16 * MIB / 131);
    let taken = wire.push(&flood, STUCK);
    memory_is_flat(play, memory)?;
    served(play)?;
    // From here on the client reads. To the last Ping there is an answer.
    wire.send(&flood[taken..], soon());
    wire.send(&ping("the last").bytes(), soon());
    loop {
        for frame in next_frames(&mut wire)? {
            if frame.opcode != PONG {
                return wrong("pongs", frame.words());
            }
            if frame.payload == b"the last" {
                play.note("16 MiB of pings, answered as far as the client reads the pongs");
                memory_is_flat(play, memory)?;
                return rests(play.server);
            }
        }
    }
}

fn endless(play: &mut Play) -> Played {
    served(play)?;
    let memory = play.server.memory()?;
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&text("x").unfinished().bytes(), soon());
    let more = continuation("x".repeat(1000)).unfinished().bytes().repeat(1000);
    for _ in 0..16 {
        wire.send(&more, soon());
    }
    fails_with(play, &mut wire, 1009)?;
    play.note("16 MB in fragments, and no end: 1009");
    served(play)?;
    memory_is_flat(play, memory)
}

fn empty(play: &mut Play) -> Played {
    served(play)?;
    let memory = play.server.memory()?;
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&text("").unfinished().bytes(), soon());
    wire.send(&continuation("").unfinished().bytes().repeat(1_000_000), soon());
    fails_with(play, &mut wire, 1008)?;
    play.note("a million empty fragments: 1008");
    served(play)?;
    memory_is_flat(play, memory)?;
    rests(play.server)
}
