//! A whole connection of step 4, the rooms and the job behind it, and a clock that we turn:
//! anything that may happen to it, in any order, beside a model that says what has to come of it.

use std::cell::Cell;
use std::mem;
use std::time::{Duration, Instant};

use allocation_counter::{measure, opt_out};
use clap::Parser;

use crate::connection::Connection;
use crate::flags::Flags;
use crate::input::{Input, Split};
use crate::message::CloseCode;
use crate::model::{Model, Phase};
use crate::said::{self, Said, page_size};
use crate::script::{Script, Step};
use crate::turn::Turn;

const CLIENT: usize = 7;
/// More than this is not fed byte by byte: that takes too long.
const MAX_SINGLES: usize = 600;
/// Bytes of answers that may gather before whoever does not wait for them gets no more.
const MAX_PAGES: usize = 65_536;
/// What a connection may hold besides a message: a head that comes, a control frame, its place in
/// a room.
const MAX_HEAD: i64 = 2 * 16_384;
const MAX_SMALL: i64 = 2_048;
/// The longest time after which somebody who says nothing is gone: a Ping, the time to answer it,
/// the time to end TCP.
const MAX_SILENCE: u64 = 20 + 20 + 5;

pub fn run(input: &[u8]) {
    let script = Script::read(&mut Input::new(input));
    let whole = play(&script, Split::Whole, false);
    check(&script, &whole);
    let random = Split::Random(script.seed);
    assert_eq!(play(&script, random, false), whole, "{random:?}");
    // Whoever is sent each answer at once gets more pages than one who has them gather.
    if whole.iter().any(|seen| MAX_PAGES <= seen.out.len()) {
        return;
    }
    assert_eq!(play(&script, random, true), whole, "{random:?}, each answer at once");
    let bytes = script.steps.iter().map(|step| match step {
        Step::Bytes(bytes) => bytes.len(),
        _ => 0,
    });
    if bytes.sum::<usize>() <= MAX_SINGLES {
        assert_eq!(play(&script, Split::Singles, true), whole, "byte by byte");
    }
}

/// What can be seen of a step.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    out: Vec<u8>,
    news: Vec<u8>,
    said: usize,
    log: String,
    is_open: bool,
    is_finished: bool,
    /// The client is not dropped.
    stays: bool,
}

/// `at_once`: answers are sent after each piece, not after all bytes of a step.
fn play(script: &Script, split: Split, at_once: bool) -> Vec<Seen> {
    let start = Instant::now();
    let mut turn = Turn::new(flags(script), start);
    let mut connection = None;
    let memory = measure(|| connection = Some(Connection::new(CLIENT, script.is_surplus, &turn)));
    let mut connection = connection.expect("it was made");
    let (mut held, mut came) = (memory.bytes_current, 0);
    let mut all = Vec::new();
    let mut waited = 0;
    let patience = MAX_SILENCE + script.steps.iter().map(postponed).sum::<u64>();
    let second = Step::Wait(Duration::from_secs(1));
    let ending = std::iter::repeat_with(|| {
        waited += 1;
        assert!(waited < patience + 5, "after {waited} s the client is still there");
        &second
    });
    for step in script.steps.iter().chain(ending) {
        let mut seen = Seen { stays: true, ..Seen::default() };
        let pieces = match step {
            Step::Bytes(bytes) => split.pieces(bytes),
            _ => vec![&[][..]],
        };
        for piece in pieces {
            let mut input = piece.to_vec();
            let memory = measure(|| {
                match step {
                    Step::Bytes(_) => connection.receive(&mut input, &mut turn),
                    step => seen.stays = happen(step, &mut connection, &mut turn),
                }
                if !connection.is_open() || !seen.stays {
                    turn.app.leave(CLIENT);
                }
                if at_once {
                    take(&mut seen, &mut turn, connection.is_open());
                }
            });
            held += memory.bytes_current;
            came += piece.len();
            if at_once {
                check_held(script, step, &connection, held, came);
            }
        }
        take(&mut seen, &mut turn, connection.is_open());
        seen.is_open = connection.is_open();
        seen.is_finished = connection.is_finished();
        let stays = seen.stays;
        all.push(seen);
        if !stays {
            break;
        }
    }
    give_back(turn.flags);
    all
}

fn postponed(step: &Step) -> u64 {
    match step {
        Step::Postpone(time) => time.as_secs() + 1,
        _ => 0,
    }
}

/// False: the client is dropped.
fn happen(step: &Step, connection: &mut Connection, turn: &mut Turn) -> bool {
    match step {
        Step::Bytes(_) => {}
        Step::Wait(time) => {
            turn.now += *time;
            return connection.tick(turn);
        }
        Step::Postpone(time) => connection.postpone(*time),
        Step::Say(text) => connection.send_text(text, turn),
        Step::Close(code) => connection.close(close_code(*code), "a reason", turn),
        Step::TurnAway => connection.turn_away(turn),
        Step::End => connection.end(turn),
        Step::Release => connection.release(),
        Step::Beat => {
            for (client, percent) in turn.app.advance(turn.now) {
                assert_eq!(client, CLIENT);
                connection.send_text(&percent.to_string(), turn);
                if percent == 100 {
                    connection.close(CloseCode::NORMAL, "done", turn);
                }
            }
        }
    }
    true
}

fn close_code(code: u16) -> CloseCode {
    match code {
        1000 => CloseCode::NORMAL,
        1001 => CloseCode::GOING_AWAY,
        1008 => CloseCode::POLICY_VIOLATION,
        _ => CloseCode::INTERNAL_ERROR,
    }
}

fn take(seen: &mut Seen, turn: &mut Turn, is_open: bool) {
    let bytes = mem::take(&mut turn.bytes);
    let log = mem::take(&mut turn.log);
    seen.said += mem::take(&mut turn.said);
    let news = turn.app.take_news();
    opt_out(|| {
        seen.out.extend_from_slice(&bytes);
        seen.log += &log;
        for (frames, members) in &news {
            assert_eq!(members.contains(&CLIENT), is_open, "who hears it");
            seen.news.extend_from_slice(frames);
        }
    });
}

/// F7, M5: what is kept is no more than the limits allow, and no more than has come.
fn check_held(script: &Script, step: &Step, connection: &Connection, held: i64, came: usize) {
    let limits = &script.limits;
    let message = 2 * limits.message.max(limits.room_message) as i64;
    assert!(held <= MAX_SMALL + MAX_HEAD.max(message), "holds {held} bytes");
    assert!(held <= MAX_SMALL + 4 * came as i64, "holds {held} bytes, and {came} came");
    if connection.is_finished() && matches!(step, Step::Release) {
        assert!(held <= MAX_SMALL + MAX_HEAD, "holds {held} bytes behind its end");
    }
}

/// What was seen is what the model says, and what holds whatever the model says.
fn check(script: &Script, all: &[Seen]) {
    let mut model = Model::new(&script.limits, script.is_surplus);
    let second = Step::Wait(Duration::from_secs(1));
    let steps = script.steps.iter().chain(std::iter::repeat(&second));
    let mut before = Phase::Http;
    let mut has_closed = false;
    for (seen, step) in all.iter().zip(steps) {
        assert_eq!(model.step(step), seen.stays, "dropped or not");
        said::check(&seen.out, &model.out);
        said::check(&seen.news, &model.news);
        assert_eq!(seen.said, model.said);
        assert_eq!(seen.is_open, model.phase == Phase::Open);
        assert_eq!(seen.is_finished, model.phase == Phase::Finished);
        assert!(!seen.log.contains(|c: char| c.is_control() && c != '\n'), "{:?}", seen.log);
        if before == Phase::Finished {
            assert!(seen.out.is_empty() && seen.is_finished, "something behind the end");
        }
        let is_pong = |said: &Said| matches!(said, Said::Frame(10, _));
        for said in &model.out {
            assert!(!has_closed || is_pong(said), "{said:?} behind a Close");
            has_closed |= matches!(said, Said::Close(_));
        }
        let input = if let Step::Bytes(bytes) = step { bytes.len() } else { 0 };
        // A page may go over, and one more says that it is the last.
        let most = input + MAX_PAGES + 2 * page_size(true, false) + 500;
        assert!(seen.out.len() <= most, "{} bytes for {input}", seen.out.len());
        before = model.phase;
    }
    assert!(all.last().is_some_and(|seen| !seen.stays));
}

thread_local! {
    /// To read them takes time: they are used again.
    static FLAGS: Cell<Option<Flags>> = const { Cell::new(None) };
}

fn flags(script: &Script) -> Flags {
    let mut flags = FLAGS.take().unwrap_or_else(|| Flags::parse_from(["server"]));
    flags.max_message = script.limits.message;
    flags.max_room_message = script.limits.room_message;
    flags.max_fragments = script.limits.fragments;
    flags
}

fn give_back(flags: Flags) {
    FLAGS.set(Some(flags));
}
