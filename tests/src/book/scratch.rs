//! A scratch repository: a crate as `cargo new` writes it, and then a commit for every change.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Project;
use super::contents::{Book, Content, Item};
use super::git::{AUTHOR, Git};
use super::tree::{Tree, base, differing, read_file, write_file};

/// The branch of the commits, and the tag of the one that they begin from.
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
    commit(&mut stream, "cargo new --edition 2024 server\n", &Tree::new(), &states[0]);
    stream.extend(format!("reset refs/tags/{START}\nfrom refs/heads/{BRANCH}\n").bytes());
    for (count, message) in messages(book).iter().enumerate() {
        commit(&mut stream, message, &states[count], &states[count + 1]);
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
        }
    }
    messages
}

/// Writes a commit as `git fast-import` reads it.
fn commit(stream: &mut Vec<u8>, message: &str, before: &Tree, after: &Tree) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (name, address) = AUTHOR;
    let head = format!("commit refs/heads/{BRANCH}\ncommitter {name} <{address}> {now} +0000\n");
    stream.extend(format!("{head}data {}\n{message}", message.len()).bytes());
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

    pub fn apply(&self, patch: &str) -> Result<(), String> {
        Git::own(&self.folder).feed(&["apply", "--whitespace=nowarn"], patch).map(|_| ())
    }
}
