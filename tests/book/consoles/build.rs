//! Builds the states of the code that blocks need, each once.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use course::binary;
use course::book::cargo::Cargo;
use course::book::contents::Book;
use course::book::scratch::Scratch;
use course::book::slot::Slot;
use course::book::tree::{Tree, read, renamed};
use course::book::{Project, Temporary};
use course::server::Server;

use super::page::State;
use super::typed::ADDRESS;

const MAIN: &str = "src/main.rs";
const DEFAULT: &str = "const DEFAULT_ADDRESS: &str = ";
/// Where the address stands as soon as the server has flags.
const FLAGS: &str = "src/flags.rs";

/// Where the programs of a state listen if they get no argument.
#[derive(Clone, Debug)]
pub enum Listens {
    /// Where the system likes, in place of the book's address.
    Anywhere,
    /// There: for one that is to find its address taken.
    At(String),
}

pub struct Builder {
    project: Project,
    states: Vec<Tree>,
    /// How many changes lead to the end of stage 3, if the book gets there.
    pub frames_end: Option<usize>,
    /// Where cargo builds for those who call it.
    pub checks: PathBuf,
    workshop: Mutex<Workshop>,
    /// A program that is being written cannot be started, and a process that is being started holds
    /// for a moment whatever we write.
    starting: Mutex<()>,
}

struct Workshop {
    slot: Slot,
    temporary: Temporary,
    scratch: Scratch,
    tree: Tree,
    built: HashMap<Tree, PathBuf>,
}

impl Builder {
    pub fn new(book: &Book) -> Result<Builder, String> {
        let mut project = Project::ours();
        project.target = project.target.with_file_name("consoles");
        let slot = Slot::take(&project.target)?;
        let temporary = Temporary::new("states")?;
        let scratch = Scratch::new(&temporary.path.join("server"), &project)?;
        let tree = read(&scratch.folder)?;
        let checks = slot.target.join("checks");
        let workshop = Workshop { slot, temporary, scratch, tree, built: HashMap::new() };
        let states = book.states()?;
        let workshop = Mutex::new(workshop);
        let frames_end = book.find("step3-frames").ok().map(|range| range.end);
        Ok(Builder { project, states, frames_end, checks, workshop, starting: Mutex::new(()) })
    }

    /// The files of a state, as the book has them.
    pub fn tree(&self, state: &State) -> Result<Tree, String> {
        match state {
            State::Book(count) => Ok(self.states[*count].clone()),
            State::Crate(package) => {
                Ok(renamed(&read(&self.project.root.join(package))?, "server"))
            }
        }
    }

    /// The lock file that a crate of the reader's would have.
    pub fn write_lock(&self, folder: &Path) -> Result<(), String> {
        Scratch { folder: folder.to_path_buf() }.copy_lock(&self.project)
    }

    /// The program of a state, and its arguments.
    pub fn program(&self, state: &State, listens: &Listens) -> Result<Program, String> {
        if let (State::Crate(package), Listens::Anywhere) = (state, listens) {
            let path = binary::build(package)?;
            return Ok(Program { path, argument: Some("127.0.0.1:0") });
        }
        let tree = listening(&self.tree(state)?, listens)?;
        let mut workshop = self.workshop();
        if let Some(path) = workshop.built.get(&tree) {
            return Ok(Program { path: path.clone(), argument: None });
        }
        workshop.fill(&self.project, &tree)?;
        let said = workshop.cargo().build()?;
        if !said.success {
            return Err(format!("the code does not compile here:\n{}", said.excerpt()));
        }
        let name = format!("server{}", std::env::consts::EXE_SUFFIX);
        let number = workshop.built.len();
        let folder = workshop.temporary.path.join(number.to_string());
        let fault = |error| format!("cannot copy the program: {error}");
        fs::create_dir(&folder).map_err(fault)?;
        let path = folder.join(&name);
        let from = workshop.slot.target.join("debug").join(&name);
        let copied = {
            let _nobody_starts = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
            fs::copy(from, &path)
        };
        copied.map_err(fault)?;
        workshop.built.insert(tree, path.clone());
        Ok(Program { path, argument: None })
    }

    /// What the compiler says of a state.
    pub fn complaint(&self, state: &State) -> Result<String, String> {
        let tree = self.tree(state)?;
        let mut workshop = self.workshop();
        workshop.fill(&self.project, &tree)?;
        workshop.cargo().build().map(|said| said.text)
    }

    /// Starts a process and waits, if it is a server, until it listens.
    pub fn start(&self, command: Command, is_server: bool) -> Result<Server, String> {
        let _nothing_is_written = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        match is_server {
            true => Server::start(command),
            false => Server::spawn(command, false),
        }
    }

    fn workshop(&self) -> MutexGuard<'_, Workshop> {
        self.workshop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Debug)]
pub struct Program {
    pub path: PathBuf,
    pub argument: Option<&'static str>,
}

impl Workshop {
    fn cargo(&self) -> Cargo<'_> {
        Cargo { folder: &self.scratch.folder, target: &self.slot.target }
    }

    /// Makes the crate that of this tree.
    fn fill(&mut self, project: &Project, tree: &Tree) -> Result<(), String> {
        self.scratch.bring(&self.tree, tree, project)?;
        self.tree = tree.clone();
        Ok(())
    }
}

impl Drop for Workshop {
    /// The folder of the crate has another name each time; what cargo keeps for it would pile up.
    fn drop(&mut self) {
        for target in [&self.slot.target, &self.slot.target.join("checks")] {
            let _ = Cargo { folder: &self.scratch.folder, target }.clean("server");
        }
    }
}

/// The same code, which listens somewhere else: the book's address may be taken, and there are many
/// servers at a time. A state that takes no argument yet names it in two places.
pub fn listening(tree: &Tree, listens: &Listens) -> Result<Tree, String> {
    let mut tree = tree.clone();
    let address = match listens {
        Listens::Anywhere => "127.0.0.1:0",
        Listens::At(address) => address.as_str(),
    };
    if let Some(flags) = tree.get_mut(FLAGS) {
        *flags = String::from_utf8_lossy(flags).replace(ADDRESS, address).into_bytes();
    }
    let Some(main) = tree.get_mut(MAIN) else {
        return Ok(tree);
    };
    let text = String::from_utf8_lossy(main).into_owned();
    let own = |address: &str| format!("{DEFAULT}\"{address}\";");
    let mut new = text.replace(&own(ADDRESS), &own(address));
    if new == text && text.contains(ADDRESS) {
        return Err(format!("it is not known how {MAIN} gets another address than {ADDRESS}"));
    }
    let bind = "TcpListener::bind(DEFAULT_ADDRESS)?;";
    if new.contains(bind) && matches!(listens, Listens::Anywhere) {
        new = new.replace(bind, &format!("{bind}\n    let address = listener.local_addr()?;"));
        new = new.replace("{DEFAULT_ADDRESS}", "{address}");
    }
    *main = new.into_bytes();
    Ok(tree)
}
