//! The book is where the code comes from: its diff blocks, applied in reading order to what
//! `cargo new` writes, give the step crates.
//!
//! [`chapter`] finds blocks and directives in the Markdown, [`contents`] puts the chapters
//! together, [`states`] follows the code from change to change, [`patch`] knows what a block changes, [`tree`] the files of a crate. [`replay`] checks
//! the whole. [`unroll`] and [`roll`] turn the book into a git repository and back, to change an
//! early block. [`apply`], [`goto`] and [`compare`] are for readers and their own folder.

pub mod apply;
pub mod cargo;
pub mod chapter;
pub mod command;
pub mod compare;
pub mod contents;
pub mod git;
pub mod goto;
pub mod history;
pub mod locate;
pub mod loose;
pub mod missing;
pub mod patch;
pub mod place;
pub mod reading;
pub mod replay;
pub mod roll;
pub mod scratch;
pub mod slot;
pub mod splice;
pub mod spot;
pub mod states;
pub mod statistics;
pub mod tokens;
pub mod tree;
pub mod unroll;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, path, process};

use crate::binary;

/// A clone of the course: the book, the step crates and the lock file.
pub struct Project {
    pub root: PathBuf,
    /// Where cargo builds the scratch crates, and keeps what it built of dependencies.
    pub target: PathBuf,
}

impl Project {
    /// The clone that this program belongs to.
    pub fn ours() -> Project {
        let package = binary::home();
        let root = package.parent().unwrap_or(&package).to_path_buf();
        let target = own_target().unwrap_or_else(|| root.join("target")).join("replay");
        Project { root, target }
    }

    /// Fails where a reader's crate cannot be: in the clone.
    pub fn is_beside(&self, folder: &Path) -> Result<(), String> {
        self.is_other(folder)?;
        let Ok(root) = self.root.canonicalize() else { return Ok(()) };
        // A folder that is not there yet would come into the nearest one that is.
        let absolute = path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        let there = absolute.ancestors().find_map(|above| above.canonicalize().ok());
        match there.is_some_and(|there| there.starts_with(&root)) {
            true => Err(format!(
                "`{}` is inside the clone of the course, where cargo would take your crate for a \
                 part of it. Your crate belongs beside the clone: `../server`.",
                folder.display()
            )),
            false => Ok(()),
        }
    }

    /// Fails if this is the folder of the clone.
    pub fn is_other(&self, folder: &Path) -> Result<(), String> {
        match (self.root.canonicalize(), folder.canonicalize()) {
            (Ok(root), Ok(there)) if root == there => Err(format!(
                "`{}` is the clone of the course, not your crate. Name yours, such as `../server`.",
                folder.display()
            )),
            _ => Ok(()),
        }
    }

    /// Where the chapters are.
    pub fn source(&self) -> PathBuf {
        self.root.join("book").join("src")
    }
}

/// The target folder that the running program stands in: `target/debug/course` or
/// `target/debug/deps/replay-0123`.
fn own_target() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let folder = program.parent()?;
    let profile = if folder.ends_with("deps") { folder.parent()? } else { folder };
    profile.parent().map(Path::to_path_buf)
}

/// A folder outside the clone that goes away with this value.
pub struct Temporary {
    pub path: PathBuf,
    keep: bool,
}

impl Temporary {
    pub fn new(name: &str) -> Result<Temporary, String> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("course-{name}-{}-{count}", process::id()));
        // One of the same name is left from a process that is long gone.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path)
            .map_err(|error| format!("cannot create {}: {error}", path.display()))?;
        Ok(Temporary { path, keep: false })
    }

    /// Leaves the folder there, for somebody to look at.
    pub fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
