//! Runs one case against one server: within a bound of time, and the server must survive it.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::case::{Act, Case};
use crate::failure::{Failure, Sort, Stop};
use crate::play::{Options, Play};
use crate::server::{LAST_MOMENT, Server};
use crate::transcript::Transcript;

/// What came out of a case.
pub struct Outcome {
    pub transcript: Transcript,
    pub verdict: Verdict,
    /// Where the server's log was when the case began.
    pub log_start: usize,
}

pub enum Verdict {
    Pass,
    /// It cannot be tried here, for this reason.
    Skip(String),
    Fail(Box<Failure>),
}

/// Plays a case on a thread of its own, so that one that hangs does not hang the run.
pub fn run(case: &Arc<Case>, server: &Arc<Server>, options: Options) -> Outcome {
    let (sender, receiver) = mpsc::channel();
    let thread_case = Arc::clone(case);
    let thread_server = Arc::clone(server);
    let started = thread::Builder::new().spawn(move || {
        let outcome = play(&thread_case, &thread_server, options);
        // Before the outcome is told: who waits for it may end the process, and the server that
        // somebody still holds then would go on without us.
        drop(thread_server);
        let _ = sender.send(outcome);
    });
    let waits: Duration = case.shortened.iter().map(|l| case.limit(l.flag, options.defaults)).sum();
    let outcome =
        started.ok().and_then(|_| receiver.recv_timeout(options.watchdog + 3 * waits).ok());
    outcome.unwrap_or_else(|| Outcome {
        transcript: Transcript::default(),
        verdict: Verdict::Fail(Box::new(Failure::new(
            Sort::Hung,
            "the case comes to its end",
            "it does not: it was given up",
        ))),
        log_start: server.log().map_or(0, |log| log.end()),
    })
}

fn play(case: &Case, server: &Server, options: Options) -> Outcome {
    let mut play = Play::new(case, server, options);
    let played = match &case.act {
        Act::Script(script) => play.run(script),
        Act::Function(function) => function(&mut play),
        Act::Nothing => Err(Failure::wrong("a case that does something", "an empty one").into()),
    };
    let transcript = std::mem::take(&mut play.transcript);
    let log_start = play.log_start;
    let ends_the_server = play.server_ends;
    // Its clients leave before a fresh one comes: the house may have been full.
    drop(play);
    let verdict = match played {
        Ok(()) if ends_the_server => Verdict::Pass,
        Ok(()) => survived(server),
        Err(Stop::Skip(reason)) => Verdict::Skip(reason),
        Err(Stop::Fail(failure)) => match has_ended(server, &failure) {
            true => survived(server),
            false => Verdict::Fail(failure),
        },
    };
    Outcome { transcript, verdict, log_start }
}

/// Whether the server has come to its end. The connections of one that crashes end a moment before
/// its process does.
fn has_ended(server: &Server, failure: &Failure) -> bool {
    let is_sudden = matches!(failure.sort, Sort::Ended | Sort::Gone);
    let patience = if is_sudden { LAST_MOMENT } else { Duration::ZERO };
    server.is_ours() && server.wait_for_exit(Instant::now() + patience).is_some()
}

/// Whatever a client does, the next one is served.
fn survived(server: &Server) -> Verdict {
    match server.serves() {
        Ok(()) => Verdict::Pass,
        Err(state) => Verdict::Fail(Box::new(Failure::new(
            Sort::Gone,
            "a fresh client is served afterwards",
            state,
        ))),
    }
}
