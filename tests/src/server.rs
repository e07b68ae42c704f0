//! The server under test: one that we start and whose output we read, or one at an address.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Stop;
use crate::log::Log;
use crate::request::get;
use crate::wire::Wire;

const START_TIMEOUT: Duration = Duration::from_secs(20);
const SERVE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the state of a process is looked at while we wait for its end.
const POLL: Duration = Duration::from_millis(5);
const LISTENING: &str = "Listening on http://";

pub struct Server {
    pub address: SocketAddr,
    process: Option<Process>,
}

struct Process {
    program: PathBuf,
    id: u32,
    child: Mutex<Child>,
    log: Arc<Log>,
}

impl Server {
    /// A server that somebody else runs.
    pub fn at(address: SocketAddr) -> Server {
        Server { address, process: None }
    }

    /// Starts a server and waits until it says where it listens.
    pub fn start(mut command: Command) -> Result<Server, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("cannot start {command:?}: {error}"))?;
        let log = Arc::new(Log::default());
        if let Some(pipe) = child.stdout.take() {
            log.drain(pipe);
        }
        if let Some(pipe) = child.stderr.take() {
            log.drain(pipe);
        }
        let program = PathBuf::from(command.get_program());
        let id = child.id();
        let process = Process { program, id, child: Mutex::new(child), log: Arc::clone(&log) };
        // From here on dropping it ends the process, whatever goes wrong.
        let mut server =
            Server { address: SocketAddr::from(([127, 0, 0, 1], 0)), process: Some(process) };
        let listening = log.wait_for(LISTENING, 0, Instant::now() + START_TIMEOUT);
        let Some((line, _)) = listening else {
            let printed = log.since(0).join("\n");
            return Err(format!(
                "the server never printed \"{LISTENING}…\". It printed:\n{printed}"
            ));
        };
        let address = line.split(LISTENING).nth(1).unwrap_or_default().trim_end_matches('/').trim();
        let resolved = address.to_socket_addrs().ok().and_then(|mut all| all.next());
        server.address = resolved.ok_or(format!("\"{address}\" is no address to connect to"))?;
        Ok(server)
    }

    /// What it printed, if we started it.
    pub fn log(&self) -> Result<&Log, Stop> {
        let process = self.process.as_ref().map(|process| process.log.as_ref());
        process.ok_or_else(|| Stop::Skip("needs the server started by the checker".into()))
    }

    /// What was started, to start it once more with other arguments.
    pub fn program(&self) -> Result<PathBuf, Stop> {
        let program = self.process.as_ref().map(|process| process.program.clone());
        program.ok_or_else(|| Stop::Skip("needs the server started by the checker".into()))
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

    /// Whether a fresh client gets an answer; the error says what happened instead.
    pub fn serves(&self) -> Result<(), String> {
        let deadline = Instant::now() + SERVE_TIMEOUT;
        let mut wire = Wire::connect(self.address).map_err(|error| {
            let state = match self.exit_status() {
                Some(status) => format!("the server has ended ({status})"),
                None => "the server takes no connection".into(),
            };
            format!("{state}: {error}")
        })?;
        wire.send(&get("/").header("Connection", "close").bytes(), deadline);
        while wire.received.is_empty() && wire.end.is_none() {
            if !wire.wait(deadline) {
                return Err("the server no longer answers".into());
            }
        }
        match wire.received.is_empty() {
            false => Ok(()),
            true => Err("the server drops a fresh client without an answer".into()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &self.process {
            let mut child = process.child.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
