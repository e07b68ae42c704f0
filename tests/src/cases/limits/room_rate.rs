//! `--room-rate`: who speaks too fast is not read for a while. Nothing is lost, nobody is closed.

use super::limit;
use crate::cases::crowd::{frames, join, next_frames, numbered, receives, soon, wrong};
use crate::prelude::*;
use crate::wire::Wire;

/// Bytes a second. Who speaks may be a second ahead.
const RATE: &[&str] = &["--room-rate", "300000"];
const LINES: usize = 900;
const LINE: usize = 1000;
/// 900 kB at 300 kB a second, less the second and the one read (256 KiB) that are allowed at once.
const AT_LEAST: Duration = Duration::from_millis(900);

pub fn cases() -> Vec<Case> {
    let rate = |name| {
        limit("--room-rate", name)
            .flags(RATE)
            .why("One fast sender must not get honest members sent away for being slow.")
            .hint("Stop reading from who is ahead. Nothing will tell you to go on but the clock.")
    };
    vec![
        rate("a_fast_sender_is_paused_and_all_arrives").function(paused),
        rate("who_leaves_while_paused_has_said_everything").function(says_and_leaves),
        rate("who_is_paused_hears_the_others").function(hears),
        rate("an_echo_has_no_rate").function(|play| {
            let mut wire = join(play.server, "/websocket")?;
            let answers = (0..LINES).map(|number| text(numbered(number, LINE)).unmasked().bytes());
            let started = Instant::now();
            wire.send(&flood(), soon());
            receives(&mut wire, &answers.flatten().collect::<Vec<u8>>())?;
            play.note("→ 900 lines at once; ← all of them, without a pause");
            match started.elapsed() < AT_LEAST {
                true => Ok(()),
                false => Err(Stop::Skip("this machine is too busy to tell".into())),
            }
        }),
    ]
}

/// All lines in one piece, and nothing after them.
fn flood() -> Vec<u8> {
    (0..LINES).flat_map(|number| text(numbered(number, LINE)).bytes()).collect()
}

/// The lines of guest 1 in order, whatever the others say between. Gives those others' lines, each
/// with the number of lines of guest 1 before it.
fn hears_all(wire: &mut Wire) -> Result<Vec<(usize, String)>, Stop> {
    let mut count = 0;
    let mut others = Vec::new();
    while count < LINES {
        for frame in next_frames(wire)? {
            let line = String::from_utf8_lossy(&frame.payload).into_owned();
            match line.strip_prefix("guest 1: ") {
                Some(said) if said.starts_with(&format!("{count:06} ")) => count += 1,
                Some(_) => return wrong(format!("line {count}"), frame.words()),
                None if frame.opcode == crate::frame::TEXT => others.push((count, line)),
                None => return wrong("lines of chat", frame.words()),
            }
        }
    }
    Ok(others)
}

fn paused(play: &mut Play) -> Played {
    let mut anna = join(play.server, "/chat")?;
    let mut ben = join(play.server, "/chat")?;
    let started = Instant::now();
    anna.send(&flood(), soon());
    hears_all(&mut ben)?;
    let took = started.elapsed();
    hears_all(&mut anna)?;
    if took < AT_LEAST {
        let got = format!("in {took:?}");
        return wrong(format!("900 kB take {AT_LEAST:?} and more"), got);
    }
    // All are still there.
    anna.send(&text("done").bytes(), soon());
    for wire in [&mut anna, &mut ben] {
        let line = &next_frames(wire)?[0];
        if line.payload != b"guest 1: done" {
            return wrong("guest 1: done", line.words());
        }
    }
    play.note("anna says 900 lines at once; ben hears them all, in order, after a while");
    Ok(())
}

fn says_and_leaves(play: &mut Play) -> Played {
    let mut anna = join(play.server, "/chat")?;
    let mut ben = join(play.server, "/chat")?;
    anna.send(&flood(), soon());
    anna.finish_sending();
    let mut others = hears_all(&mut ben)?;
    let is_farewell = |line: &String| line.starts_with("guest 1 left");
    if !others.iter().any(|(_, line)| is_farewell(line)) {
        let last = next_frames(&mut ben)?;
        others.extend(last.iter().map(|f| (0, String::from_utf8_lossy(&f.payload).into_owned())));
    }
    play.note("anna says 900 lines at once and ends; ben hears them all, and that she left");
    match others.last() {
        Some((_, line)) if is_farewell(line) => Ok(()),
        last => wrong("guest 1 left", format!("{last:?}")),
    }
}

/// Cora speaks when anna's lines are under way: ben hears her before the last of them.
fn hears(play: &mut Play) -> Played {
    let mut anna = join(play.server, "/chat")?;
    let mut ben = join(play.server, "/chat")?;
    let mut cora = join(play.server, "/chat")?;
    frames(&mut ben);
    anna.send(&flood(), soon());
    cora.send(&text("may I, too?").bytes(), soon());
    for wire in [&mut ben, &mut anna] {
        let others = hears_all(wire)?;
        if !others.iter().any(|(_, line)| line == "guest 3: may I, too?") {
            return wrong("cora is heard while anna is paused", format!("{others:?}"));
        }
    }
    play.note("anna says 900 lines at once; cora's line is heard before the last of them");
    Ok(())
}
