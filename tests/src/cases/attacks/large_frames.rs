//! More bytes than are wanted, at once: the client has to see why it was refused.

use super::attack;
use crate::cases::crowd::{MIB, fails_with, join, memory_is_flat, served, soon, wrong};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let large = |name| {
        attack("attack eight_mebibytes_in_one_frame", name)
            .also(&["C7", "C8"])
            .section("RFC 6455 §7.1.1")
            .stages(3..=4)
            .why("To drop a socket with unread bytes in it sends RST, which destroys the answer.")
            .hint("Say it, end your side, then read and drop until the client ends its own.")
    };
    vec![
        large("twenty_times_it_ends_with_fin_and_not_rst").function(twenty_times),
        large("after_a_fault_any_number_of_bytes_is_read").function(any_number),
    ]
}

fn twenty_times(play: &mut Play) -> Played {
    served(play)?;
    let memory = play.server.memory()?;
    let bytes = binary("x".repeat(8 * MIB)).bytes();
    for _ in 0..20 {
        let mut wire = join(play.server, "/websocket")?;
        wire.send(&bytes, soon());
        if wire.write_failed {
            return wrong("the server takes what it does not want", "a write fails");
        }
        fails_with(play, &mut wire, 1009)?;
    }
    play.note("8 MiB in one frame, 20 times: refused properly, never reset");
    memory_is_flat(play, memory)
}

/// 64 MiB behind a bad frame: read, dropped, and nothing of it kept.
fn any_number(play: &mut Play) -> Played {
    served(play)?;
    let memory = play.server.memory()?;
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&text("x").unmasked().bytes(), soon());
    let noise = vec![0x81; MIB];
    // One deadline for all of it: a server that reads slowly fails instead of holding the case.
    let deadline = soon();
    for _ in 0..64 {
        wire.send(&noise, deadline);
    }
    if wire.write_failed {
        return wrong("the server takes what it does not want", "a write fails");
    }
    memory_is_flat(play, memory)?;
    fails_with(play, &mut wire, 1002)?;
    play.note("64 MiB behind a bad frame: read and dropped");
    served(play)
}
