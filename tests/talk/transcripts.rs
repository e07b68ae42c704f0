//! Typed by hand, a case looks as in its transcript.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use course::case::{Act, Case, Delivery};
use course::cases;
use course::expect::Expect;
use course::play::Options;
use course::run::{Verdict, run};
use course::script::{Action, Message, Script};
use course::server::Server;
use course::talk::write;

use super::{patience, server, talk};

const STAGE: u8 = 4;
/// Sessions wait more than they work.
const THREADS: usize = 32;
/// Enough on a machine that has little else to do; where it was not, all is tried once more.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// Whether the transcript can be the same: one client, and nothing that only the case knows, such
/// as what raw bytes are in words.
fn is_comparable(script: &Script) -> bool {
    let same = |action: &Action| match action {
        Action::Send(Message::Raw(..)) | Action::Log(_) | Action::NotLogged(_) => false,
        Action::Send(_) => true,
        Action::Expect(Expect::Gone | Expect::Silence(_)) => false,
        Action::Expect(Expect::Response(answer)) => answer.status != 101,
        Action::Expect(_) => true,
        _ => true,
    };
    // What follows a Close is sent together with it.
    let lines = write::script(script, Options::new(STAGE, Delivery::Whole));
    let together = lines.iter().any(|line| line.starts_with("hold "));
    !together && script.steps.iter().all(|step| step.client.is_empty() && same(&step.action))
}

/// A plain upgrade is one line each way in a case; by hand all of it is shown.
fn briefly(printed: &str) -> String {
    let mut out = String::new();
    let mut in_upgrade = false;
    for line in printed.lines() {
        if line.starts_with('>') || line == "→" && in_upgrade {
            continue;
        }
        let path = line.strip_prefix("→ GET ").and_then(|rest| rest.strip_suffix(" HTTP/1.1"));
        match path.filter(|_| printed.contains("101 Switching")) {
            Some(path) => {
                in_upgrade = true;
                out.push_str(&format!("→ upgrade {path}\n"));
            }
            None if in_upgrade && line.starts_with("← HTTP") => {
                out.push_str(&format!("{line}\n"))
            }
            None if in_upgrade && line == "←" => in_upgrade = false,
            None if in_upgrade => {}
            None => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

#[test]
fn cases_typed_by_hand_look_as_their_transcripts() {
    let server = Arc::new(server(STAGE));
    let mut cases: Vec<Case> = cases::all();
    cases.retain(|case| case.stages.contains(&STAGE) && !case.alone);
    cases.retain(|case| matches!(&case.act, Act::Script(script) if is_comparable(script)));
    let count = cases.len();
    assert!(100 < count, "only {count} cases");
    let waiting = Arc::new(Mutex::new(cases));
    let workers = (0..THREADS).map(|_| {
        let (waiting, server) = (Arc::clone(&waiting), Arc::clone(&server));
        thread::spawn(move || {
            let mut different = Vec::new();
            loop {
                let next = waiting.lock().expect("no panic under the lock").pop();
                let Some(case) = next else { return different };
                let case = Arc::new(case);
                let first = difference(&case, &server, SHORT_PATIENCE);
                let again = first.and_then(|_| difference(&case, &server, patience(STAGE)));
                different.extend(again);
            }
        })
    });
    let workers: Vec<_> = workers.collect();
    let different: Vec<String> =
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect();
    assert!(different.is_empty(), "{} of {count}:\n{}", different.len(), different.join("\n"));
}

/// Both transcripts, if they are not the same.
fn difference(case: &Arc<Case>, server: &Arc<Server>, patience: Duration) -> Option<String> {
    let Act::Script(script) = &case.act else { return None };
    let outcome = run(case, server, Options::new(STAGE, Delivery::Whole));
    let lines = write::script(script, Options::new(STAGE, Delivery::Whole)).join("\n");
    let (printed, _) = talk(&server.address.to_string(), patience, &lines);
    let by_hand = briefly(&printed);
    let transcript = outcome.transcript.render();
    // A case may have seen enough before the connection ends.
    if by_hand.starts_with(&transcript) && matches!(outcome.verdict, Verdict::Pass) {
        return None;
    }
    Some(format!("{} {}\n{transcript}\nby hand:\n{by_hand}", case.id, case.name))
}
