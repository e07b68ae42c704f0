//! The server under test: running somewhere, or started by us, and once more when it has ended.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::arguments::Target;
use super::compile::compile;
use super::first_look::{FirstLook, look};
use super::launch::{Launch, USUAL, answers};
use crate::case::Case;
use crate::play::Options;
use crate::server::{Greeting, Server};
use crate::wire::Wire;

/// A server that ends so often is not started any more.
const MAX_STARTS: usize = 60;
/// Somebody else's server is asked for so long before we say that nobody is there.
const KNOCKING: Duration = Duration::from_millis(300);

pub struct Host {
    launch: Option<Launch>,
    /// Only one of them can run at a time: it chooses its port itself.
    pub is_fixed: bool,
    /// What it says when it is asked for help; empty where we cannot ask.
    help: String,
    websocket: Option<String>,
    pub first_look: FirstLook,
    shared: Mutex<Shared>,
}

struct Shared {
    server: Arc<Server>,
    starts: usize,
    /// It is gone for good, and why.
    gone: Option<String>,
}

impl Host {
    /// Finds the server or starts it, and has a first look at it.
    pub fn open(
        target: Target,
        websocket: Option<String>,
        options: Options,
    ) -> Result<Host, String> {
        let launch = match target {
            Target::At(addresses) => {
                let server = Server::at(knock(&addresses)?);
                return Ok(Host::new(None, websocket, server, options));
            }
            Target::Crate(folder) => Launch::Program(compile(&folder)?),
            Target::Command { dir, command } => Launch::Command { dir, command },
        };
        let server = launch.start(&[], true)?;
        let mut host = Host::new(Some(launch), websocket, server, options);
        if options.stage == 4 && !host.is_fixed {
            host.help = host.launch.as_ref().map(Launch::help).unwrap_or_default();
        }
        Ok(host)
    }

    fn new(
        launch: Option<Launch>,
        websocket: Option<String>,
        mut server: Server,
        options: Options,
    ) -> Host {
        server.websocket.clone_from(&websocket);
        let first_look = look(&mut server, options);
        let is_fixed = launch.as_ref().is_none_or(|launch| launch.is_fixed(server.address));
        let shared = Shared { server: Arc::new(server), starts: 1, gone: None };
        Host {
            launch,
            is_fixed,
            help: String::new(),
            websocket,
            first_look,
            shared: Mutex::new(shared),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_started_by_us(&self) -> bool {
        self.launch.is_some()
    }

    pub fn address(&self) -> SocketAddr {
        self.lock().server.address
    }

    /// Where somebody finds it who starts it by hand: a program is told no port then, and a command
    /// listens where it did.
    pub fn address_by_hand(&self) -> SocketAddr {
        match self.launch {
            Some(Launch::Program(_)) => USUAL.into(),
            _ => self.address(),
        }
    }

    /// Why it is gone for good, if it is.
    pub fn gone(&self) -> Option<String> {
        self.lock().gone.clone()
    }

    /// The one server that most cases share, started again if it has ended.
    pub fn shared(&self) -> Result<Arc<Server>, String> {
        let mut shared = self.lock();
        if let Some(gone) = &shared.gone {
            return Err(gone.clone());
        }
        if shared.server.exit_status().is_none() {
            return Ok(Arc::clone(&shared.server));
        }
        let Some(launch) = &self.launch else {
            return Ok(Arc::clone(&shared.server));
        };
        shared.starts += 1;
        let started = match shared.starts {
            ..=MAX_STARTS => launch.start(&[], self.is_fixed),
            _ => Err(format!("it has ended {MAX_STARTS} times")),
        };
        match started {
            Ok(server) => {
                shared.server = Arc::new(self.prepared(server));
                Ok(Arc::clone(&shared.server))
            }
            Err(error) => {
                let gone = format!("the server could not be started again: {error}");
                shared.gone = Some(gone.clone());
                Err(gone)
            }
        }
    }

    /// A server that a case has to itself, with its flags.
    pub fn own(&self, case: &Case) -> Result<Arc<Server>, String> {
        let launch = self.launch.as_ref().ok_or("only a server that is started")?;
        let server = launch.start(&case.arguments(false), false)?;
        Ok(Arc::new(self.prepared(server)))
    }

    fn prepared(&self, mut server: Server) -> Server {
        server.websocket.clone_from(&self.websocket);
        server.greeting = match self.first_look.wants_upgrade {
            true => Greeting::Upgrade,
            false => Greeting::Page,
        };
        server
    }

    /// Somebody else's server takes no connection any more: nothing can be tried from now on.
    pub fn notice_that_it_is_gone(&self) {
        let address = self.address();
        if !self.is_started_by_us() && knock(&[address]).is_err() {
            let gone = format!("nobody listens on {address} any more");
            self.lock().gone = Some(gone);
        }
    }

    /// The first flag of a case that the server does not know.
    pub fn lacks(&self, case: &Case) -> Option<String> {
        let flags = case.arguments(false);
        flags.into_iter().find(|flag| flag.starts_with("--") && !self.help.contains(flag.as_str()))
    }
}

/// The first of these addresses where somebody listens.
fn knock(addresses: &[SocketAddr]) -> Result<SocketAddr, String> {
    let deadline = Instant::now() + KNOCKING;
    let mut reason = String::new();
    loop {
        for address in addresses {
            match Wire::connect(*address) {
                Ok(wire) => {
                    answers(wire);
                    return Ok(*address);
                }
                Err(error) => reason = error.to_string(),
            }
        }
        if deadline < Instant::now() {
            let shown = addresses.first().map(SocketAddr::to_string).unwrap_or_default();
            return Err(format!("nobody listens on {shown} ({reason}). Is the server running?"));
        }
        std::thread::sleep(Duration::from_millis(30));
    }
}
