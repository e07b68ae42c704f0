//! Writes the book as a git repository with a commit for every block, for `git rebase`; each branch
//! of the book is a git branch.

use std::fs;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::Project;
use super::contents::{Book, Content, Item};
use super::git::Git;
use super::history::{Committed, commits, hex};
use super::scratch::{Scratch, create, fill};

/// The setting of the scratch repository that says which book it was made from.
pub const DIGEST: &str = "book.digest";

/// Creates the repository; the folder must not be there yet, or be empty.
pub fn unroll(project: &Project, book: &Book, folder: &Path) -> Result<usize, String> {
    let folder = absolute(folder)?;
    let taken = fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken || folder.is_file() {
        return Err(format!("{} is there already. Name a new folder.", folder.display()));
    }
    let root = absolute(&project.root)?;
    if folder.starts_with(&root) {
        return Err(format!(
            "{} is inside the clone, where cargo takes it for a part of the workspace. Name a \
             folder beside it.",
            folder.display()
        ));
    }
    create(&folder)?;
    fill(&folder, book)?;
    Scratch { folder: folder.clone() }.copy_lock(project)?;
    Git::own(&folder).run(&["config", DIGEST, &digest(book)])?;
    Ok(book.changes().count())
}

/// Blocks that are right, but not in the form that `roll` writes.
pub fn odd(book: &Book, folder: &Path) -> Result<Vec<String>, String> {
    create(folder)?;
    fill(folder, book)?;
    let commits = commits(&Git::own(folder), book)?;
    let blocks = book.changes().zip(commits);
    let odd = blocks.filter(
        |(change, commit)| matches!(&commit.content, Committed::Patch(patch) if book.body(change) != patch),
    );
    Ok(odd.map(|(change, _)| change.id.clone()).collect())
}

/// Changes with every block, heading, branch, checkpoint and whole file, and not with the prose.
pub fn digest(book: &Book) -> String {
    let mut hash = Sha1::new();
    let mut add = |part: &[u8]| {
        hash.update(format!("{}:", part.len()));
        hash.update(part);
    };
    for item in &book.items {
        match item {
            Item::Change(change) => {
                add(book.chapters[change.place.chapter].name.as_bytes());
                add(change.id.as_bytes());
                add(book.title(change).as_bytes());
                match &change.content {
                    Content::Patch(..) => add(book.body(change).as_bytes()),
                    Content::File { path, source, bytes } => {
                        add(path.as_bytes());
                        add(source.as_bytes());
                        add(bytes);
                    }
                }
            }
            Item::Checkpoint(checkpoint) => add(checkpoint.name.as_bytes()),
            Item::Branch(branch) => {
                add(book.chapters[branch.place.chapter].name.as_bytes());
                add(format!("{} from {}", branch.name, branch.from).as_bytes());
            }
        }
    }
    hex(&hash.finalize())
}

/// The path without `..` and links, as far as it exists.
fn absolute(path: &Path) -> Result<PathBuf, String> {
    let fault = |error| format!("{}: {error}", path.display());
    if let Ok(path) = path.canonicalize() {
        return Ok(path);
    }
    let path = std::path::absolute(path).map_err(fault)?;
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => Ok(absolute(parent)?.join(name)),
        _ => Ok(path),
    }
}
