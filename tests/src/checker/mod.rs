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
pub mod trial;

use std::env;
use std::io::{self, IsTerminal, Write, stdout};
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::case::{Case, Delivery};
use crate::play::Options;
use crate::processes;
use crate::report::ByHand;
use crate::run::Verdict;
use arguments::Arguments;
use host::Host;
use progress::Progress;
use schedule::Schedule;
use show::{Show, json_line};
use summary::{results, sentence_of_some, skips};
use trial::Trial;

/// Something failed.
const FAILED: u8 = 1;
/// It could not be tried.
const NOT_TRIED: u8 = 2;
/// The code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;
/// No case is begun after this time, whatever the server does.
const WHOLE_RUN: Duration = Duration::from_secs(180);

/// Checks a server, tells what came of it, and gives the exit code.
pub fn check(arguments: &Arguments) -> ExitCode {
    processes::group();
    let _ = ctrlc::set_handler(|| {
        processes::end_all();
        process::exit(INTERRUPTED);
    });
    let examined = examine(arguments, true);
    // A case that was given up holds its server for as long as its thread lives, which is until our
    // own end; and what ends with us is not dropped.
    processes::end_all();
    match examined {
        Ok(examination) => {
            print(&match arguments.json {
                true => examination.json(),
                false => examination.tell(arguments, has_colours()),
            });
            examination.exit_code()
        }
        Err(error) => {
            eprintln!("cannot check: {error}");
            ExitCode::from(NOT_TRIED)
        }
    }
}

/// What came of a check.
pub struct Examination {
    pub trials: Vec<Trial>,
    by_hand: ByHand,
    /// The cases that failed beside others and passed alone.
    recovered: Vec<Arc<Case>>,
    /// Why it came to an early end, if it did.
    gone: Option<String>,
}

/// Puts the cases to the server. `aloud`: says what it does meanwhile.
pub fn examine(arguments: &Arguments, aloud: bool) -> Result<Examination, String> {
    let cases = select::select(arguments)?;
    let (target, websocket) = arguments.target()?;
    let plain = Options::new(arguments.stage, Delivery::Whole);
    let options = Options {
        rules_only: arguments.rules_only,
        patience: arguments.patience,
        watchdog: arguments.case_time,
        seed: arguments.seed.unwrap_or(plain.seed),
        ..plain
    };
    let host = Host::open(target, websocket.clone(), options)?;
    let is_read_by_people = aloud && !arguments.json;
    if is_read_by_people {
        print(&introduction(&host, arguments, cases.len()));
    }
    let progress = Progress::new(cases.len(), is_read_by_people);
    let deadline = Instant::now() + WHOLE_RUN;
    let mut schedule = Schedule::new(&host, options, &progress, deadline);
    let trials = schedule.run(&cases);
    progress.clear();
    let recovered = schedule.recovered;
    let by_hand = ByHand { address: host.address_by_hand(), websocket };
    Ok(Examination { trials, by_hand, recovered, gone: host.gone() })
}

fn introduction(host: &Host, arguments: &Arguments, count: usize) -> String {
    let address = host.address();
    let (server, stage) = (arguments.server(), arguments.stage);
    let place = match server == address.to_string() {
        true => String::new(),
        false => format!(" at {address}"),
    };
    let cases = if count == 1 { "case" } else { "cases" };
    let mut out = format!("Checking {server}{place}, stage {stage}: {count} {cases}.\n\n");
    let look = host.first_look;
    if !look.answers {
        out.push_str("It takes connections and answers nothing, not even GET /.\n\n");
    }
    if look.is_one_at_a_time {
        out.push_str("It serves one client at a time: the cases run one after the other.\n\n");
    }
    out
}

impl Examination {
    /// All of it in words.
    pub fn tell(&self, arguments: &Arguments, has_colours: bool) -> String {
        let mut show = Show::new(arguments, &self.by_hand, has_colours);
        show.trials(&self.trials);
        if let Some(gone) = &self.gone {
            show.say(&format!("The run has come to an early end: {gone}.\n"));
        }
        if let Some(words) = self.recovery() {
            show.say(&words);
        }
        for line in skips(&self.trials) {
            show.say(&line);
        }
        if !arguments.only.is_empty() {
            let is_good = self.trials.iter().all(|trial| trial.failure().is_none());
            show.sentence(&sentence_of_some(&self.trials), is_good);
            return show.text;
        }
        for result in results(&self.trials) {
            show.sentence(&result.sentence(), result.is_good());
        }
        show.text
    }

    /// Which cases passed only when they were tried once more, and what that may mean.
    fn recovery(&self) -> Option<String> {
        let first = self.recovered.first()?;
        let name = format!("{} {}", first.id, first.name);
        let question = "does your server share something between its clients?";
        Some(match (self.recovered.len(), self.trials.len()) {
            (_, 1) => "It failed, and passed when it was tried once more: on a busy machine that \
                       happens, else your server does not do the same each time.\n"
                .into(),
            (1, _) => {
                format!("1 case failed beside others and passed alone, {name}: {question}\n")
            }
            (count, _) => format!(
                "{count} cases failed beside others and passed alone, such as {name}: {question}\n"
            ),
        })
    }

    /// A line for each case, for programs to read.
    pub fn json(&self) -> String {
        self.trials.iter().map(|trial| json_line(trial) + "\n").collect()
    }

    fn exit_code(&self) -> ExitCode {
        let has = |is: fn(&Verdict) -> bool| self.trials.iter().any(|trial| is(&trial.verdict));
        if has(|verdict| matches!(verdict, Verdict::Fail(_))) {
            return ExitCode::from(FAILED);
        }
        match has(|verdict| matches!(verdict, Verdict::Pass)) {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(NOT_TRIED),
        }
    }
}

/// Colours are for terminals, and for people who want them.
fn has_colours() -> bool {
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stdout().is_terminal() && !is_unwanted
}

/// Like `print!`, which panics when nobody reads any more (`| head`).
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
