//! `--max-connections`: a full house says so, and a place is free again when somebody leaves (U13).

use super::limit;
use crate::cases::crowd::{
    answer_head, becomes, connect, descriptors_return, ends, join, memory_is_flat,
    needs_descriptors, receives, served, soon, wrong,
};
use crate::prelude::*;
use crate::server::Server;
use crate::wire::{End, Wire};

const THREE: &[&str] = &["--max-connections", "3"];
/// The default of the flag.
const DEFAULT: usize = 10_000;

pub fn cases() -> Vec<Case> {
    let full = |name| {
        limit("U13", name)
            .also(&["--max-connections", "attack one_connection_too_many"])
            .section("RFC 9110 §15.6.4")
            .why("Every client costs memory and a descriptor: somewhere there is a last one.")
            .hint("Say that it is full, and when to come again. Who leaves makes room.")
    };
    vec![
        full("a_full_house_refuses_any_request_until_somebody_leaves")
            .flags(THREE)
            .function(full_house),
        full("who_does_not_ask_when_full_is_told_nothing").flags(THREE).function(|play| {
            let _guests = guests(play.server, 3)?;
            let mut crowd = Vec::new();
            for _ in 0..300 {
                crowd.push(connect(play.server)?);
            }
            // The last of such a crowd may be dropped without a word, but nobody hangs.
            let mut last = connect(play.server)?;
            last.send(&get("/").bytes(), soon());
            ends(&mut last)?;
            drop(crowd);
            play.note("300 more that ask nothing are told nothing; who asks then gets 503");
            refused(play.server)
        }),
        // No shorter than its default: it is only to be among the cases tried with the defaults.
        full("the_default_is_ten_thousand")
            .shortened("--close-timeout", 5.0, 5.0)
            .function(default),
    ]
}

fn guests(server: &Server, count: usize) -> Result<Vec<Wire>, Stop> {
    (0..count).map(|_| join(server, "/websocket")).collect()
}

/// A fresh client is told that the house is full.
fn refused(server: &Server) -> Played {
    becomes("503 for one more", || {
        let mut wire = connect(server)?;
        wire.send(&upgrade("/websocket").bytes(), soon());
        let deadline = soon();
        while wire.end.is_none() && wire.wait(deadline) {}
        let head = String::from_utf8_lossy(&wire.received).into_owned();
        let is_whole = head.starts_with("HTTP/1.1 503 ") && head.contains("\r\nRetry-After: ");
        Ok(is_whole && wire.end == Some(End::Finished))
    })
}

fn full_house(play: &mut Play) -> Played {
    let mut guests = guests(play.server, 3)?;
    let told = || crate::answer::refused(503).our_header("Retry-After", "10");
    play.run(&Script::new().client("plain").send(get("/")).refused(told()).leave())?;
    play.run(&Script::new().client("socket").send(upgrade("/websocket")).refused(told()).leave())?;
    play.run(&Script::new().client("wrong").send(get("/nothing")).refused(told()).leave())?;
    for guest in &mut guests {
        guest.send(&text("Hello").bytes(), soon());
        receives(guest, &text("Hello").unmasked().bytes())?;
    }
    guests.pop();
    // That somebody left is news which travels while the next one already asks.
    becomes("a place for one more", || {
        let mut wire = connect(play.server)?;
        wire.send(&get("/").bytes(), soon());
        Ok(answer_head(&mut wire)?.starts_with("HTTP/1.1 200 "))
    })?;
    play.note("one leaves: there is room for one again");
    becomes("the place is free once more", || Ok(join(play.server, "/websocket").is_ok()))
}

fn default(play: &mut Play) -> Played {
    if !play.options.defaults {
        return Err(Stop::Skip(
            "opens 10,000 connections, which only cargo test does, with COURSE_DEFAULTS=1".into(),
        ));
    }
    needs_descriptors(DEFAULT)?;
    served(play)?;
    let (memory, descriptors) = (play.server.memory()?, play.server.descriptors()?);
    let mut crowd = guests(play.server, DEFAULT)?;
    refused(play.server)?;
    memory_is_flat(play, memory)?;
    for guest in [0, DEFAULT / 2, DEFAULT - 1] {
        crowd[guest].send(&text("Hello").bytes(), soon());
        receives(&mut crowd[guest], &text("Hello").unmasked().bytes())?;
    }
    drop(crowd);
    play.note("10,000 clients: one more gets 503, all others are served; memory stays flat");
    descriptors_return(play, descriptors)?;
    match served(play) {
        Ok(()) => Ok(()),
        Err(_) => wrong("a fresh client is served", "it is not"),
    }
}
