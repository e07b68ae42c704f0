//! Starts a server, and finds out where it listens.

use std::ffi::OsString;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::request::get;
use crate::server::Server;
use crate::wire::Wire;

/// Where the servers of the course listen if nobody says otherwise.
pub const USUAL: ([u8; 4], u16) = ([127, 0, 0, 1], 6969);
/// How long a server may take until it listens. Interpreters are slow to start.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How long its first answer is waited for. Whether it came in time is asked later.
const FIRST_ANSWER: Duration = Duration::from_secs(1);
/// A server that prints where it listens does so before this has passed, mostly.
const BEFORE_THE_USUAL_PORT: Duration = Duration::from_millis(150);
const POLL: Duration = Duration::from_millis(10);

/// What is started.
pub enum Launch {
    /// A program that takes an address as its argument, or ignores it.
    Program(PathBuf),
    /// As it is, in this folder.
    Command { dir: PathBuf, command: Vec<OsString> },
}

impl Launch {
    /// Starts it, and waits until it listens. `may_be_usual`: it may do so where it was not told.
    pub fn start(&self, arguments: &[String], may_be_usual: bool) -> Result<Server, String> {
        let usual = SocketAddr::from(USUAL);
        let is_taken = may_be_usual && TcpListener::bind(usual).is_err();
        let mut server = self.spawn(arguments)?;
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if let Some(address) = server.printed_address() {
                server.address = reachable(address);
                if matches!(self, Launch::Command { .. }) {
                    first_answer(server.address, started + START_TIMEOUT);
                }
                return Ok(server);
            }
            if let Some(obituary) = server.obituary() {
                return Err(format!("{obituary}{}", taken(is_taken)));
            }
            let is_usual = may_be_usual && !is_taken && BEFORE_THE_USUAL_PORT < started.elapsed();
            if is_usual && Wire::connect(usual).is_ok_and(answers) {
                server.address = usual;
                return Ok(server);
            }
            thread::sleep(POLL);
        }
        let printed = server.log().map(|log| log.since(0)).unwrap_or_default();
        let first: Vec<&str> = printed.iter().take(5).map(String::as_str).collect();
        Err(format!(
            "it runs, but prints no line `Listening on http://ADDRESS:PORT`, and nobody listens on \
             {usual}{}. {}",
            taken(is_taken),
            match first.is_empty() {
                true => "It printed nothing (or did not flush what it printed)".into(),
                false => format!("It printed:\n    {}", first.join("\n    ")),
            }
        ))
    }

    fn spawn(&self, arguments: &[String]) -> Result<Server, String> {
        match self {
            Launch::Program(path) => {
                let mut command = Command::new(path);
                command.arg("127.0.0.1:0").args(arguments);
                Server::spawn(command, true)
            }
            Launch::Command { dir, command: words } => {
                let mut words = words.iter();
                let mut command = Command::new(words.next().ok_or("there is no command")?);
                // Python keeps back what it prints into a pipe.
                command.args(words).current_dir(dir).env("PYTHONUNBUFFERED", "1");
                Server::spawn(command, false)
            }
        }
    }

    /// Whether a server that listens there has chosen the port by itself, so that there can be only
    /// one at a time.
    pub fn is_fixed(&self, address: SocketAddr) -> bool {
        matches!(self, Launch::Command { .. }) || address.port() == USUAL.1
    }

    /// What the program says when it is asked for help; nothing if it does not end by itself.
    pub fn help(&self) -> String {
        let Launch::Program(path) = self else { return String::new() };
        let mut command = Command::new(path);
        command.arg("--help");
        let Ok(server) = Server::spawn(command, true) else { return String::new() };
        match server.wait_for_exit(Instant::now() + Duration::from_secs(2)) {
            Some(status) if status.success() => {
                server.obituary();
                server.log().map(|log| log.since(0).join("\n")).unwrap_or_default()
            }
            _ => String::new(),
        }
    }
}

fn taken(is_taken: bool) -> &'static str {
    match is_taken {
        true => {
            ".\nSomething else listens on 127.0.0.1:6969 already: an older copy of your server? \
             End it, and try again"
        }
        false => "",
    }
}

/// An address to connect to: who listens everywhere listens here, too.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::from((USUAL.0, address.port())),
        false => address,
    }
}

/// Some servers print first and listen afterwards.
fn first_answer(address: SocketAddr, deadline: Instant) {
    while Instant::now() < deadline {
        if Wire::connect(address).is_ok_and(answers) {
            return;
        }
        thread::sleep(POLL);
    }
}

/// An ordinary request and its answer: an early server may not survive a client that only comes
/// and goes. Whatever the answer is, the server listens.
pub fn answers(mut wire: Wire) -> bool {
    let deadline = Instant::now() + FIRST_ANSWER;
    wire.send(&get("/").header("Connection", "close").bytes(), deadline);
    while wire.end.is_none() && wire.wait(deadline) {}
    true
}
