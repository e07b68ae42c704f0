//! The server under test: one that we start and whose output we read, or one at an address.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Stop;
use crate::log::Log;
use crate::processes;
use crate::request::{get, upgrade};
use crate::wire::Wire;

const START_TIMEOUT: Duration = Duration::from_secs(20);
const SERVE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a process may take to end after its connections.
pub const LAST_MOMENT: Duration = Duration::from_millis(200);
/// How often the state of a process is looked at while we wait for its end.
const POLL: Duration = Duration::from_millis(5);
const LISTENING: &str = "Listening on http://";

/// Where our stages speak WebSocket.
pub const WEBSOCKET: &str = "/websocket";
/// So many of its last lines are shown of a server that has ended.
const LAST_LINES: usize = 5;

/// What any server answers, so that one sees that it serves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Greeting {
    Page,
    /// One without pages may drop whoever does not ask for an upgrade.
    Upgrade,
}

pub struct Server {
    pub address: SocketAddr,
    /// Where it speaks WebSocket, if not where our stages do.
    pub websocket: Option<String>,
    pub greeting: Greeting,
    process: Option<Process>,
}

struct Process {
    /// What was started, if it is known how it takes its arguments.
    program: Option<PathBuf>,
    id: u32,
    child: Mutex<Child>,
    log: Arc<Log>,
}

/// The target of a request for WebSocket, where that is spoken at this path.
pub fn target_at(websocket: Option<&str>, target: &str) -> String {
    match (websocket, target.split_once(WEBSOCKET)) {
        (Some(path), Some((before, behind))) => format!("{before}{path}{behind}"),
        _ => target.to_string(),
    }
}

impl Server {
    fn new(address: SocketAddr, process: Option<Process>) -> Server {
        Server { address, websocket: None, greeting: Greeting::Page, process }
    }

    /// A server that somebody else runs.
    pub fn at(address: SocketAddr) -> Server {
        Server::new(address, None)
    }

    /// Starts one of our stages, or one like them, and waits until it says where it listens.
    pub fn start(command: Command) -> Result<Server, String> {
        let mut server = Server::spawn(command, true)?;
        let log = server.log().map_err(|_| "there is no log")?;
        let listening = log.wait_for(LISTENING, 0, Instant::now() + START_TIMEOUT);
        if listening.is_none() {
            let printed = log.since(0).join("\n");
            return Err(format!(
                "the server never printed \"{LISTENING}…\". It printed:\n{printed}"
            ));
        }
        server.address = server.printed_address().ok_or("it prints no address to connect to")?;
        Ok(server)
    }

    /// Starts a server whose address is not known yet. `takes_arguments`: it takes those of our
    /// stages, so that cases may start it with their own.
    pub fn spawn(mut command: Command, takes_arguments: bool) -> Result<Server, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = processes::start(&mut command);
        let mut child = started.map_err(|error| {
            format!("cannot start {}: {error}", command.get_program().to_string_lossy())
        })?;
        let log = Arc::new(Log::default());
        if let Some(pipe) = child.stdout.take() {
            log.drain(pipe);
        }
        if let Some(pipe) = child.stderr.take() {
            log.drain(pipe);
        }
        let program = takes_arguments.then(|| PathBuf::from(command.get_program()));
        let id = child.id();
        let process = Process { program, id, child: Mutex::new(child), log };
        Ok(Server::new(SocketAddr::from(([127, 0, 0, 1], 0)), Some(process)))
    }

    /// The address in its `Listening on` line, once it has printed one.
    pub fn printed_address(&self) -> Option<SocketAddr> {
        let lines = self.process.as_ref()?.log.since(0);
        let address = lines.iter().find_map(|line| line.split(LISTENING).nth(1))?;
        // Behind it may stand a path, or words.
        let end = address.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(address.len());
        address[..end].to_socket_addrs().ok()?.next()
    }

    /// How it ended and what it printed last, in words, if it has ended.
    pub fn obituary(&self) -> Option<String> {
        let status = self.exit_status()?;
        let process = self.process.as_ref()?;
        process.log.wait_for_end(Instant::now() + Duration::from_millis(500));
        let mut lines = process.log.since(0);
        lines.retain(|line| !line.trim().is_empty());
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        Some(match last.is_empty() {
            true => format!("the server ended ({status}) and printed nothing"),
            false => {
                format!("the server ended ({status}). Its last lines:\n    {}", last.join("\n    "))
            }
        })
    }

    /// The target of a request for WebSocket, as this server has it.
    pub fn target(&self, target: &str) -> String {
        target_at(self.websocket.as_deref(), target)
    }

    /// Whether we started it.
    pub fn is_ours(&self) -> bool {
        self.process.is_some()
    }

    /// What it printed, if we started it.
    pub fn log(&self) -> Result<&Log, Stop> {
        let process = self.process.as_ref().map(|process| process.log.as_ref());
        process.ok_or_else(|| Stop::Skip("needs the server started by the checker".into()))
    }

    /// What was started, to start it once more with other arguments.
    pub fn program(&self) -> Result<PathBuf, Stop> {
        let Some(process) = &self.process else {
            return Err(Stop::Skip("needs the server started by the checker".into()));
        };
        let unknown = "needs a crate: how a command takes its arguments is not known";
        process.program.clone().ok_or_else(|| Stop::Skip(unknown.into()))
    }

    pub fn process_id(&self) -> Result<u32, Stop> {
        let process = self.process.as_ref().map(|process| process.id);
        process.ok_or_else(|| Stop::Skip("needs the server started by the checker".into()))
    }

    /// How it ended, if it has.
    pub fn exit_status(&self) -> Option<ExitStatus> {
        let process = self.process.as_ref()?;
        let mut child = process.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.try_wait().ok().flatten()
    }

    /// Waits for its end.
    pub fn wait_for_exit(&self, deadline: Instant) -> Option<ExitStatus> {
        while self.exit_status().is_none() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        self.exit_status()
    }

    /// Sends a signal such as `TERM`. The `kill` of the system does it, so that we need no unsafe
    /// code; where there is none, the case is skipped.
    pub fn signal(&self, name: &str) -> Result<(), Stop> {
        let id = self.process_id()?.to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        match sent {
            Ok(status) if status.success() => Ok(()),
            _ => Err(Stop::Skip(format!("cannot send SIG{name} here"))),
        }
    }

    /// That it has ended, if it has, or these words. A process ends a moment after its sockets.
    fn end_or(&self, otherwise: String) -> String {
        if self.is_ours() {
            self.wait_for_exit(Instant::now() + LAST_MOMENT);
        }
        self.obituary().unwrap_or(otherwise)
    }

    /// Whether a fresh client gets an answer; the error says what happened instead.
    pub fn serves(&self) -> Result<(), String> {
        let deadline = Instant::now() + SERVE_TIMEOUT;
        let mut wire = Wire::connect(self.address).map_err(|error| {
            self.end_or(format!("the server takes no connection any more ({error})"))
        })?;
        let request = match self.greeting {
            Greeting::Page => get("/").header("Connection", "close"),
            Greeting::Upgrade => upgrade(&self.target(WEBSOCKET)),
        };
        wire.send(&request.bytes(), deadline);
        while wire.received.is_empty() && wire.end.is_none() {
            if !wire.wait(deadline) {
                return Err("the server no longer answers".into());
            }
        }
        match wire.received.is_empty() {
            false => Ok(()),
            true => Err(self.end_or("the server drops a fresh client without an answer".into())),
        }
    }

    /// Ends it if we started it, whoever else still holds it.
    pub fn end(&self) {
        if let Some(process) = &self.process {
            let mut child = process.child.lock().unwrap_or_else(PoisonError::into_inner);
            processes::end(&mut child);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
