//! Servers that the checker starts by a command: this very program, as another one.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cli::{BOUND, Said, course, said, usual_port_is_free};
use crate::flawed::{self, Flaw};

/// Says which server this program is to be.
const ROLE: &str = "COURSE_TEST_SERVER";

/// Not a test: what the checker starts.
#[test]
#[ignore = "a server for the other tests"]
fn a_server_for_others() {
    let flaw = match env::var(ROLE).as_deref() {
        Ok("sound") => Flaw::Sound,
        Ok("one at a time") => Flaw::OneClientAtATime,
        Ok("answers nothing") => Flaw::AnswersNothing,
        Ok("answers no ping") => Flaw::PingNotAnswered,
        Ok("ends at a bad frame") => Flaw::EndsAtABadFrame,
        Ok("ends at once") => {
            eprintln!("cannot read settings.toml: no such file");
            process::exit(3);
        }
        _ => return,
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("Listening on http://{}", listener.local_addr().expect("an address"));
    flawed::serve(&listener, flaw);
}

/// The checker, to start this program in that role.
fn checker(role: &str, options: &[&str]) -> Command {
    let program = env::current_exe().expect("this program").to_string_lossy().into_owned();
    let name = "started::a_server_for_others";
    let started = ["--", &program, name, "--exact", "--ignored", "--nocapture", "--quiet"];
    let mut command = course(&[&["check"], options, &started].concat());
    command.env(ROLE, role);
    command
}

/// The cases with this verdict, and why.
fn cases(said: &Said, verdict: &str) -> Vec<(String, String)> {
    let lines = said.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_string();
    lines
        .filter(|line| line["verdict"] == verdict)
        .map(|line| (text(&line, "name"), text(&line, "why")))
        .collect()
}

fn names(cases: &[(String, String)]) -> Vec<&str> {
    cases.iter().map(|(name, _)| name.as_str()).collect()
}

/// Started by hand it listens where it did for the checker, and not where a crate of ours does.
#[test]
fn by_hand_a_command_is_where_it_was() {
    let said = said(checker("answers no ping", &["4", "--only", "a_ping_is_answered_with"]));
    assert_eq!(said.code, Some(1), "{}{}", said.stdout, said.stderr);
    let port = |line: &str| line.rsplit_once("127.0.0.1:").map(|(_, port)| port.to_string());
    let by_hand = said.stdout.lines().find(|line| line.contains("by hand:"));
    let first = said.stdout.lines().next().and_then(|line| line.split_once(','));
    let there = first.and_then(|(place, _)| port(place));
    assert!(there.is_some() && by_hand.and_then(port) == there, "{}", said.stdout);
}

#[test]
fn a_sound_server_is_found_by_its_line() {
    let said = said(checker("sound", &["2", "--rules-only", "--main-line"]));
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("Stage 2 works: 10 of 10."), "{}", said.stdout);
}

#[test]
fn a_server_that_serves_one_client_at_a_time() {
    let options = ["2", "--rules-only", "--patience", "1"];
    let told = said(checker("one at a time", &[&options[..], &["--main-line"]].concat()));
    assert!(told.stdout.contains("It serves one client at a time"), "{}", told.stdout);
    let told = said(checker("one at a time", &[&options[..], &["--json"]].concat()));
    let failed = cases(&told, "fail");
    let expected = ["a_silent_client_blocks_nobody", "sixteen_handshakes_at_once"];
    assert_eq!(names(&failed), expected);
}

#[test]
fn a_server_that_answers_nothing() {
    let started = Instant::now();
    let said = said(checker("answers nothing", &["1", "--patience", "0.3", "--main-line"]));
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.contains("answers nothing, not even GET /"), "{}", said.stdout);
    assert!(said.stdout.contains("nothing came in time"), "{}", said.stdout);
    assert!(said.stdout.contains("Stage 1 does not work yet: 0 of 8."), "{}", said.stdout);
    assert!(started.elapsed() < BOUND);
}

#[test]
fn a_server_that_ends_in_the_middle() {
    let rules = ["--only", "F1", "--only", "F5"];
    let options = [&["4", "--rules-only", "--json"], &rules[..]].concat();
    let said = said(checker("ends at a bad frame", &options));
    assert_eq!(said.code, Some(1));
    let failed = cases(&said, "fail");
    assert_eq!(failed.len(), 7, "{}", said.stdout);
    for (name, why) in &failed {
        assert!(name.contains("reserved_bit") || name.contains("rsv"), "{name}");
        let end = "the server ended (exit status: 101). Its last lines:";
        assert!(why.contains(end) || cfg!(windows), "{why}");
        assert!(why.contains("range end index 9 out of range"), "{why}");
    }
    assert_eq!(cases(&said, "pass").len(), 9, "it is started again: {}", said.stdout);
}

#[test]
fn a_server_that_ends_at_once() {
    let said = said(checker("ends at once", &["1"]));
    assert_eq!(said.code, Some(2));
    let end = "cannot check: the server ended (exit status: 3). Its last lines:\n";
    assert!(said.stderr.starts_with(end) || cfg!(windows), "{}", said.stderr);
    assert!(said.stderr.contains("cannot read settings.toml: no such file"), "{}", said.stderr);
}

#[test]
fn what_a_command_cannot_be_asked_for_is_skipped() {
    let said = said(checker("sound", &["4", "--json", "--only", "empty_fragments_count"]));
    let skipped = cases(&said, "skip");
    let (_, why) = skipped.first().expect("a skip");
    assert_eq!(why, "needs a server that can be started with --max-fragments 3");
}

/// A case that is given up waits on, on a thread of its own that holds the server.
#[test]
fn a_case_that_is_given_up_leaves_no_server_behind() {
    let options = ["4", "--rules-only", "--patience", "20", "--case-time", "0.3", "--only"];
    let said =
        said(checker("answers no ping", &[&options[..], &["a_ping_need_not_be_text"]].concat()));
    assert_eq!(said.code, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("it does not: it was given up"), "{}", said.stdout);
    ends(&address(&said.stdout));
}

/// Where the server listens, from the first line of the checker.
fn address(line: &str) -> String {
    let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split(',').next());
    format!("127.0.0.1:{}", port.expect("a port"))
}

/// Nobody listens there any more, soon.
fn ends(address: &str) {
    let deadline = Instant::now() + BOUND;
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "the server is still there");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Ctrl-C ends the checker and, with it, the server.
#[test]
#[cfg(unix)]
fn an_interrupt_leaves_no_server_behind() {
    let mut command = checker("answers nothing", &["1", "--patience", "2"]);
    let _free = usual_port_is_free();
    let mut checker = command.stdout(Stdio::piped()).spawn().expect("the checker runs");
    let mut lines = BufReader::new(checker.stdout.take().expect("a pipe")).lines();
    let first = lines.next().expect("a line").expect("a line");
    let address = address(&first);
    assert!(TcpStream::connect(&address).is_ok(), "{first}");
    let id = checker.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().expect("kill").success());
    let status = checker.wait().expect("an end");
    assert_eq!(status.code(), Some(130));
    ends(&address);
}
