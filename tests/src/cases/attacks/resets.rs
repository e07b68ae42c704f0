//! RST at every stage of a WebSocket's life.

use super::attack;
use crate::cases::crowd::{
    KIB, becomes, connect, descriptors_return, frames, join, memory_is_flat, numbered, rests,
    served, soon,
};
use crate::prelude::*;

const ROUNDS: usize = 10;

pub fn cases() -> Vec<Case> {
    let reset = |name| {
        attack("attack reset_at_every_stage", name)
            .also(&["mistake 9"])
            .why("Lost phones, impatient proxies and attackers drop connections at any moment.")
            .hint("Which error does the next read or write give, and where does it go?")
    };
    vec![
        reset("rst_in_the_handshake").stages(2..=4).function(in_the_handshake),
        reset("rst_between_and_within_frames").stages(3..=4).function(within_frames),
        reset("rst_with_answers_on_their_way").stages(4..=4).function(unread),
        reset("rst_in_rooms_and_jobs").stages(4..=4).function(in_rooms),
    ]
}

/// Everything is as it was before.
fn nothing_remains(play: &mut Play, memory: u64, descriptors: usize) -> Played {
    served(play)?;
    descriptors_return(play, descriptors)?;
    memory_is_flat(play, memory)?;
    rests(play.server)
}

fn in_the_handshake(play: &mut Play) -> Played {
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let request = upgrade("/websocket").bytes();
    for size in [0, 1, 20, request.len() - 1, request.len()] {
        for _ in 0..ROUNDS {
            let mut wire = connect(play.server)?;
            wire.send(&request[..size], soon());
            wire.reset();
            join(play.server, "/websocket")?.reset();
        }
    }
    play.note("reset after any part of the handshake, and behind it");
    nothing_remains(play, memory, descriptors)
}

fn within_frames(play: &mut Play) -> Played {
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let message = binary("x".repeat(300)).bytes();
    for size in [1, 2, 3, 4, 7, 8, 9, 150, message.len() - 1, message.len()] {
        let mut wire = join(play.server, "/websocket")?;
        wire.send(&message[..size], soon());
        wire.reset();
    }
    let last_words = [
        vec![text("a").unfinished()],
        vec![text("a").unfinished(), ping("b")],
        vec![text("a").unmasked()],
        vec![close(1000, "")],
        vec![close(1000, ""), text("too late")],
    ];
    for frames in last_words {
        let mut wire = join(play.server, "/websocket")?;
        for frame in frames {
            wire.send(&frame.bytes(), soon());
        }
        wire.reset();
        served(play)?;
    }
    play.note("reset after any part of a frame, in a message, after a fault, after Close");
    nothing_remains(play, memory, descriptors)
}

fn unread(play: &mut Play) -> Played {
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let messages: Vec<u8> =
        (0..100).flat_map(|number| text(numbered(number, 100 * KIB)).bytes()).collect();
    for size in [100, 100 * KIB, messages.len()] {
        let mut wire = join(play.server, "/websocket")?;
        wire.push(&messages[..size], Duration::from_millis(100));
        wire.reset();
        served(play)?;
    }
    play.note("reset with answers unread, few and many");
    nothing_remains(play, memory, descriptors)
}

fn in_rooms(play: &mut Play) -> Played {
    let mut witness = join(play.server, "/chat")?;
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    for path in ["/chat", "/draw", "/progress"] {
        for _ in 0..ROUNDS {
            let mut wire = join(play.server, path)?;
            wire.send(&ping("x").bytes(), soon());
            wire.reset();
        }
    }
    // All that joined have left, as far as the others in the room can tell.
    let (mut joined, mut left) = (0, 0);
    becomes("who was reset has left the room", || {
        witness.wait(Instant::now() + Duration::from_millis(100));
        for frame in frames(&mut witness) {
            let line = String::from_utf8_lossy(&frame.payload).into_owned();
            joined += usize::from(line.contains(" joined, "));
            left += usize::from(line.contains(" left, "));
        }
        Ok(ROUNDS < joined && joined == left + 1)
    })?;
    play.note("reset in rooms and jobs: the rooms know that they have left");
    nothing_remains(play, memory, descriptors)
}
