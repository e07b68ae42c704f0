//! Many bytes at once, ends that come with the data, and clients that never pause: everybody gets
//! a turn, and everything is read to its end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::attack;
use crate::cases::crowd::{
    KIB, answer_head, connect, ends, join, memory_is_flat, next_frames, numbered, receives, served,
    soon, wrong,
};
use crate::frame::{CLOSE, frame};
use crate::prelude::*;
use crate::server_frame::ServerFrame;
use crate::wire::{End, Wire};

/// Who has taken nothing for so long takes nothing more now.
const STUCK: Duration = Duration::from_millis(200);

pub fn cases() -> Vec<Case> {
    let turn = |id, name| {
        attack(id, name)
            .stages(4..=4)
            .section("RFC 6455 §5.2")
            .why("The system tells once that there is something to read: half read is forgotten.")
            .hint("Who stops before there is nothing left has to come back without being told.")
    };
    vec![
        turn("F10", "ten_mebibytes_in_one_burst_then_silence").function(burst),
        turn("F10", "a_hundred_thousand_small_messages_in_one_burst").function(small_messages),
        turn("F10", "the_end_may_come_with_the_last_frames").deliver(&[Whole, Glued]).script(
            Script::new()
                .upgrade("/websocket")
                .send(text("Hello"))
                .frame(text_frame("Hello"))
                .send(text("last"))
                .finish_sending()
                .frame(text_frame("last"))
                .end(),
        ),
        turn("F10", "request_frames_and_end_may_come_in_one_piece")
            .also(&["H12"])
            .function(at_once),
        turn("F10", "the_end_behind_ten_mebibytes_destroys_no_answer").function(end_behind_much),
        turn("F10", "the_end_behind_full_buffers_destroys_no_answer")
            .long()
            .function(end_behind_unread),
        turn("C7", "a_fault_behind_full_buffers_destroys_no_answer")
            .section("RFC 6455 §7.1.1")
            .why("A socket dropped too early takes along what the client has not read yet.")
            .hint("Send what waits, then end your side, then read to the client's end.")
            .long()
            .function(fault_behind_unread),
        turn("attack busy_client", "a_busy_client_does_not_starve_another")
            .why("One client that never pauses could keep a single thread to itself.")
            .hint("How much may one client have read before it is the next one's turn?")
            .function(busy),
    ]
}

fn messages(count: usize, size: usize) -> (Vec<u8>, Vec<u8>) {
    let all = (0..count).map(|number| text(numbered(number, size)));
    let mut both = (Vec::new(), Vec::new());
    for message in all {
        both.0.extend_from_slice(&message.bytes());
        both.1.extend_from_slice(&message.unmasked().bytes());
    }
    both
}

fn burst(play: &mut Play) -> Played {
    let (sent, answers) = messages(1024, 10 * KIB);
    served(play)?;
    let memory = play.server.memory()?;
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&sent, soon());
    receives(&mut wire, &answers)?;
    play.note("→ 1,024 messages of 10 KiB at once; ← all of them");
    memory_is_flat(play, memory)
}

fn small_messages(play: &mut Play) -> Played {
    let (sent, answers) = messages(100_000, 10);
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&sent, soon());
    receives(&mut wire, &answers)?;
    play.note("→ 100,000 messages of 10 bytes at once; ← all of them");
    Ok(())
}

/// The last answer, and a proper end behind it.
fn ends_properly(wire: &mut Wire) -> Played {
    match (wire.received.len(), ends(wire)?) {
        (0, End::Finished) => Ok(()),
        (more, end) => wrong("the end behind the last answer", format!("{more} bytes, {end:?}")),
    }
}

fn at_once(play: &mut Play) -> Played {
    let mut bytes = upgrade("/websocket").bytes();
    bytes.extend(text("Hello").bytes());
    let mut wire = connect(play.server)?;
    wire.send(&bytes, soon());
    wire.finish_sending();
    answer_head(&mut wire)?;
    receives(&mut wire, &text("Hello").unmasked().bytes())?;
    play.note("→ upgrade, a message and the end in one piece; ← 101, the echo, the end");
    ends_properly(&mut wire)
}

fn end_behind_much(play: &mut Play) -> Played {
    let (sent, answers) = messages(100, 100 * KIB);
    let mut wire = join(play.server, "/websocket")?;
    wire.send(&sent, soon());
    wire.finish_sending();
    receives(&mut wire, &answers)?;
    play.note("→ 100 messages of 100 KiB, and the end; ← all of them, and the end");
    ends_properly(&mut wire)
}

/// Nothing is read until all is sent, and then slowly: the server finds what is behind the messages
/// while it cannot send their answers yet. How much that takes is the system's affair, so many
/// sizes are tried.
fn behind_unread(
    play: &mut Play,
    send_last: impl Fn(&mut Wire) -> bool,
    comes_last: impl Fn(&mut Wire) -> Played,
) -> Played {
    const SIZE: usize = 50_000;
    const MOST: usize = 165;
    let (sent, answers) = messages(MOST, SIZE);
    let (message, answer) = (sent.len() / MOST, answers.len() / MOST);
    let mut tried = 0;
    for count in (75..MOST).step_by(3) {
        let mut wire = join(play.server, "/websocket")?;
        let sent = &sent[..count * message];
        if wire.push(sent, STUCK) < sent.len() || !send_last(&mut wire) {
            break;
        }
        for part in answers[..count * answer].chunks(64 * KIB) {
            thread::sleep(Duration::from_micros(500));
            receives(&mut wire, part)?;
        }
        comes_last(&mut wire)?;
        tried += 1;
    }
    match tried {
        0 => Err(Stop::Skip("the server stops reading long before the buffers are full".into())),
        _ => Ok(()),
    }
}

fn end_behind_unread(play: &mut Play) -> Played {
    let end = |wire: &mut Wire| {
        wire.finish_sending();
        true
    };
    behind_unread(play, end, ends_properly)?;
    play.note("→ as many messages as the buffers hold, and the end; ← all of them, and the end");
    Ok(())
}

fn fault_behind_unread(play: &mut Play) -> Played {
    let fault = [&frame(3, "x").bytes()[..], &[0xaa; 1000]].concat();
    let fault = |wire: &mut Wire| wire.push(&fault, STUCK) == fault.len();
    behind_unread(play, fault, |wire| {
        let frames = next_frames(wire)?;
        let is_close = |frame: &ServerFrame| {
            frame.opcode == CLOSE && frame.payload.starts_with(&1002_u16.to_be_bytes())
        };
        match &frames[..] {
            [close] if is_close(close) => ends_properly(wire),
            _ => {
                let words: Vec<_> = frames.iter().map(ServerFrame::words).collect();
                wrong("Close 1002 and nothing more behind the last answer", words.join(", "))
            }
        }
    })?;
    play.note("→ as many messages as the buffers hold, a bad frame, and more; ← all of them, 1002");
    Ok(())
}

fn busy(play: &mut Play) -> Played {
    const ROUND_TRIPS: usize = 50;
    let mut busy = join(play.server, "/websocket")?;
    let mut other = join(play.server, "/websocket")?;
    let (sent, _) = messages(50, 10 * KIB);
    let is_over = AtomicBool::new(false);
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) && busy.end.is_none() {
                busy.send(&sent, soon());
                busy.received.clear();
            }
        });
        let result = (0..ROUND_TRIPS).try_for_each(|number| {
            other.send(&text(numbered(number, 10)).bytes(), soon());
            receives(&mut other, &text(numbered(number, 10)).unmasked().bytes())
        });
        is_over.store(true, Ordering::Relaxed);
        result
    });
    play.note("one client sends without a pause; the other's 50 messages come back meanwhile");
    result
}
