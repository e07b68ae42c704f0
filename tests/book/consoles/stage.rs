//! The folders of a reader and the server: what the steps of a block do to them.

use std::fs;
use std::process;
use std::time::{Duration, Instant};

use course::binary::PACKAGES;
use course::book::Temporary;
use course::book::git::Git;
use course::book::tree::{base, read, write};
use course::server::Server;

use super::build::{Builder, Listens, listening};
use super::curl::Own;
use super::page::{Block, State};
use super::report::Outcome;
use super::scene::{Act, Scene};
use super::shell::Shell;
use super::typed::{ADDRESS, Command, Step, command};

/// How long the server's lines may take to come.
pub const LOG_TIME: Duration = Duration::from_secs(5);
const LISTENING: &str = "Listening on http://";

pub struct Stage<'a> {
    pub scene: &'a Scene,
    pub shell: Shell<'a>,
    pub server: Option<Server>,
    /// Where the server's log stood when the last console block began.
    pub since: usize,
    pub own: Own,
}

impl<'a> Stage<'a> {
    pub fn new(
        scene: &'a Scene,
        builder: &'a Builder,
        folder: &Temporary,
        page: &str,
    ) -> Result<Stage<'a>, String> {
        let shell = Shell { builder, root: folder.path.clone() };
        let stage = Stage { scene, shell, server: None, since: 0, own: Own::of(page) };
        stage.furnish()?;
        Ok(stage)
    }

    fn has(&self, word: &str) -> bool {
        self.scene.commands().iter().any(|command| command.contains(word))
    }

    /// The folders as a reader has them.
    fn furnish(&self) -> Result<(), String> {
        let root = &self.shell.root;
        let fault = |error| format!("cannot create the folders: {error}");
        fs::create_dir(root.join("course")).map_err(fault)?;
        if self.has("cargo new") {
            return Ok(());
        }
        let mut tree = self.shell.builder.tree(&self.scene.state)?;
        if self.has("course check") {
            tree = listening(&tree, &Listens::Anywhere)?;
        }
        let server = root.join("server");
        write(&tree, &server)?;
        self.shell.builder.write_lock(&server)?;
        if self.has("git ") {
            let git = Git::own(&server);
            git.run(&["init", "--quiet"])?;
        }
        Ok(())
    }

    pub fn act(&mut self, block: &Block, act: &Act) -> Result<Outcome, String> {
        let Act::Console(steps) = act else {
            return self.log(block);
        };
        for line in &block.markers.first {
            let command = command(line)
                .ok_or_else(|| format!("`first: {line}` needs a prompt, such as `course$`"))?;
            self.need_server(&command.line)?;
            self.commands(&[command])?;
        }
        let needed = steps.iter().any(|step| match step {
            Step::Talk { shown, .. } => !shown.is_empty(),
            Step::Shell(commands) => commands.iter().any(|command| is_about_server(&command.line)),
            Step::Run(command) => !starts_server(command),
        });
        if needed {
            self.start()?;
        }
        self.since = match &self.server {
            Some(server) => server.log().map_err(|_| "there is no log")?.end(),
            None => 0,
        };
        let mut outcome = Outcome::default();
        for step in steps {
            match step {
                Step::Talk { command, talk, shown } => {
                    self.talk(command.as_ref(), talk, shown, &mut outcome)?;
                }
                Step::Shell(commands) => {
                    let printed = self.commands(commands)?;
                    for (command, came) in commands.iter().zip(printed) {
                        self.judge(command, came, &mut outcome);
                    }
                }
                Step::Run(command) => {
                    let came = self.run(command)?;
                    self.judge(command, came, &mut outcome);
                }
            }
        }
        if self.has("cargo new") && read(&self.shell.root.join("server"))? != base() {
            return Err("`cargo new` writes something else than the book begins with".into());
        }
        Ok(outcome)
    }

    fn need_server(&mut self, line: &str) -> Result<(), String> {
        if is_about_server(line) { self.start() } else { Ok(()) }
    }

    /// The server of this state, unless it runs already.
    fn start(&mut self) -> Result<(), String> {
        if self.server.as_ref().is_some_and(|server| server.exit_status().is_none()) {
            return Ok(());
        }
        let program = self.shell.builder.program(&self.scene.state, &Listens::Anywhere)?;
        let mut command = process::Command::new(&program.path);
        command.args(program.argument).env_remove("RUST_BACKTRACE");
        self.server = Some(self.shell.builder.start(command, true)?);
        Ok(())
    }

    pub fn real(&self) -> Option<(String, u32)> {
        let server = self.server.as_ref()?;
        Some((server.address.to_string(), server.process_id().ok()?))
    }

    fn commands(&self, commands: &[Command]) -> Result<Vec<Vec<String>>, String> {
        let real = self.real();
        let real = real.as_ref().map(|(address, id)| (address.as_str(), *id));
        let printed = self.shell.run(commands, real)?;
        for (command, printed) in commands.iter().zip(&printed) {
            if command.shown.is_empty() && !printed.success {
                return Err(format!("`{}` fails:\n{}", command.line, printed.lines.join("\n")));
            }
        }
        Ok(printed.into_iter().map(|printed| printed.lines).collect())
    }

    /// `cargo run`, as the server from now on or beside the one that runs.
    fn run(&mut self, command: &Command) -> Result<Vec<String>, String> {
        let starts = starts_server(command);
        let listens = match (starts, self.server.as_ref()) {
            (false, Some(server)) => Listens::At(server.address.to_string()),
            _ => Listens::Anywhere,
        };
        // `cargo run -p step2-handshake` in the clone.
        let mut words = command.line.split_whitespace();
        let named = words.find_map(|word| PACKAGES.iter().find(|package| **package == word));
        let state = named.map_or(self.scene.state.clone(), |package| State::Crate(package));
        let program = self.shell.builder.program(&state, &listens)?;
        let bash = self.shell.bash(&self.shell.script(command, None), Some(&program));
        let server = match starts {
            true => {
                self.server = None;
                self.shell.builder.start(bash, true)?
            }
            false => self.shell.builder.start(bash, false)?,
        };
        let log = server.log().map_err(|_| "there is no log")?;
        if !starts {
            // It ends, or it listens: then there is nothing more to wait for.
            log.wait_for(LISTENING, 0, Instant::now() + LOG_TIME);
        }
        let lines = log.since(0);
        if starts {
            self.server = Some(server);
        }
        Ok(lines)
    }
}

fn is_about_server(line: &str) -> bool {
    line.contains("127.0.0.1:6969") || line.contains("127.0.0.1/6969") || line.contains("-C server")
}

/// Whether this `cargo run` is the server that the blocks behind it talk to.
fn starts_server(command: &Command) -> bool {
    let listening = format!("{LISTENING}{ADDRESS}");
    command.shown.is_empty() || command.shown.contains(&listening)
}
