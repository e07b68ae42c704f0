//! `--ping-interval` and `--ping-timeout`: is anybody still there (P4)?

use std::thread;

use super::limit;
use crate::cases::crowd::{becomes_within, frames, join, next_frames, numbered, soon, wrong};
use crate::frame::{CLOSE, PING, TEXT};
use crate::prelude::*;
use crate::server_frame::ServerFrame;
use crate::wire::Wire;

const INTERVAL: &str = "--ping-interval";
const TIMEOUT: &str = "--ping-timeout";

pub fn cases() -> Vec<Case> {
    let pinged_after = |interval, name| {
        limit("P4", name)
            .also(&["--ping-interval", "--ping-timeout"])
            .section("RFC 6455 §5.5.2")
            .shortened(INTERVAL, interval, 20.0)
            .deliver(&[Whole])
            .why("A cable that is pulled out sends no FIN; routers forget connections that rest.")
            .hint("Whatever comes whole from the client shows that it lives.")
    };
    let keep_alive = |name| pinged_after(0.3, name);
    // Who answers needs no short time to do so; who does not is waited for.
    let answered = |name| keep_alive(name).flags(&["--ping-timeout", "20"]);
    let unanswered = |name| keep_alive(name).shortened(TIMEOUT, 0.3, 20.0);
    let late = |name| {
        keep_alive(name)
            .shortened(TIMEOUT, 1.0, 20.0)
            .hint("The clock stands still while you do not read.")
    };
    let quiet = || Script::new().upgrade("/websocket").frame(any_ping());
    vec![
        unanswered("who_answers_no_ping_is_closed_with_1011")
            .script(quiet().frame(close_frame(1011)).end()),
        answered("a_pong_keeps_the_connection")
            .script(quiet().send(pong("")).frame(any_ping()).send(pong("")).frame(any_ping())),
        answered("any_other_frame_keeps_it_too").script(
            quiet()
                .send(text("Hello"))
                .frame(text_frame("Hello"))
                .frame(any_ping())
                .send(ping("x"))
                .frame(pong_frame("x"))
                .frame(any_ping())
                .send(text("frag").unfinished())
                .frame(any_ping()),
        ),
        unanswered("in_a_room_too").script(
            Script::new().upgrade("/draw").frame(any_ping()).frame(close_frame(1011)).end(),
        ),
        unanswered("no_ping_comes_before_its_time").function(not_before),
        unanswered("bytes_that_make_no_frame_do_not_keep_it")
            .why("Else a byte every few seconds holds a place for ever.")
            .function(drip),
        late("who_is_paused_in_a_room_is_not_timed_out")
            .flags(&["--room-rate", "10000"])
            .why("We do not read its Pong: the silence is of our making.")
            .function(paused),
        pinged_after(0.2, "who_reads_a_little_at_a_time_is_not_timed_out")
            .shortened(TIMEOUT, 0.2, 20.0)
            .why("A little room takes the last that waited, and then there is more to read.")
            .hint("Who has a turn when the last byte has left, if nothing new has come?")
            .function(reads_little),
        late("who_reads_late_is_not_timed_out")
            .why("The Ping waits behind our own answers: it cannot be answered yet.")
            .function(reads_late),
    ]
}

fn not_before(play: &mut Play) -> Played {
    let interval = play.limit(INTERVAL);
    let started = Instant::now();
    play.run(&Script::new().upgrade("/websocket").frame(any_ping()))?;
    let pinged = started.elapsed();
    play.run(&Script::new().frame(close_frame(1011)).end())?;
    let closed = started.elapsed();
    if pinged < interval {
        return wrong(format!("a Ping after {interval:?}"), format!("after {pinged:?}"));
    }
    let patience = interval + play.limit(TIMEOUT);
    match closed < patience {
        true => wrong(format!("Close after {patience:?}"), format!("after {closed:?}")),
        false => Ok(()),
    }
}

/// One long frame that comes byte by byte, for ever.
fn drip(play: &mut Play) -> Played {
    let pause = play.limit(INTERVAL) / 4;
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&binary("").claiming(100_000).bytes(), soon());
    let mut came: Vec<ServerFrame> = Vec::new();
    let time = Duration::from_secs(10) + 3 * pause * 4 + play.limit(TIMEOUT);
    becomes_within(time, "Ping, then Close 1011", || {
        wire.send(b"x", soon());
        wire.wait(Instant::now() + pause);
        came.extend(frames(&mut wire));
        Ok(came.iter().any(|frame| frame.opcode == CLOSE))
    })?;
    match came.iter().map(|frame| frame.opcode).collect::<Vec<u8>>()[..] {
        [PING, CLOSE] if came[1].payload.starts_with(&1011_u16.to_be_bytes()) => {
            play.note("→ a frame that never gets whole; ← Ping; ← Close 1011");
            Ok(())
        }
        _ => wrong("Ping, then Close 1011", format!("{:?}", came.last())),
    }
}

/// Answers Pings until so many texts have come.
fn texts(wire: &mut Wire, count: usize) -> Played {
    let mut seen = 0;
    while seen < count {
        for frame in next_frames(wire)? {
            match frame.opcode {
                TEXT => seen += 1,
                PING => wire.send(&pong(frame.payload).bytes(), soon()),
                _ => {
                    return wrong(
                        "texts and Pings",
                        format!("{} after {seen} of {count} texts", frame.words()),
                    );
                }
            }
        }
    }
    Ok(())
}

/// 40 kB in a room for 10 kB a second: three seconds of pause, far more than both limits.
fn paused(play: &mut Play) -> Played {
    const LINES: usize = 40;
    let mut wire = join(play.server, "/chat")?;
    let greetings = 2;
    let lines = |number| text(numbered(number, 1000)).bytes();
    wire.send(&(0..LINES).flat_map(lines).collect::<Vec<u8>>(), soon());
    texts(&mut wire, greetings + LINES)?;
    play.note("→ more than the room's rate; ← all of it, and no Close");
    Ok(())
}

fn reads_late(play: &mut Play) -> Played {
    let mut wire = join(play.server, "/websocket")?;
    // Well within the time in which something has to be taken.
    let late = (play.limit(INTERVAL) + play.limit(TIMEOUT)) * 5 / 4;
    let (sent, rest) = fill(play, &mut wire, late.min(Duration::from_secs(8)))?;
    reads_all(&mut wire, sent, &rest)?;
    play.note("→ messages; after a long while ← all answers, and no Close");
    Ok(())
}

/// After each little that is read the server has room for a little, and time to close for silence.
fn reads_little(play: &mut Play) -> Played {
    const ROUNDS: usize = 6;
    let mut wire = join(play.server, "/websocket")?;
    let pause = (play.limit(INTERVAL) + play.limit(TIMEOUT)) * 5 / 4;
    let pause = pause.min(Duration::from_secs(1));
    let (sent, rest) = fill(play, &mut wire, pause)?;
    for _ in 0..ROUNDS {
        wire.wait(soon());
        wire.wait(soon());
        thread::sleep(pause);
    }
    reads_all(&mut wire, sent, &rest)?;
    play.note("→ messages; ← a little at a time, then all answers, and no Close");
    Ok(())
}

const FRAME: usize = 100_000;

/// Sends messages until nothing is taken for `patience`. Gives the number of messages, and what
/// the last one lacks.
fn fill(play: &Play, wire: &mut Wire, patience: Duration) -> Result<(usize, Vec<u8>), Stop> {
    let message = text(numbered(0, FRAME)).bytes();
    let mut sent = 0;
    loop {
        let started = Instant::now();
        let taken = wire.push(&message, patience);
        sent += 1;
        if taken < message.len() {
            return Ok((sent, message[taken..].to_vec()));
        }
        if (play.limit(INTERVAL) + play.limit(TIMEOUT)) * 3 / 4 < started.elapsed() {
            return Err(Stop::Skip("this machine is too busy to speak without a pause".into()));
        }
    }
}

fn reads_all(wire: &mut Wire, sent: usize, rest: &[u8]) -> Played {
    let answer = text(numbered(0, FRAME)).unmasked().bytes();
    wire.send(rest, soon());
    // All is read before any of it is looked at, so that what comes behind it is soon answered.
    let deadline = soon();
    while wire.received.len() < sent * answer.len() && wire.end.is_none() && wire.wait(deadline) {}
    texts(wire, sent)
}
