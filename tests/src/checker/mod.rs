//! The checker: the cases put to a server in any language, running or started here.
//!
//! [`arguments`] says what is wanted, [`select`] which cases, [`host`] holds the server (which
//! [`launch`] starts, [`compile`] builds, and [`first_look`] looks at), [`schedule`] runs, a
//! [`trial`] is one case, [`show`] and [`summary`] tell.

pub mod arguments;
mod compile;
mod first_look;
mod host;
mod launch;
mod progress;
mod schedule;
mod select;
mod show;
mod summary;
mod trial;

use std::process::{self, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::case::{Case, Delivery};
use crate::play::Options;
use crate::processes;
use crate::run::Verdict;
use arguments::Arguments;
use host::Host;
use progress::Progress;
use schedule::Schedule;
use show::Show;
use summary::{results, skips};
use trial::Trial;

/// Something failed.
const FAILED: u8 = 1;
/// It could not be tried.
const NOT_TRIED: u8 = 2;
/// The code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;
/// No case is begun after this time, whatever the server does.
const WHOLE_RUN: Duration = Duration::from_secs(180);
/// No case takes longer.
const ONE_CASE: Duration = Duration::from_secs(30);

/// Checks a server, and tells the exit code.
pub fn check(arguments: &Arguments) -> ExitCode {
    processes::group();
    let _ = ctrlc::set_handler(|| {
        processes::end_all();
        process::exit(INTERRUPTED);
    });
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cannot check: {error}");
            ExitCode::from(NOT_TRIED)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let cases = select::select(arguments)?;
    let (target, websocket) = arguments.target()?;
    let plain = Options::new(arguments.stage, Delivery::Whole);
    let options = Options {
        rules_only: arguments.rules_only,
        patience: arguments.patience,
        watchdog: ONE_CASE,
        seed: arguments.seed.unwrap_or(plain.seed),
        ..plain
    };
    let host = Host::open(target, websocket, options)?;
    let mut show = Show::new(arguments, host.address());
    introduce(&show, &host, arguments, cases.len());

    let progress = Progress::new(cases.len(), !arguments.json);
    let deadline = Instant::now() + WHOLE_RUN;
    let mut schedule = Schedule::new(&host, options, &progress, deadline);
    let trials = schedule.run(&cases);
    progress.clear();
    show.trials(&trials);
    conclude(&show, &host, &schedule.recovered, &trials);
    Ok(exit_code(&trials))
}

fn introduce(show: &Show, host: &Host, arguments: &Arguments, count: usize) {
    let address = host.address();
    let (server, stage) = (arguments.server(), arguments.stage);
    let place = match server == address.to_string() {
        true => String::new(),
        false => format!(" at {address}"),
    };
    show.say(&format!("Checking {server}{place}, stage {stage}: {count} cases.\n"));
    let look = host.first_look;
    if !look.answers {
        show.say("It takes connections and answers nothing, not even GET /.\n");
    }
    if look.is_one_at_a_time {
        show.say("It serves one client at a time: the cases run one after the other.\n");
    }
}

fn conclude(show: &Show, host: &Host, recovered: &[Arc<Case>], trials: &[Trial]) {
    if let Some(gone) = host.gone() {
        show.say(&format!("The run has come to an early end: {gone}.\n"));
    }
    if let Some(first) = recovered.first() {
        let count = recovered.len();
        show.say(&format!(
            "{count} cases failed beside others and passed alone, such as {} {}: does your \
             server share something between its clients?\n",
            first.id, first.name
        ));
    }
    for line in skips(trials) {
        show.say(&line);
    }
    for result in results(trials) {
        show.sentence(&result.sentence(), result.is_good());
    }
}

fn exit_code(trials: &[Trial]) -> ExitCode {
    let has = |is: fn(&Verdict) -> bool| trials.iter().any(|trial| is(&trial.verdict));
    if has(|verdict| matches!(verdict, Verdict::Fail(_))) {
        return ExitCode::from(FAILED);
    }
    match has(|verdict| matches!(verdict, Verdict::Pass)) {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(NOT_TRIED),
    }
}
