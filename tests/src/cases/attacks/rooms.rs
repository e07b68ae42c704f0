//! Rooms under attack: who never reads, and who never stops. Nobody else may notice.

use super::attack;
use crate::cases::crowd::{
    KIB, frames, join, memory_is_flat, next_frames, numbered, served, soon, wrong,
};
use crate::frame::BINARY;
use crate::prelude::*;
use crate::wire::Wire;

pub fn cases() -> Vec<Case> {
    let room = |id, name| {
        attack(id, name)
            .stages(4..=4)
            .why("In a room one client's trouble is everybody's, unless the server takes care.")
            .hint("Whom does the server wait for when it sends a line to all?")
    };
    vec![
        room("attack never_reads", "who_never_reads_in_a_busy_room_is_sent_away")
            .long()
            .also(&["--max-outgoing"])
            .function(never_reads),
        room("attack room_flood", "who_floods_a_room_gets_nobody_closed")
            .also(&["--room-rate", "--max-outgoing"])
            .function(flood),
    ]
}

/// Several speak, so that none is over its rate; all read but one.
fn never_reads(play: &mut Play) -> Played {
    const SPEAKERS: usize = 8;
    const LINE: usize = 60_000;
    const ROUNDS: usize = 60;
    let mut mute = join(play.server, "/chat")?;
    let left = match &next_frames(&mut mute)?[..] {
        [first, ..] => match first.payload.strip_prefix(b"you are ") {
            Some(guest) => [guest, b" left"].concat(),
            None => return wrong("you are guest 1, or another", first.words()),
        },
        [] => return wrong("you are guest 1, or another", "nothing"),
    };
    mute.small_buffers();
    let open = |_| join(play.server, "/chat");
    let mut speakers: Vec<Wire> = (0..SPEAKERS).map(open).collect::<Result<_, Stop>>()?;
    served(play)?;
    let memory = play.server.memory()?;
    for round in 0..ROUNDS {
        for speaker in &mut speakers {
            speaker.send(&text(numbered(round, LINE)).bytes(), soon());
        }
        let mut is_gone = false;
        for speaker in &mut speakers {
            // Each line reaches all who read, and so do all lines of this round.
            let mut heard = 0;
            while heard < SPEAKERS {
                for frame in next_frames(speaker)? {
                    heard += usize::from(LINE < frame.payload.len());
                    is_gone |= frame.payload.starts_with(&left);
                }
            }
        }
        if is_gone {
            memory_is_flat(play, memory)?;
            play.note("who does not read is sent away; all others hear every line");
            return Ok(());
        }
    }
    wrong("who never reads is sent away", format!("not after {ROUNDS} rounds"))
}

/// A mebibyte as fast as it goes, four times the rate of a second.
fn flood(play: &mut Play) -> Played {
    const MESSAGES: usize = 1024;
    let mut listeners = Vec::new();
    for _ in 0..4 {
        listeners.push(join(play.server, "/draw")?);
    }
    let mut flooder = join(play.server, "/draw")?;
    served(play)?;
    let memory = play.server.memory()?;
    let message = |number| binary(numbered(number, KIB)).bytes();
    flooder.send(&(0..MESSAGES).flat_map(message).collect::<Vec<u8>>(), soon());
    // By turns, for who is not read for long is the one to be sent away.
    let mut counts = [0; 5];
    let deadline = Instant::now() + Duration::from_secs(30);
    while counts.iter().any(|&count| count < MESSAGES) {
        let wires = listeners.iter_mut().chain([&mut flooder]);
        for (wire, count) in wires.zip(&mut counts).filter(|(_, count)| **count < MESSAGES) {
            wire.wait(Instant::now() + Duration::from_millis(10));
            for frame in frames(wire) {
                let expected = format!("{count:06} ");
                if frame.opcode != BINARY || !frame.payload.starts_with(expected.as_bytes()) {
                    return wrong(format!("message {count}"), frame.words());
                }
                *count += 1;
            }
            if wire.end.is_some() || deadline < Instant::now() {
                let got = format!("{count} and the end or nothing more");
                return wrong(format!("{MESSAGES} messages"), got);
            }
        }
    }
    memory_is_flat(play, memory)?;
    // The listeners are members as before, and the flooder is only slowed down.
    for wire in &mut listeners {
        wire.send(&binary("still here").bytes(), soon());
    }
    let mut farewells = 0;
    while farewells < listeners.len() {
        farewells += next_frames(&mut flooder)?.len();
    }
    match frames(&mut flooder).is_empty() && flooder.end.is_none() {
        true => {
            play.note("1,024 messages at once: all arrive everywhere, in order, nobody is closed");
            Ok(())
        }
        false => wrong("nothing more", "more frames, or the end"),
    }
}
