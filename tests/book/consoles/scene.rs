//! A scene: the blocks under one heading between two changes of the code. They share the folders
//! of a reader, and the server.

use std::fs;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use course::book::Temporary;
use course::book::tree::{base, read, write};
use course::server::Server;
use course::talk::session::{Options, Session};
use course::talk::{address, greeting, input};

use super::build::{Builder, Listens, listening};
use super::compare::Came;
use super::curl::Own;
use super::page::{Block, State};
use super::report::{Outcome, mismatch};
use super::shell::Shell;
use super::typed::{ADDRESS, Command, ELISION, Step, shows_nothing, typed_lines};

/// How long the server's lines may take to come.
const LOG_TIME: Duration = Duration::from_secs(5);
const LISTENING: &str = "Listening on http://";
/// It is there for scripts: nobody sees it who types.
const UNANSWERED: &str = "no answer in ";
/// One check at a time: it measures how fast a server answers.
static CHECK: Mutex<()> = Mutex::new(());

/// What a block of a scene is.
pub enum Act {
    Console(Vec<Step>),
    /// What the server has printed since the last console block.
    Log,
}

pub struct Scene {
    pub state: State,
    pub blocks: Vec<(Block, Act)>,
}

struct Stage<'a> {
    scene: &'a Scene,
    shell: Shell<'a>,
    server: Option<Server>,
    /// Where the server's log stood when the last console block began.
    since: usize,
    own: Own,
}

impl Scene {
    /// Every command of the scene.
    pub fn commands(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (block, act) in &self.blocks {
            all.extend(block.markers.first.iter().cloned());
            let Act::Console(steps) = act else { continue };
            for step in steps {
                match step {
                    Step::Talk { .. } => {}
                    Step::Shell(commands) => all.extend(commands.iter().map(|c| c.line.clone())),
                    Step::Run(command) => all.push(command.line.clone()),
                }
            }
        }
        all
    }

    /// Plays it; gives what came of each block.
    pub fn play(&self, builder: &Builder, page: &str) -> Result<Vec<Outcome>, String> {
        let folder = Temporary::new("consoles")?;
        let shell = Shell { builder, root: folder.path.clone() };
        let mut stage = Stage { scene: self, shell, server: None, since: 0, own: Own::of(page) };
        stage.furnish()?;
        let _alone = self
            .commands()
            .iter()
            .any(|command| command.contains("course check"))
            .then(|| CHECK.lock().unwrap_or_else(PoisonError::into_inner));
        let mut outcomes = Vec::new();
        for (block, act) in &self.blocks {
            let outcome = stage.act(block, act);
            outcomes.push(outcome.map_err(|error| format!("line {}: {error}", block.line))?);
        }
        Ok(outcomes)
    }
}

impl Stage<'_> {
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
            let git = course::book::git::Git::own(&server);
            git.run(&["init", "--quiet"])?;
        }
        Ok(())
    }

    fn act(&mut self, block: &Block, act: &Act) -> Result<Outcome, String> {
        let Act::Console(steps) = act else {
            return self.log(block);
        };
        for line in &block.markers.first {
            let command = super::typed::command(line)
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
                Step::Talk { command, target, shown } => {
                    self.talk(command.as_ref(), target, shown, &mut outcome)?;
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
        let mut command = std::process::Command::new(&program.path);
        command.args(program.argument).env_remove("RUST_BACKTRACE");
        self.server = Some(self.shell.builder.start(command, true)?);
        Ok(())
    }

    fn real(&self) -> Option<(String, u32)> {
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
        let program = self.shell.builder.program(&self.scene.state, &listens)?;
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

    fn judge(&self, command: &Command, came: Vec<String>, outcome: &mut Outcome) {
        outcome.lines.extend(command.typed.iter().cloned());
        let is_curl = command.line.contains("curl");
        let both = |lines: &[String]| match is_curl {
            true => self.own.without(lines),
            false => lines.to_vec(),
        };
        let came = Came::new(both(&came));
        if command.shown.is_empty() || came.is_shown_by(&both(&command.shown)) {
            outcome.lines.extend(command.shown.iter().cloned());
            outcome.compared |= !command.shown.is_empty();
            return;
        }
        self.differs(&command.shown, &came, outcome);
    }

    fn differs(&self, shown: &[String], came: &Came, outcome: &mut Outcome) {
        let real = self.real().map(|(address, _)| address).unwrap_or_default();
        let lines = came.page_lines(shown, &real);
        outcome.faults.push(mismatch(shown, &lines));
        outcome.lines.extend(lines);
    }

    fn talk(
        &self,
        command: Option<&Command>,
        target: &str,
        shown: &[String],
        outcome: &mut Outcome,
    ) -> Result<(), String> {
        outcome.lines.extend(command.iter().flat_map(|command| command.typed.iter().cloned()));
        let Some(server) = &self.server else {
            return Ok(());
        };
        let typed = typed_lines(shown);
        if let Some(line) = typed.iter().find(|line| line.contains(ELISION)) {
            return Err(format!("`{line}` cannot be typed"));
        }
        let (printed, is_well) = session(server.address, target, &typed, self.patience())?;
        if shows_nothing(shown) {
            outcome.lines.extend(shown.iter().cloned());
            return match is_well {
                true => Ok(()),
                false => Err(format!("not all lines are lines of talk:\n{printed}")),
            };
        }
        let greeting = match command {
            Some(_) => vec![greeting(&address::read(target)?)],
            None => Vec::new(),
        };
        let printed = printed.lines().filter(|line| !line.contains(UNANSWERED));
        let came =
            Came::transcript(greeting.into_iter().chain(printed.map(String::from)).collect());
        match came.is_shown_by(shown) {
            true => outcome.lines.extend(shown.iter().cloned()),
            false => self.differs(shown, &came, outcome),
        }
        outcome.compared = true;
        Ok(())
    }

    /// How long frames wait for an answer. Only stage 4 gives any, so only there is it worth while.
    fn patience(&self) -> Duration {
        let answers = match &self.scene.state {
            State::Crate(package) => *package == "step4-complete",
            State::Changes(count) => self.shell.builder.frames_end.is_some_and(|end| end < *count),
        };
        Duration::from_millis(if answers { 2000 } else { 500 })
    }

    fn log(&self, block: &Block) -> Result<Outcome, String> {
        let server = self.server.as_ref().ok_or("no server has run")?;
        let log = server.log().map_err(|_| "there is no log")?;
        let deadline = Instant::now() + LOG_TIME;
        let mut outcome = Outcome { compared: true, ..Outcome::default() };
        loop {
            let end = log.end();
            let came = Came::new(log.since(self.since));
            if came.is_shown_by(&block.lines) {
                outcome.lines.extend(block.lines.iter().cloned());
                return Ok(outcome);
            }
            if log.wait_for("", end, deadline).is_none() {
                self.differs(&block.lines, &came, &mut outcome);
                return Ok(outcome);
            }
        }
    }
}

fn is_about_server(line: &str) -> bool {
    line.contains("127.0.0.1:6969") || line.contains("127.0.0.1/6969") || line.contains("-C server")
}

/// Whether this `cargo run` is the server that the blocks behind it talk to.
fn starts_server(command: &Command) -> bool {
    let listening = format!("{LISTENING}{ADDRESS}");
    command.shown.is_empty() || command.shown.iter().any(|line| *line == listening)
}

/// What is printed if these lines are typed, and whether all was well.
fn session(
    real: SocketAddr,
    target: &str,
    typed: &[&str],
    patience: Duration,
) -> Result<(String, bool), String> {
    let mut address = address::read(&target.replace(ADDRESS, &real.to_string()))?;
    address.words = address::read(target)?.words;
    let options = Options { interactive: false, patience, random_key: false, answer_pings: false };
    let mut out = Vec::new();
    let done = Session::new(address, options, &mut out).run(&input::text(&typed.join("\n")));
    let is_well = done.map_err(|error| error.to_string())?;
    Ok((String::from_utf8_lossy(&out).into_owned(), is_well))
}
