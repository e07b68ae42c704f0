//! A server as a process of its own, so that its CPU time, memory and descriptors are its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cells::Kind;
use crate::peers::Peer;
use crate::system::{self, Cores};

/// What is needed to start any of them.
pub struct Launcher {
    /// This program: the peers are in it.
    pub bench: PathBuf,
    pub ours: PathBuf,
    pub before: Option<PathBuf>,
    pub cores: Option<Cores>,
}

/// Ends with its value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Launcher {
    pub fn start(&self, peer: Peer, kind: Kind) -> Result<Server, String> {
        let mut command = match (peer, &self.before) {
            (Peer::Ours, _) => self.ours_with_flags(&self.ours, kind),
            (Peer::Before, Some(before)) => self.ours_with_flags(before, kind),
            (Peer::Before, None) => return Err("there is no build from before".into()),
            _ => {
                let mut command = Command::new(&self.bench);
                command.args(["serve", peer.name()]);
                if kind == Kind::Broadcast {
                    command.arg("--room");
                }
                command
            }
        };
        Server::start_on(self.cores, &mut command)
    }

    /// Default flags, so all limits are on. Only the pace of a room is the bench's own.
    fn ours_with_flags(&self, path: &PathBuf, kind: Kind) -> Command {
        let mut command = Command::new(path);
        command.arg("127.0.0.1:0");
        if kind == Kind::Broadcast {
            command.args(["--room-rate", &u32::MAX.to_string()]);
        }
        command
    }
}

impl Server {
    /// Starts it on its core, and goes on on that of the load. A child starts on the core of its
    /// parent, with all the threads that it will have.
    pub fn start_on(cores: Option<Cores>, command: &mut Command) -> Result<Self, String> {
        let Some(cores) = cores else {
            return Self::start(command);
        };
        system::pin(cores.server)?;
        let server = Self::start(command);
        system::pin(cores.load)?;
        server
    }

    /// Starts it and waits for the line that tells where it listens.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().map_err(|error| format!("cannot start {name}: {error}"))?;
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { child, address: nowhere };
        let mut line = String::new();
        if let Some(output) = server.child.stdout.take() {
            let read = BufReader::new(output).read_line(&mut line);
            read.map_err(|error| format!("{name} cannot be heard: {error}"))?;
        }
        let address = line.trim().strip_prefix("Listening on http://");
        let address = address.and_then(|address| address.parse().ok());
        server.address = address.ok_or(format!("{name} says {line:?}, not where it listens"))?;
        Ok(server)
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as `kill` does.
    pub fn terminate(&self) -> Result<(), String> {
        let process = Pid::from_raw(self.child.id() as i32);
        kill(process, Signal::SIGTERM).map_err(|error| format!("cannot send SIGTERM: {error}"))
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
