//! Typed by hand, a case looks as in its transcript.

use std::sync::{Arc, Mutex};
use std::thread;

use course::case::{Act, Case, Delivery};
use course::cases;
use course::expect::Expect;
use course::play::Options;
use course::run::{Verdict, run};
use course::script::{Action, Message, Script};
use course::talk::write;

use super::{patience, server, talk};

const STAGE: u8 = 4;
const THREADS: usize = 8;

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
    script.steps.iter().all(|step| step.client.is_empty() && same(&step.action))
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
            while let Some(case) = waiting.lock().expect("no panic under the lock").pop() {
                let case = Arc::new(case);
                let options = Options::new(STAGE, Delivery::Whole);
                let outcome = run(&case, &server, options);
                let Act::Script(script) = &case.act else { continue };
                let lines = write::script(script, Delivery::Whole).join("\n");
                let address = server.address.to_string();
                let (printed, _) = talk(&address, patience(STAGE), &lines);
                let by_hand = briefly(&printed);
                let transcript = outcome.transcript.render();
                // A case may stop to look before the connection ends.
                let same = by_hand.starts_with(&transcript);
                if !same || !matches!(outcome.verdict, Verdict::Pass) {
                    let name = format!("{} {}", case.id, case.name);
                    different.push(format!("{name}\n{transcript}\nby hand:\n{by_hand}"));
                }
            }
            different
        })
    });
    let workers: Vec<_> = workers.collect();
    let different: Vec<String> =
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect();
    assert!(different.is_empty(), "{} of {count}:\n{}", different.len(), different.join("\n"));
}
