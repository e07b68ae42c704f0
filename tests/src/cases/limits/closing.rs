//! `--close-timeout`: who does not do its part of the close handshake (C7, C9).

use std::thread;

use super::limit;
use crate::cases::crowd::{becomes_within, connect, join, next_frames, soon};
use crate::frame::{CLOSE, frame};
use crate::prelude::*;

const FLAG: &str = "--close-timeout";

pub fn cases() -> Vec<Case> {
    let close_timeout = |name| {
        limit("C9", name)
            .section("RFC 6455 §7.1.1")
            .shortened(FLAG, 0.4, 5.0)
            .deliver(&[Whole])
            .why("A connection that is over must not hold a place.")
            .hint("Wait for the other side, but not for ever.")
    };
    vec![
        close_timeout("who_never_answers_close_is_dropped")
            .also(&["--close-timeout", "attack never_answers_close"])
            .function(|play| {
                let mut wire = join(play.server, "/progress")?;
                let mut last = 0;
                while last != CLOSE {
                    let frames = next_frames(&mut wire)?;
                    last = frames.last().map_or(0, |frame| frame.opcode);
                }
                play.note("← a job to its end, and Close, which is not answered");
                // The server listens to the client's Close or whatever else comes, for a while.
                is_dropped(play, wire, &ping("still here").bytes())
            }),
        close_timeout("who_answers_close_and_never_ends_tcp_is_dropped")
            .also(&["--close-timeout", "C7", "attack never_closes_tcp"])
            .function(|play| {
                let script = Script::new().upgrade("/websocket").send(close(1000, ""));
                play.run(&script.frame(close_frame(1000)).end())?;
                let wire = join(play.server, "/websocket")?;
                stays(play, wire, &close(1000, "").bytes())
            }),
        close_timeout("who_sent_a_bad_frame_and_never_ends_tcp_is_dropped")
            .also(&["--close-timeout", "C7", "attack never_closes_tcp"])
            .function(|play| {
                let wire = join(play.server, "/websocket")?;
                stays(play, wire, &text("x").unmasked().bytes())
            }),
        close_timeout("who_was_refused_and_never_ends_tcp_is_dropped")
            .also(&["--close-timeout", "H14", "attack never_closes_tcp"])
            .function(|play| {
                let wire = connect(play.server)?;
                stays(play, wire, b"nonsense\r\n\r\n")
            }),
        close_timeout("who_ends_tcp_in_time_gets_a_clean_end")
            .also(&["--close-timeout", "C7"])
            .script(
                Script::new()
                    .upgrade("/websocket")
                    .send(frame(CLOSE, []))
                    .frame(close_exactly([]))
                    .finish_sending()
                    .end(),
            ),
    ]
}

/// Says something that ends the connection, and then neither ends TCP nor falls silent.
fn stays(play: &mut Play, mut wire: crate::wire::Wire, last_words: &[u8]) -> Played {
    wire.send(last_words, soon());
    let deadline = soon();
    while wire.end.is_none() && wire.wait(deadline) {}
    play.note("→ last words; ← the answer, and the end");
    is_dropped(play, wire, b"x")
}

/// Bytes of a client that stays are read for the time of the limit; then a write fails, for there
/// is nobody any more.
fn is_dropped(play: &mut Play, mut wire: crate::wire::Wire, bytes: &[u8]) -> Played {
    let time = Duration::from_secs(10) + 2 * play.limit(FLAG);
    becomes_within(time, "the server drops a connection that is over", || {
        wire.received.clear();
        wire.send(bytes, soon());
        thread::sleep(Duration::from_millis(20));
        Ok(wire.write_failed)
    })?;
    play.note("→ bytes without end; for the time of the limit they are read, then ← gone");
    Ok(())
}
