//! `--max-outgoing` and `--write-timeout`: who does not take what is sent.

use std::thread;

use super::limit;
use crate::cases::crowd::{
    KIB, MIB, becomes_within, join, memory_is_flat, next_frames, numbered, receives, soon, wrong,
};
use crate::frame::CLOSE;
use crate::prelude::*;
use crate::wire::{End, Wire};

/// Nobody is paused for speaking too fast.
const NO_RATE: &[&str] = &["--room-rate", "1000000000"];
const TINY: &[&str] = &["--max-outgoing", "10"];
const LINE: usize = 60_000;
const FRAME: usize = 100 * KIB;
/// Who has taken nothing for so long takes nothing more now.
const STUCK: Duration = Duration::from_millis(300);

pub fn cases() -> Vec<Case> {
    let slow = |name| {
        limit("--max-outgoing", name)
            .alone()
            .why("Somebody's phone is in a tunnel: what is said meanwhile has to wait somewhere.")
            .hint("In a room nobody can wait for the slowest. An echo can: whom does it hold up?")
    };
    let stalled = |name| {
        limit("--write-timeout", name)
            .why("A client that takes nothing holds a place and what waits for it.")
            .hint("Remember when the socket last took something, and look at it now and then.")
    };
    vec![
        slow("a_slow_member_gets_what_waits_and_then_1008").flags(NO_RATE).function(slow_member),
        slow("one_message_may_go_over").flags(TINY).script(
            Script::new()
                .client("anna")
                .upgrade("/draw")
                .client("ben")
                .upgrade("/draw")
                .send(binary("twice as much as may wait"))
                .frame(binary_frame("twice as much as may wait"))
                .client("anna")
                .frame(binary_frame("twice as much as may wait"))
                .send(binary("and again"))
                .frame(binary_frame("and again")),
        ),
        slow("an_echo_stops_reading_and_loses_nothing").function(echo_waits),
        stalled("who_takes_nothing_is_dropped")
            .shortened("--write-timeout", 0.5, 10.0)
            .function(dropped),
        stalled("who_takes_a_little_now_and_then_is_not")
            .shortened("--write-timeout", 2.0, 10.0)
            .function(steady),
    ]
}

fn slow_member(play: &mut Play) -> Played {
    const MOST: usize = 400;
    let mut anna = join(play.server, "/chat")?;
    let mut ben = join(play.server, "/chat")?;
    let mut is_gone = false;
    for said in 0..MOST {
        anna.send(&text(numbered(said, LINE)).bytes(), soon());
        // She hears her own lines, so that she is not the slow one.
        let own = format!("guest 1: {said:06} ");
        let mut is_back = false;
        while !is_back {
            let frames = next_frames(&mut anna)?;
            is_back = frames.iter().any(|frame| frame.payload.starts_with(own.as_bytes()));
            is_gone |= frames.iter().any(|frame| frame.payload.starts_with(b"guest 2 left"));
        }
        if is_gone {
            break;
        }
    }
    if !is_gone {
        return wrong("who does not read is sent away", format!("not after {MOST} lines"));
    }
    // Now ben reads: all that was said until he was sent away, in order, and why.
    let mut heard = 0;
    loop {
        for frame in next_frames(&mut ben)? {
            let line = String::from_utf8_lossy(&frame.payload).into_owned();
            if frame.opcode == CLOSE {
                play.note("ben reads nothing until he is sent away; then every line, and:");
                play.transcript.received_frame("", &frame);
                ben.send(&close(1008, "").bytes(), soon());
                return match frame.payload.starts_with(&1008_u16.to_be_bytes()) {
                    true => ended(&mut ben),
                    false => wrong("Close 1008", frame.words()),
                };
            } else if let Some(said) = line.strip_prefix("guest 1: ") {
                if !said.starts_with(&format!("{heard:06} ")) {
                    return wrong(format!("line {heard}"), frame.words());
                }
                heard += 1;
            }
        }
    }
}

fn ended(wire: &mut Wire) -> Played {
    let deadline = soon();
    while wire.end.is_none() && wire.wait(deadline) {}
    match (wire.end, wire.received.len()) {
        (Some(End::Finished), 0) => Ok(()),
        (end, more) => wrong("the end of the connection", format!("{end:?}, {more} bytes more")),
    }
}

/// Fills all buffers on the way with messages that come back unread. Gives the messages that the
/// server took at least a part of, and what the last one lacks.
fn fill(wire: &mut Wire, message: impl Fn(usize) -> Vec<u8>) -> Result<(usize, Vec<u8>), Stop> {
    const MOST: usize = 64 * MIB / FRAME;
    for count in 1..=MOST {
        let message = message(count - 1);
        let taken = wire.push(&message, STUCK);
        if taken < message.len() {
            return Ok((count, message[taken..].to_vec()));
        }
    }
    wrong("the server stops reading", "it took 64 MiB and was asked to read no answer")
}

fn echo_waits(play: &mut Play) -> Played {
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&text(numbered(0, FRAME)).bytes(), soon());
    receives(&mut wire, &text(numbered(0, FRAME)).unmasked().bytes())?;
    let memory = play.server.memory()?;
    let (sent, rest) = fill(&mut wire, |number| text(numbered(number, FRAME)).bytes())?;
    memory_is_flat(play, memory)?;
    // Reads from here on, and sends the rest of the last message as soon as there is room.
    wire.send(&rest, soon());
    for number in 0..sent {
        receives(&mut wire, &text(numbered(number, FRAME)).unmasked().bytes())?;
    }
    play.note("the server takes what the buffers hold, waits, and then sends every answer");
    Ok(())
}

fn dropped(play: &mut Play) -> Played {
    let mut wire = join(play.server, "/websocket")?;
    let next = text(numbered(0, FRAME)).bytes();
    let (_, mut rest) = fill(&mut wire, |_| next.clone())?;
    let time = Duration::from_secs(10) + 2 * play.limit("--write-timeout");
    becomes_within(time, "the server drops who takes nothing", || {
        // Should there be room after all, it is filled again.
        let taken = wire.push(&rest, Duration::from_millis(20));
        rest.drain(..taken);
        if rest.is_empty() {
            rest.clone_from(&next);
        }
        Ok(wire.write_failed)
    })?;
    play.note("→ messages, and no answer is read; ← gone");
    Ok(())
}

/// Takes a little each quarter of the limit: slowly, but it goes on.
fn steady(play: &mut Play) -> Played {
    const ROUNDS: usize = 6;
    let pause = play.limit("--write-timeout") / 4;
    let mut wire = join(play.server, "/websocket")?;
    // The system tells the server of room only when there is much; with a large buffer here it
    // would hear of none at all.
    wire.buffers(128 * KIB);
    let message = text(numbered(0, FRAME));
    let (message, answer) = (message.bytes(), message.unmasked().bytes());
    let mut longest = Duration::ZERO;
    let mut last = Instant::now();
    let (sent, rest) = fill(&mut wire, |_| message.clone())?;
    for _ in 0..ROUNDS {
        thread::sleep(pause);
        wire.wait(soon());
        wire.wait(soon());
        longest = longest.max(last.elapsed());
        last = Instant::now();
    }
    if play.limit("--write-timeout") * 3 / 4 < longest {
        return Err(Stop::Skip("this machine is too busy to be slow and steady".into()));
    }
    wire.send(&rest, soon());
    for _ in 0..sent {
        receives(&mut wire, &answer)?;
    }
    play.note("← answers, a little at a time, for longer than the limit; none is lost");
    Ok(())
}
