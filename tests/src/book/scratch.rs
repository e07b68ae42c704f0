//! A scratch repository: a crate as `cargo new` writes it, and then a commit for every change; a
//! git branch for each branch of the book. And a crate to which blocks are applied.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Project;
use super::contents::{Book, Content, Item};
use super::git::{AUTHOR, Git};
use super::tree::{MANIFEST, Tree, base, differing, read_file, write_file};

/// The git branch of the main line, and the tag of the commit that it begins from.
pub const BRANCH: &str = "book";
pub const START: &str = "base";

/// Creates an empty repository.
pub fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let branch = format!("--initial-branch={BRANCH}");
    let arguments = ["init", "--quiet", "--template=", "--object-format=sha1", &branch];
    Git::own(folder).run(&arguments).map(|_| ())
}

/// Fills an empty repository with the commits of the book.
pub fn fill(folder: &Path, book: &Book) -> Result<(), String> {
    let states = book.states()?;
    let git = Git::own(folder);
    let mut stream = Vec::new();
    let message = "cargo new --edition 2024 server\n";
    commit(&mut stream, (BRANCH, 0), message, &Tree::new(), &states[0]);
    reset(&mut stream, &format!("tags/{START}"), 0);
    let mut messages = messages(book).into_iter();
    let mut branch = BRANCH;
    for item in &book.items {
        match item {
            Item::Change(change) => {
                let message = messages.next().unwrap_or_default();
                let (before, after) = (&states[change.before], &states[change.after]);
                commit(&mut stream, (branch, change.after), &message, before, after);
            }
            Item::Checkpoint(_) => {}
            Item::Branch(start) => {
                branch = &start.name;
                reset(&mut stream, &format!("heads/{branch}"), start.before);
            }
        }
    }
    // For whoever works there with a configuration of their own.
    let settings = format!(
        "[user]\n\tname = {}\n\temail = {}\n[core]\n\tautocrlf = false\n\thooksPath = /dev/null\n\
         [commit]\n\tgpgSign = false\n[apply]\n\twhitespace = nowarn\n",
        AUTHOR.0, AUTHOR.1
    );
    let inside = folder.join(".git");
    let config = inside.join("config");
    write_file(&config, &[read_file(&config)?, settings.into_bytes()].concat())?;
    write_file(&inside.join("info/attributes"), b"* -text\n*.rs diff=rust\n")?;
    write_file(&inside.join("info/exclude"), b"/target\n/Cargo.lock\n")?;
    git.bytes(&["fast-import", "--quiet"], &stream)?;
    git.run(&["reset", "--quiet", "--hard"]).map(|_| ())
}

/// What the commits say: the block, where a whole file comes from, and which stages end there.
fn messages(book: &Book) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for item in &book.items {
        match item {
            Item::Change(change) => {
                let (id, title) = (&change.id, book.title(change));
                let mut message = format!("{id} {title}\n\nBlock: {id}\n");
                if let Content::File { path, source, .. } = &change.content {
                    message.push_str(&format!("File: {path} from {source}\n"));
                }
                messages.push(message);
            }
            Item::Checkpoint(checkpoint) => {
                if let Some(message) = messages.last_mut() {
                    message.push_str(&format!("Checkpoint: {}\n", checkpoint.name));
                }
            }
            Item::Branch(_) => {}
        }
    }
    messages
}

/// Lets a ref start at the commit of a state, as `git fast-import` reads it; its marks begin with 1.
fn reset(stream: &mut Vec<u8>, name: &str, state: usize) {
    stream.extend(format!("reset refs/{name}\nfrom :{}\n\n", state + 1).bytes());
}

/// Writes the commit of a state, on its git branch.
fn commit(
    stream: &mut Vec<u8>,
    (branch, state): (&str, usize),
    message: &str,
    before: &Tree,
    after: &Tree,
) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (name, address) = AUTHOR;
    stream.extend(format!("commit refs/heads/{branch}\nmark :{}\n", state + 1).bytes());
    stream.extend(format!("committer {name} <{address}> {now} +0000\n").bytes());
    stream.extend(format!("data {}\n{message}", message.len()).bytes());
    for path in differing(before, after) {
        match after.get(path) {
            Some(content) => {
                stream.extend(format!("M 100644 inline {path}\ndata {}\n", content.len()).bytes());
                stream.extend(content);
                stream.push(b'\n');
            }
            None => stream.extend(format!("D {path}\n").bytes()),
        }
    }
}

/// A crate as `cargo new` writes it, to which git applies the blocks one after the other.
pub struct Scratch {
    pub folder: PathBuf,
}

impl Scratch {
    /// It has a repository of its own: inside of another one `git apply` does nothing, in silence.
    pub fn new(folder: &Path, project: &Project) -> Result<Scratch, String> {
        create(folder)?;
        super::tree::write(&base(), folder)?;
        let scratch = Scratch { folder: folder.to_path_buf() };
        scratch.copy_lock(project)?;
        Ok(scratch)
    }

    /// The versions of dependencies are those of the workspace; cargo takes out what is not used.
    pub fn copy_lock(&self, project: &Project) -> Result<(), String> {
        let lock = project.root.join("Cargo.lock");
        match lock.exists() {
            true => write_file(&self.folder.join("Cargo.lock"), &read_file(&lock)?),
            false => Ok(()),
        }
    }

    /// Brings the crate from one state to another. Files that stay the same are not touched, so that
    /// cargo sees what is new.
    pub fn bring(&self, from: &Tree, to: &Tree, project: &Project) -> Result<(), String> {
        for path in differing(from, to) {
            let file = self.folder.join(path);
            match to.get(path) {
                Some(content) => write_file(&file, content)?,
                None => fs::remove_file(&file).map_err(|error| format!("{path}: {error}"))?,
            }
        }
        match from.get(MANIFEST) == to.get(MANIFEST) {
            true => Ok(()),
            false => self.copy_lock(project),
        }
    }

    pub fn apply(&self, patch: &str) -> Result<(), String> {
        Git::own(&self.folder).feed(&["apply", "--whitespace=nowarn"], patch).map(|_| ())
    }
}
