//! One case, in all its deliveries, against one server.

use std::sync::Arc;

use super::host::Host;
use crate::case::{Act, Case, Delivery};
use crate::expect::Expect;
use crate::failure::{Failure, Sort};
use crate::play::Options;
use crate::run::{Outcome, Verdict, run};
use crate::script::{Action, Script};
use crate::server::Server;
use crate::transcript::Transcript;

/// Where a case is run.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// On the server that all share, beside other cases.
    Shared,
    /// On the same server, while nobody else is there.
    Alone,
    /// On a server of its own.
    Own,
    /// Nowhere, for this reason.
    Nowhere(String),
}

/// What came of a case.
pub struct Trial {
    pub case: Arc<Case>,
    /// How it was delivered the last time.
    pub options: Options,
    pub transcript: Transcript,
    pub verdict: Verdict,
}

impl Trial {
    pub fn skipped(case: &Arc<Case>, options: Options, reason: impl Into<String>) -> Trial {
        Trial {
            case: Arc::clone(case),
            options,
            transcript: Transcript::default(),
            verdict: Verdict::Skip(reason.into()),
        }
    }

    pub fn failure(&self) -> Option<&Failure> {
        match &self.verdict {
            Verdict::Fail(failure) => Some(failure),
            _ => None,
        }
    }
}

/// Where this case can be run.
pub fn place(case: &Case, host: &Host, options: Options) -> Place {
    if let Some(reason) = is_out_of_place(case, host, options) {
        return Place::Nowhere(reason);
    }
    let flags = case.arguments(false).join(" ");
    let is_quiet = case.alone || case.reads_log(options.stage);
    match (host.is_started_by_us(), host.is_fixed) {
        (false, _) if !flags.is_empty() => {
            Place::Nowhere(format!("needs the server started by the checker, with {flags}"))
        }
        (false, _) if needs_log(case, options.stage) => {
            Place::Nowhere("needs the server started by the checker".into())
        }
        (true, true) if !flags.is_empty() => {
            Place::Nowhere(format!("needs a server that can be started with {flags}"))
        }
        (true, false) if !flags.is_empty() => match host.lacks(case) {
            Some(flag) => Place::Nowhere(format!("needs {flag}, which its --help does not list")),
            None => Place::Own,
        },
        (true, false) if is_quiet => Place::Own,
        _ if is_quiet => Place::Alone,
        _ => Place::Shared,
    }
}

/// What need not hold for a server of another kind.
fn is_out_of_place(case: &Case, host: &Host, options: Options) -> Option<String> {
    let Act::Script(script) = &case.act else { return None };
    let takes =
        |step: &&crate::script::Step| matches!(&step.action, Action::Expect(Expect::Taken(_)));
    let is_silent = options.rules_only && options.stage == 3;
    if is_silent && script.steps.iter().any(|step| takes(&step)) {
        return Some("stage 3 answers nothing, and its log is our choice".into());
    }
    if options.rules_only && !host.first_look.has_page && wants_page(script) {
        return Some("there is no page at /".into());
    }
    None
}

fn wants_page(script: &Script) -> bool {
    script.steps.iter().any(|step| {
        matches!(&step.action, Action::Expect(Expect::Response(answer)) if answer.status == 200)
    })
}

/// Whether a line of the log has to be read, come what may.
fn needs_log(case: &Case, stage: u8) -> bool {
    let Act::Script(script) = &case.act else { return false };
    script.steps.iter().any(|step| match &step.action {
        Action::Log(_) | Action::NotLogged(_) => true,
        Action::Expect(Expect::Taken(_)) => stage == 3,
        _ => false,
    })
}

/// Runs a case in one delivery after the other, until one fails.
pub fn try_case(case: &Arc<Case>, place: &Place, host: &Host, options: Options) -> Trial {
    let mut last = Trial::skipped(case, options, "there is no delivery that fits");
    for delivery in case.useful_deliveries() {
        let options = Options { delivery, ..options };
        let server = match place {
            Place::Nowhere(reason) => return Trial::skipped(case, options, reason),
            Place::Own => host.own(case),
            Place::Shared | Place::Alone => host.shared(),
        };
        let outcome = match server {
            Ok(server) => {
                let outcome = explained(run(case, &server, options), &server);
                // A case that was given up still holds it, on its own thread.
                if *place == Place::Own {
                    server.end();
                }
                outcome
            }
            Err(error) => return Trial::skipped(case, options, error),
        };
        let is_first = matches!(last.verdict, Verdict::Skip(_)) || delivery == Delivery::Whole;
        match outcome.verdict {
            Verdict::Fail(_) => return trial(case, options, outcome),
            // The first transcript is the one to show.
            _ if is_first => last = trial(case, options, outcome),
            _ => {}
        }
    }
    last
}

fn trial(case: &Arc<Case>, options: Options, outcome: Outcome) -> Trial {
    let Outcome { transcript, verdict, .. } = outcome;
    Trial { case: Arc::clone(case), options, transcript, verdict }
}

/// Adds to a failure what the server printed of an error of its own.
fn explained(mut outcome: Outcome, server: &Server) -> Outcome {
    if let Verdict::Fail(failure) = &mut outcome.verdict
        && failure.sort != Sort::Wrong
        && let Ok(log) = server.log()
        && server.exit_status().is_none()
    {
        let lines = log.since(outcome.log_start);
        let errors = errors_in(&lines);
        if !errors.is_empty() {
            // Its other lines say less.
            let what = failure.got.split(":\n").next().unwrap_or_default();
            failure.got = format!("{what}. It printed:\n    {}", errors.join("\n    "));
        }
    }
    outcome
}

/// The last lines that look like an error. Rust says in the line behind what it was.
fn errors_in(lines: &[String]) -> Vec<&str> {
    const SIGNS: [&str; 5] = ["panicked at", "Traceback", "Error", "Exception", "error:"];
    const SHOWN: usize = 4;
    let mut found = Vec::new();
    let mut is_behind = false;
    for line in lines {
        let is_sign = SIGNS.iter().any(|sign| line.contains(sign));
        if is_sign || is_behind {
            found.push(line.as_str());
        }
        is_behind = line.contains("panicked at") && line.ends_with(':');
    }
    found.split_off(found.len().saturating_sub(SHOWN))
}

#[test]
fn of_an_error_the_place_and_the_reason_are_found() {
    let printed = "GET /\nthread '<unnamed>' (7) panicked at src/main.rs:7:5:\ntoo early\n\
                   note: run with `RUST_BACKTRACE=1`";
    let lines: Vec<String> = printed.lines().map(String::from).collect();
    assert_eq!(errors_in(&lines), [&lines[1], &lines[2]]);
    assert!(errors_in(&lines[..1]).is_empty());
}

#[cfg(all(test, unix))]
mod tests {
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::checker::arguments::Target;
    use crate::failure::Played;
    use crate::play::Play;

    const BOUND: Duration = Duration::from_secs(20);
    static HAS_ENDED: AtomicBool = AtomicBool::new(false);

    /// Goes on after it was given up, until its server ends.
    fn waits_for_the_end(play: &mut Play) -> Played {
        if play.server.wait_for_exit(Instant::now() + 3 * BOUND).is_some() {
            HAS_ENDED.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// At once, not only with the checker.
    #[test]
    fn a_server_of_its_own_ends_when_its_case_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        // The address is this test's own, where nobody answers.
        let script = format!("echo Listening on http://{address}; exec sleep 120");
        let command = ["sh".into(), "-c".into(), script.into()].into();
        let mut options = Options::new(1, Delivery::Whole);
        options.patience = Duration::from_millis(50);
        options.watchdog = Duration::from_millis(50);
        let target = Target::Command { dir: ".".into(), command };
        let host = Host::open(target, None, options).expect("it starts");
        let case = crate::case::case("F1", "waits").function(waits_for_the_end);
        let trial = try_case(&Arc::new(case), &Place::Own, &host, options);
        assert!(trial.failure().is_some_and(|failure| failure.sort == Sort::Hung));
        let deadline = Instant::now() + BOUND;
        while !HAS_ENDED.load(Ordering::Acquire) {
            assert!(Instant::now() < deadline, "its server is still there");
            thread::sleep(Duration::from_millis(20));
        }
    }
}
