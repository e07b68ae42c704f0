//! Lengths that are only claimed: nothing is reserved for what has not come.

use super::attack;
use crate::cases::crowd::{
    MIB, descriptors_return, fails_with, join, memory_is_flat, rests, served, soon,
};
use crate::prelude::*;

const CLIENTS: usize = 25;

pub fn cases() -> Vec<Case> {
    let claimed = |name| {
        attack("attack claimed_lengths", name)
            .stages(3..=4)
            .why("Fourteen bytes a client are enough to claim all memory of all machines.")
            .hint("A buffer grows with the bytes that have come, never with those announced.")
    };
    vec![
        claimed("claims_beyond_the_limit_cost_nothing").also(&["F7", "mistake 2"]).function(beyond),
        claimed("claims_within_the_limit_cost_nothing_either")
            .also(&["F7", "mistake 2"])
            .function(within),
        claimed("a_huge_claim_on_an_open_message_ends_in_no_loop")
            .also(&["attack length_top_bit", "F6", "F7"])
            .function(on_an_open_message),
    ]
}

fn beyond(play: &mut Play) -> Played {
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let mut wires = Vec::new();
    for claim in [1 << 40, 1 << 62, (1 << 63) - 1, MIB as u64 + 1] {
        for _ in 0..CLIENTS {
            let mut wire = join(play.server, "/websocket")?;
            wire.send(&binary("Hello").claiming(claim).bytes(), soon());
            fails_with(play, &mut wire, 1009)?;
            wires.push(wire);
        }
        play.note(&format!("25 clients claim {claim} bytes: refused at once"));
    }
    memory_is_flat(play, memory)?;
    served(play)?;
    drop(wires);
    descriptors_return(play, descriptors)
}

/// 100 clients announce a mebibyte each, which is allowed, and send no more than a word of it.
fn within(play: &mut Play) -> Played {
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let mut wires = Vec::new();
    for _ in 0..4 * CLIENTS {
        let mut wire = join(play.server, "/websocket")?;
        wire.send(&binary("Hello").claiming(MIB as u64).bytes(), soon());
        wires.push(wire);
    }
    served(play)?;
    memory_is_flat(play, memory)?;
    play.note("100 clients announce a mebibyte each and send a word of it: nothing is reserved");
    drop(wires);
    descriptors_return(play, descriptors)
}

fn on_an_open_message(play: &mut Play) -> Played {
    for (claim, code) in [(u64::MAX, 1002), (1 << 63, 1002), ((1 << 63) - 1, 1009)] {
        let mut wire = join(play.server, "/websocket")?;
        wire.send(&text("Hel").unfinished().bytes(), soon());
        wire.send(&continuation("lo").claiming(claim).bytes(), soon());
        fails_with(play, &mut wire, code)?;
    }
    play.note("2^64 - 1, 2^63 and 2^63 - 1 bytes more for an open message: refused at once");
    rests(play.server)
}
