//! A scratch repository: a crate as `cargo new` writes it, and then a commit for every change.

use std::fs;
use std::path::{Path, PathBuf};

use super::Project;
use super::contents::{Book, Change, Content};
use super::git::{AUTHOR, Git};
use super::tree::{base, read_file, write, write_file};

/// The branch of the commits, and the tag of the one that they begin from.
pub const BRANCH: &str = "book";
pub const START: &str = "base";

pub struct Scratch {
    pub folder: PathBuf,
}

impl Scratch {
    /// Creates the repository with its first commit.
    pub fn create(folder: &Path, project: &Project) -> Result<Scratch, String> {
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        let scratch = Scratch { folder: folder.to_path_buf() };
        let git = scratch.git();
        let branch = format!("--initial-branch={BRANCH}");
        git.run(&["init", "--quiet", "--template=", "--object-format=sha1", &branch])?;
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
        write(&base(), folder)?;
        scratch.copy_lock(project)?;
        git.run(&["add", "--all"])?;
        scratch.commit("cargo new --edition 2024 server\n")?;
        git.run(&["tag", START])?;
        Ok(scratch)
    }

    pub fn git(&self) -> Git<'_> {
        Git::own(&self.folder)
    }

    /// The versions of dependencies are those of the workspace; cargo takes out what is not used.
    pub fn copy_lock(&self, project: &Project) -> Result<(), String> {
        let lock = project.root.join("Cargo.lock");
        match lock.exists() {
            true => fs::copy(&lock, self.folder.join("Cargo.lock"))
                .map(|_| ())
                .map_err(|error| format!("cannot copy {}: {error}", lock.display())),
            false => Ok(()),
        }
    }

    /// Makes a change with `git apply`, and a commit of it.
    pub fn make(&self, book: &Book, change: &Change) -> Result<(), String> {
        let git = self.git();
        let mut trailers = format!("Block: {}\n", change.id);
        match &change.content {
            Content::Patch(..) => {
                git.feed(&["apply", "--index", "--whitespace=nowarn"], book.body(change))?;
            }
            Content::File { path, source, bytes } => {
                write_file(&self.folder.join(path), bytes)?;
                git.run(&["add", "--", path])?;
                trailers.push_str(&format!("File: {path} from {source}\n"));
            }
        }
        self.commit(&format!("{} {}\n\n{trailers}", change.id, book.title(change)))
    }

    /// Says in the last commit that it ends a stage.
    pub fn checkpoint(&self, name: &str) -> Result<(), String> {
        let message = self.git().run(&["log", "-1", "--format=%B"])?;
        let message = format!("{}\nCheckpoint: {name}\n", message.trim_end());
        self.commit_with(&message, &["--amend"])
    }

    fn commit(&self, message: &str) -> Result<(), String> {
        self.commit_with(message, &[])
    }

    fn commit_with(&self, message: &str, more: &[&str]) -> Result<(), String> {
        let arguments = ["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--file=-"];
        let arguments = [&arguments, more].concat();
        self.git().feed(&arguments, message).map(|_| ())
    }
}
