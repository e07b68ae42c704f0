//! What the cases of limits and attacks share: clients by the dozen, many frames at a time, and a
//! look at what the server uses meanwhile.

use std::{fs, thread};

use crate::frame::CLOSE;
use crate::prelude::*;
use crate::server::Server;
use crate::server_frame::{ServerFrame, read_frame};
use crate::wire::{End, Wire};

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
/// How long an answer may take, on a busy machine too. Some come when a limit of ten seconds is
/// over, and a beat of the server's clock later.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often something is looked at that tells nobody when it changes.
const POLL: Duration = Duration::from_millis(10);
/// Memory that does not count: what the allocator keeps for later, pages used for the first time,
/// and one read buffer or message under way. What a case throws at the server is a multiple of it.
pub const SLACK: u64 = 8 * MIB as u64;

/// A failure in words.
pub fn wrong<T>(expected: impl Into<String>, got: impl Into<String>) -> Result<T, Stop> {
    Err(Failure::wrong(expected, got).into())
}

/// When an answer has to be there.
pub fn soon() -> Instant {
    Instant::now() + PATIENCE
}

pub fn connect(server: &Server) -> Result<Wire, Stop> {
    Wire::connect(server.address)
        .map_err(|error| Failure::new(Sort::Gone, "a connection", error.to_string()).into())
}

/// A client that speaks WebSocket at this path. What comes behind the 101 is in `received`.
pub fn join(server: &Server, path: &str) -> Result<Wire, Stop> {
    let mut wire = connect(server)?;
    wire.send(&upgrade(path).bytes(), soon());
    let head = answer_head(&mut wire)?;
    match head.starts_with("HTTP/1.1 101 ") {
        true => Ok(wire),
        false => wrong("101 Switching Protocols", head.lines().next().unwrap_or_default()),
    }
}

/// Takes the head of a response.
pub fn answer_head(wire: &mut Wire) -> Result<String, Stop> {
    let deadline = soon();
    loop {
        let end = wire.received.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            return Ok(String::from_utf8_lossy(&wire.take(end + 4)).into_owned());
        }
        if wire.end.is_some() || !wire.wait(deadline) {
            return Err(nothing_more(wire, "a response").into());
        }
    }
}

/// All frames that have come whole.
pub fn frames(wire: &mut Wire) -> Vec<ServerFrame> {
    let mut frames = Vec::new();
    let mut taken = 0;
    while let Some(frame) = read_frame(&wire.received[taken..]) {
        taken += frame.bytes.len();
        frames.push(frame);
    }
    wire.take(taken);
    frames
}

/// Waits until a frame has come, and gives all that have by then.
pub fn next_frames(wire: &mut Wire) -> Result<Vec<ServerFrame>, Stop> {
    let deadline = soon();
    loop {
        let frames = frames(wire);
        if !frames.is_empty() {
            return Ok(frames);
        }
        if wire.end.is_some() || !wire.wait(deadline) {
            return Err(nothing_more(wire, "a frame").into());
        }
    }
}

/// Waits for exactly these bytes, and says where the first wrong one is.
pub fn receives(wire: &mut Wire, expected: &[u8]) -> Played {
    let mut at = 0;
    let mut deadline = soon();
    while at < expected.len() {
        let count = wire.received.len().min(expected.len() - at);
        if wire.received[..count] != expected[at..at + count] {
            let same = wire.received.iter().zip(&expected[at..]).take_while(|(a, b)| a == b);
            let place = at + same.count();
            return wrong("what was sent comes back", format!("byte {place} is another"));
        }
        if count > 0 {
            wire.take(count);
            at += count;
            deadline = soon();
        } else if wire.end.is_some() || !wire.wait(deadline) {
            let wanted = format!("{} bytes, of which {at} have come", expected.len());
            return Err(nothing_more(wire, &wanted).into());
        }
    }
    Ok(())
}

/// Waits for the end of the connection, whatever comes before.
pub fn ends(wire: &mut Wire) -> Result<End, Stop> {
    let deadline = soon();
    while wire.end.is_none() && wire.wait(deadline) {
        wire.received.clear();
    }
    wire.end.ok_or_else(|| nothing_more(wire, "the end of the connection").into())
}

/// The server fails the connection: stage 4 says why, stage 3 only ends it. Both end it properly.
pub fn fails_with(play: &Play, wire: &mut Wire, code: u16) -> Played {
    if play.options.stage == 4 {
        let frame = next_frames(wire)?.remove(0);
        if frame.opcode != CLOSE || !frame.payload.starts_with(&code.to_be_bytes()) {
            return wrong(format!("Close {code}"), frame.words());
        }
    }
    match ends(wire)? {
        End::Finished => Ok(()),
        End::Reset => wrong("a proper end", "the server drops the connection (RST)"),
    }
}

fn nothing_more(wire: &Wire, expected: &str) -> Failure {
    let (sort, got) = match wire.end {
        None => (Sort::Late, "nothing more in time"),
        Some(End::Finished) => (Sort::Ended, "the connection ends"),
        Some(End::Reset) => (Sort::Ended, "the server drops the connection (RST)"),
    };
    Failure::new(sort, expected, got).at(&wire.received, None)
}

/// A fresh client gets what this stage has to give.
pub fn served(play: &Play) -> Played {
    if play.options.stage == 1 {
        let mut wire = connect(play.server)?;
        wire.send(&get("/").bytes(), soon());
        return answer_head(&mut wire).map(|_| ());
    }
    let mut wire = join(play.server, "/websocket")?;
    if play.options.stage == 4 {
        wire.send(&text("served?").bytes(), soon());
        receives(&mut wire, &text("served?").unmasked().bytes())?;
    }
    Ok(())
}

/// Looks again and again until it is so.
pub fn becomes(expected: &str, is_so: impl FnMut() -> Result<bool, Stop>) -> Played {
    becomes_within(PATIENCE, expected, is_so)
}

pub fn becomes_within(
    time: Duration,
    expected: &str,
    mut is_so: impl FnMut() -> Result<bool, Stop>,
) -> Played {
    let deadline = Instant::now() + time;
    while !is_so()? {
        if deadline < Instant::now() {
            return Err(Failure::new(Sort::Late, expected, "it does not come to that").into());
        }
        thread::sleep(POLL);
    }
    Ok(())
}

/// Memory is at most `SLACK` above what it was.
pub fn memory_is_flat(play: &Play, before: u64) -> Played {
    let grown = play.server.memory()?.saturating_sub(before);
    match grown <= SLACK {
        true => Ok(()),
        false => {
            let allowed = SLACK / MIB as u64;
            let got = format!("{} KiB more", grown / KIB as u64);
            wrong(format!("memory grows by no more than {allowed} MiB"), got)
        }
    }
}

/// Descriptors come back: at most so many are open, soon.
pub fn descriptors_return(play: &Play, before: usize) -> Played {
    becomes(&format!("{before} open descriptors, as before"), || {
        Ok(play.server.descriptors()? <= before)
    })
}

/// A server at rest uses no processor: a busy loop would use 100 ticks in this second.
pub fn rests(server: &Server) -> Played {
    const WATCHED: Duration = Duration::from_millis(500);
    const MAX_TICKS: u64 = 20;
    let before = server.processor_ticks()?;
    thread::sleep(WATCHED);
    match server.processor_ticks()? - before {
        0..=MAX_TICKS => Ok(()),
        used => wrong("a server that rests", format!("{used} ticks of 10 ms in half a second")),
    }
}

/// Skips the case where this process may not open so many connections.
pub fn needs_descriptors(count: usize) -> Played {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok());
    // Other cases run at the same time.
    match soft.is_some_and(|soft| count + 500 <= soft) {
        true => Ok(()),
        false => Err(Stop::Skip(format!("needs {} descriptors (ulimit -n)", count + 500))),
    }
}

/// Letters with a number in front: a message that is lost, doubled or out of order shows.
pub fn numbered(number: usize, size: usize) -> String {
    let number = format!("{number:06} ");
    let rest = size.saturating_sub(number.len());
    number + &LETTERS.repeat(rest / LETTERS.len() + 1)[..rest]
}
