//! Every malformed frame, and noise: the next client is served as if nothing had been.

use super::attack;
use crate::cases::crowd::{descriptors_return, ends, join, memory_is_flat, rests, served, soon};
use crate::frame::{CLOSE, Frame, frame};
use crate::prelude::*;

pub fn cases() -> Vec<Case> {
    let malformed = |name| {
        attack("attack malformed_frames", name)
            .stages(3..=4)
            .why("In the C server one bad frame ends the program for everybody.")
            .hint("A fault of one client is an error value on its way, not a panic.")
    };
    vec![
        malformed("after_every_malformed_frame_a_fresh_client_works").function(every_frame),
        malformed("noise_ends_nothing_but_its_own_connection").function(noise),
    ]
}

/// Whatever breaks a rule of F, M or C; what only stage 4 refuses, stage 3 has to survive.
fn bad_frames() -> Vec<Vec<Frame>> {
    let long = || "x".repeat(126);
    let mut all = vec![
        vec![text("x").unmasked()],
        vec![text("x").rsv(4)],
        vec![text("x").rsv(2)],
        vec![text("x").rsv(1)],
        vec![ping("x").unfinished()],
        vec![ping(long())],
        vec![pong(long())],
        vec![ping("").claiming(1 << 40)],
        vec![text("x").form(LengthForm::TwoBytes)],
        vec![text("x").form(LengthForm::EightBytes)],
        vec![text(long()).form(LengthForm::EightBytes)],
        vec![text("").claiming(1 << 63)],
        vec![text("").claiming(u64::MAX)],
        vec![continuation("nothing to continue")],
        vec![continuation("").unfinished()],
        vec![text("a").unfinished(), text("b")],
        vec![text("a").unfinished(), binary("b").unfinished()],
        vec![frame(1, [0xFF, 0xFE])],
        vec![frame(1, [0xC0, 0x80])],
        vec![frame(1, [0xED, 0xA0, 0x80])],
        vec![text("\u{fc}").unfinished(), continuation([0x80])],
        vec![frame(CLOSE, [3])],
        vec![frame(CLOSE, [3, 232, 0xFF])],
        vec![frame(CLOSE, "x".repeat(126))],
    ];
    all.extend([3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(|opcode| vec![frame(opcode, "x")]));
    all.extend([0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map(|code| vec![close(code, "")]));
    all
}

fn every_frame(play: &mut Play) -> Played {
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    for frames in bad_frames() {
        let mut wire = join(play.server, "/websocket")?;
        for frame in &frames {
            wire.send(&frame.bytes(), soon());
        }
        served(play)?;
        let words: Vec<String> = frames.iter().map(Frame::words).collect();
        play.note(&format!("→ {}; the next client is served", words.join(", ")));
    }
    rests(play.server)?;
    memory_is_flat(play, memory)?;
    descriptors_return(play, descriptors)
}

fn noise(play: &mut Play) -> Played {
    const CLIENTS: usize = 100;
    const SIZE: usize = 2000;
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    play.note(&format!("{CLIENTS} clients send noise, seed {}", play.options.seed));
    let mut state = play.options.seed;
    for _ in 0..CLIENTS {
        let noise: Vec<u8> = (0..SIZE).map(|_| next_byte(&mut state)).collect();
        let mut wire = join(play.server, "/websocket")?;
        wire.send(&noise, soon());
        wire.finish_sending();
        ends(&mut wire)?;
    }
    served(play)?;
    memory_is_flat(play, memory)?;
    descriptors_return(play, descriptors)
}

/// xorshift: random enough to be nonsense, and the same in every run.
fn next_byte(state: &mut u64) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 32) as u8
}
