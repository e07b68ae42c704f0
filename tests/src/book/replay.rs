//! Replays the book: every block in reading order, from `cargo new` to the last checkpoint, with
//! git, rustfmt, cargo and clippy; a checkpoint has to give its step crate byte for byte, that of a
//! branch has none.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::cargo::Cargo;
use super::contents::{Book, Branch, Change, Checkpoint, Content, Item};
use super::scratch::Scratch;
use super::slot::Slot;
use super::statistics::{CAP, Statistics};
use super::tree::{MANIFEST, Tree, base, differing, first_difference, read, renamed, write_file};
use super::unroll::odd;
use super::{Project, Temporary};

#[derive(Default)]
pub struct Options {
    /// The first block that rustfmt and cargo look at; the ones before are applied only.
    pub from: Option<String>,
    /// Leaves the step crates out, where they are yet to be written.
    pub without_crates: bool,
    /// Leaves the scratch crate there after a failure.
    pub keep: bool,
}

/// Replays the book and says a line about each block. The error names the block, its place in the
/// Markdown and what git or cargo said.
pub fn replay(
    project: &Project,
    book: &Book,
    options: &Options,
    say: &mut dyn FnMut(&str),
) -> Result<Statistics, String> {
    let first = match &options.from {
        Some(step) => book.find(step)?.start,
        None => 0,
    };
    let slot = Slot::take(&project.target)?;
    let mut temporary = Temporary::new("replay")?;
    let folder = temporary.path.join("server");
    let scratch = Scratch::new(&folder, project)?;
    let states = vec![base()];
    let mut replay = Replay { project, book, options, slot, scratch, folder, states, state: 0 };
    if let Err(error) = replay.run(first, say) {
        if !options.keep {
            return Err(error);
        }
        temporary.keep();
        return Err(format!("{error}\nThe crate stands in {}.", replay.folder.display()));
    }
    let statistics = Statistics::of(book);
    statistics.lines().iter().for_each(|line| say(line));
    let odd = odd(book, &temporary.path.join("book"))?;
    if !odd.is_empty() {
        let ids = odd.join(", ");
        say(&format!("Not as git writes them, which `unroll` and `roll` mend: {ids}."));
    }
    if let (1.., Some(id)) = (first, book.changes().nth(first).map(|change| &change.id)) {
        say(&format!("The {first} blocks before {id} were applied and not checked."));
    }
    Ok(statistics)
}

struct Replay<'a> {
    project: &'a Project,
    book: &'a Book,
    options: &'a Options,
    slot: Slot,
    scratch: Scratch,
    folder: PathBuf,
    /// What the files are by our own account, in every state so far.
    states: Vec<Tree>,
    /// The state that the crate is in.
    state: usize,
}

impl Replay<'_> {
    fn run(&mut self, first: usize, say: &mut dyn FnMut(&str)) -> Result<(), String> {
        for item in &self.book.items {
            let start = Instant::now();
            let line = match item {
                Item::Change(change) => self
                    .change(change, first < change.after)
                    .map_err(|error| format!("{}: {error}", self.book.describe(change)))?,
                Item::Branch(branch) => self.branch(branch)?,
                Item::Checkpoint(checkpoint) if first < checkpoint.state => {
                    let place = self.book.show(&checkpoint.place);
                    self.checkpoint(checkpoint).map_err(|error| {
                        format!("checkpoint {} ({place}): {error}", checkpoint.name)
                    })?
                }
                Item::Checkpoint(checkpoint) => format!("== {}: not checked", checkpoint.name),
            };
            say(&format!("{:6.2} s  {line}", start.elapsed().as_secs_f64()));
        }
        Ok(())
    }

    /// Applies a change and looks at it; gives what there is to say.
    fn change(&mut self, change: &Change, checked: bool) -> Result<String, String> {
        let mut tree = self.states[change.before].clone();
        let ours = self.book.apply(change, &mut tree);
        self.states.push(tree);
        self.state = change.after;
        let gits = match &change.content {
            Content::Patch(..) => self.scratch.apply(self.book.body(change)),
            Content::File { path, bytes, .. } => write_file(&self.folder.join(path), bytes),
        };
        match (ours, gits) {
            (Ok(()), Ok(())) => {}
            (Err(ours), Err(gits)) => return Err(format!("does not apply.\n{gits}\n{ours}")),
            (Err(fault), Ok(())) | (Ok(()), Err(fault)) => {
                return Err(format!("does not apply.\n{fault}"));
            }
        }
        let (mut line, manifest) = match &change.content {
            Content::Patch(patch, _) => {
                let (added, removed) = patch.size();
                if CAP < added + removed {
                    let size = added + removed;
                    return Err(format!("{size} changed lines, more than {CAP}: split it."));
                }
                let manifest = patch.files.iter().any(|file| file.path == MANIFEST);
                (
                    format!("{} {}  +{added} -{removed}", change.id, self.book.title(change)),
                    manifest,
                )
            }
            Content::File { path, .. } => {
                (format!("{} {}  {path}", change.id, self.book.title(change)), path == MANIFEST)
            }
        };
        if manifest {
            self.scratch.copy_lock(self.project)?;
        }
        match checked {
            true => line.push_str(&self.check(change)?),
            false => line.push_str("  not checked"),
        }
        Ok(line)
    }

    /// Goes back to where a branch starts.
    fn branch(&mut self, branch: &Branch) -> Result<String, String> {
        let (tree, start) = (self.tree(), &self.states[branch.before]);
        self.scratch.bring(tree, start, self.project)?;
        self.state = branch.before;
        Ok(format!("-- {} from {}", branch.name, branch.from))
    }

    /// What the files are now.
    fn tree(&self) -> &Tree {
        &self.states[self.state]
    }

    /// Asks rustfmt and the compiler.
    fn check(&self, change: &Change) -> Result<String, String> {
        let sources = self.tree().keys().map(String::as_str).filter(|path| path.ends_with(".rs"));
        let formatted = self.cargo().formatted(sources)?;
        if !formatted.success {
            return Err(format!("rustfmt would change it:\n{}", formatted.excerpt()));
        }
        let answer = self.cargo().check()?;
        match (&change.expects, answer.success, answer.warnings()) {
            (None, true, 0) => Ok(String::new()),
            (None, true, 1) => Ok("  (1 warning)".into()),
            (None, true, warnings) => Ok(format!("  ({warnings} warnings)")),
            (None, false, _) => Err(format!("does not compile.\n{}", answer.excerpt())),
            (Some(code), false, _) if answer.errors() == [code] => {
                Ok(format!("  fails with {code}, as the book says"))
            }
            (Some(code), false, _) => {
                let text = answer.excerpt();
                Err(format!("has to fail with {code} alone, but the compiler says:\n{text}"))
            }
            (Some(code), true, _) => Err(format!("has to fail with {code}, but it compiles.")),
        }
    }

    fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<String, String> {
        let clippy = self.cargo().clippy()?;
        if !clippy.success || 0 < clippy.warnings() {
            return Err(format!("clippy is not silent.\n{}", clippy.excerpt()));
        }
        let test = self.cargo().test()?;
        if !test.success {
            return Err(format!("`cargo test` fails.\n{}", test.excerpt()));
        }
        let tests = test.passed();
        if self.options.without_crates || !checkpoint.has_crate {
            return Ok(format!("== {}: {tests} tests pass", checkpoint.name));
        }
        self.equals(&self.project.root.join(&checkpoint.name), &checkpoint.name)?;
        Ok(format!("== {}: the crate is the same, {tests} tests pass", checkpoint.name))
    }

    /// The scratch crate, as it stands on the disk, has to be the step crate, its name aside.
    fn equals(&self, folder: &Path, name: &str) -> Result<(), String> {
        let ours = renamed(&read(&self.folder)?, name);
        let theirs = read(folder)?;
        let mut faults = Vec::new();
        for path in differing(&ours, &theirs) {
            let fault = match (ours.get(path), theirs.get(path)) {
                (Some(_), None) => "is not in the crate.".into(),
                (None, _) => "is not in the book.".into(),
                (Some(ours), Some(theirs)) => {
                    let difference = first_difference(theirs, ours);
                    let (line, theirs, ours) = difference.unwrap_or_default();
                    format!("line {line}: the crate has {theirs}, the book {ours}.")
                }
            };
            faults.push(format!("{name}/{path}: {fault}"));
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "the crate is not what the book gives.\n{}\n`unroll` and `roll` write the crates \
                 from the book; see book/MAINTAINING.md.",
                faults.join("\n")
            )),
        }
    }

    fn cargo(&self) -> Cargo<'_> {
        Cargo { folder: &self.folder, target: &self.slot.target }
    }
}
