//! Writes the commits of a scratch repository back: into the blocks of the chapters, the files
//! that are taken whole, and the step crates. Nothing is written until everything checks.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::Project;
use super::contents::{Book, Chapter};
use super::git::Git;
use super::history::{Commit, commits, files, hashes};
use super::replay::{Options, replay};
use super::scratch::BRANCH;
use super::splice::{Plan, plan};
use super::tree::{Tree, differing, read, read_file, renamed, write_file};
use super::unroll::{DIGEST, digest};

/// The setting of a scratch repository that has been rolled.
const SPENT: &str = "book.spent";

#[derive(Default)]
pub struct Request {
    /// Blocks that leave the book.
    pub dropped: Vec<String>,
    /// Writes without asking cargo first.
    pub unchecked: bool,
}

/// Rolls the repository up; gives lines that tell what has changed.
pub fn roll(
    project: &Project,
    book: &Book,
    folder: &Path,
    request: &Request,
    say: &mut dyn FnMut(&str),
) -> Result<Vec<String>, String> {
    let git = Git::own(folder);
    scratch_is_ready(&git, folder, book)?;
    clone_is_clean(project, book)?;
    let commits = commits(&git, book)?;
    let plan = plan(book, &commits, &request.dropped)?;
    let rolled = rewritten(project, book, &plan)?;
    let states = agrees(&git, &rolled, &commits)?;
    // What comes before the first change has been replayed; a block that is gone changes all.
    let first = match request.dropped.is_empty() {
        true => plan.other.first().map(|(at, _)| *at),
        false => Some(0),
    };
    let first = first.and_then(|at| rolled.changes().nth(at)).map(|change| change.id.clone());
    if first.is_some() && !request.unchecked {
        let options = Options { from: first, without_crates: true, keep: false };
        replay(project, &rolled, &options, say).map_err(|error| {
            format!(
                "the book would not replay, so nothing was written. Mend it in {} \
                 (`git rebase -i base`) and roll again.\n{error}",
                folder.display()
            )
        })?;
    }
    let mut told = plan.told;
    for (at, is_new) in plan.other {
        let block = rolled.changes().nth(at).map(|change| rolled.describe(change));
        told.extend(
            block.map(|block| format!("{}: {block}", if is_new { "new" } else { "changed" })),
        );
    }
    write_book(project, book, &rolled, &plan.files)?;
    told.extend(write_crates(project, &rolled, &states)?);
    git.run(&["config", SPENT, "true"])?;
    Ok(told)
}

/// Refuses a repository that is none of ours, is not finished, or was made from another book.
fn scratch_is_ready(git: &Git, folder: &Path, book: &Book) -> Result<(), String> {
    let name = folder.display();
    let made_from = match folder.join(".git").is_dir() {
        true => git.run(&["config", "--local", "--default=", DIGEST])?,
        false => String::new(),
    };
    if made_from.trim().is_empty() {
        return Err(format!("{name} was not made by `unroll`."));
    }
    if !git.run(&["config", "--local", "--default=", SPENT])?.trim().is_empty() {
        return Err(format!(
            "{name} is spent: it was rolled already. Unroll the book into a new folder."
        ));
    }
    if made_from.trim() != digest(book) {
        return Err(format!(
            "the blocks of the book have changed since {name} was unrolled. Unroll again into a new \
             folder and take your commits over (`git cherry-pick`)."
        ));
    }
    let under_way = ["rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD"];
    if under_way.iter().any(|state| folder.join(".git").join(state).exists()) {
        return Err(format!(
            "a rebase is under way in {name}. Finish it (`git rebase --continue`) or give it up \
             (`git rebase --abort`)."
        ));
    }
    let head = git.run(&["rev-parse", "--abbrev-ref", "HEAD"])?;
    if head.trim() != BRANCH && book.branches().all(|branch| branch.name != head.trim()) {
        return Err(format!("{name} is not on its branch: `git switch {BRANCH}` first."));
    }
    let changes = git.run(&["status", "--porcelain", "--untracked-files=all"])?;
    match changes.is_empty() {
        true => Ok(()),
        false => Err(format!("{name} has changes that are not committed:\n{changes}")),
    }
}

/// Refuses to write over what is not committed in the clone.
fn clone_is_clean(project: &Project, book: &Book) -> Result<(), String> {
    let git = Git::theirs(&project.root);
    let mut arguments = vec!["status", "--porcelain", "--untracked-files=all", "--", "book/src"];
    arguments.extend(book.stages().map(|checkpoint| checkpoint.name.as_str()));
    let changes = git.run(&arguments)?;
    match changes.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "the clone has changes that are not committed, and `roll` writes there. Commit or stash \
             them:\n{changes}"
        )),
    }
}

/// The book with the edits made.
fn rewritten(project: &Project, book: &Book, plan: &Plan) -> Result<Book, String> {
    let mut chapters = Vec::new();
    for (index, chapter) in book.chapters.iter().enumerate() {
        let mut edits: Vec<_> = plan.edits.iter().filter(|edit| edit.chapter == index).collect();
        // Stable: what goes to the same place stays in the order of the commits.
        edits.sort_by_key(|edit| edit.range.start);
        let mut text = String::new();
        let mut done = 0;
        for edit in edits {
            text.push_str(&chapter.text[done..edit.range.start]);
            done = edit.range.end.max(done);
            let is_new = edit.range.is_empty();
            if is_new && !text.is_empty() && !text.ends_with("\n\n") {
                text.push('\n');
            }
            text.push_str(&edit.text);
            let rest = &chapter.text[done..];
            if is_new && !rest.is_empty() && !rest.starts_with('\n') {
                text.push('\n');
            }
        }
        text.push_str(&chapter.text[done..]);
        chapters.push(Chapter { name: chapter.name.clone(), text });
    }
    Book::from_chapters(chapters, |source| match plan.files.get(source) {
        Some(bytes) => Ok(bytes.clone()),
        None => read_file(&project.source().join(source)),
    })
}

/// The new book has to give, block by block, what the commits hold.
fn agrees(git: &Git, rolled: &Book, commits: &[Commit]) -> Result<Vec<Tree>, String> {
    let states = rolled.states().map_err(|e| format!("the book would not replay: {e}"))?;
    let of_book: Vec<usize> = rolled.changes().map(|change| change.place.line).collect();
    if of_book.len() != commits.len() {
        let (book, git) = (of_book.len(), commits.len());
        return Err(format!("the book would have {book} blocks, but there are {git} commits."));
    }
    for ((commit, change), state) in commits.iter().zip(rolled.changes()).zip(&states[1..]) {
        if files(git, &commit.hash)? != hashes(state) {
            return Err(format!(
                "{}: a diff block cannot say what this commit does (an empty file, a file mode, a \
                 missing line end, a binary file?). It would be {}.",
                commit.show(),
                rolled.describe(change)
            ));
        }
    }
    let of_commits: Vec<&String> = commits.iter().flat_map(|commit| &commit.checkpoints).collect();
    let of_book: Vec<&String> = rolled.checkpoints().map(|checkpoint| &checkpoint.name).collect();
    match of_commits == of_book {
        true => Ok(states),
        false => Err(format!("the checkpoints would be {of_book:?}, not {of_commits:?}.")),
    }
}

fn write_book(
    project: &Project,
    book: &Book,
    rolled: &Book,
    files: &HashMap<String, Vec<u8>>,
) -> Result<(), String> {
    for (old, new) in book.chapters.iter().zip(&rolled.chapters) {
        if old.text != new.text {
            write_file(&project.source().join(&new.name), new.text.as_bytes())?;
        }
    }
    for (source, bytes) in files {
        let path = project.source().join(source);
        if fs::read(&path).ok().as_ref() != Some(bytes) {
            write_file(&path, bytes)?;
        }
    }
    Ok(())
}

/// Makes the step crates what the book gives at their checkpoints.
fn write_crates(project: &Project, rolled: &Book, states: &[Tree]) -> Result<Vec<String>, String> {
    let mut told = Vec::new();
    for checkpoint in rolled.stages() {
        let folder = project.root.join(&checkpoint.name);
        let wanted = renamed(&states[checkpoint.state], &checkpoint.name);
        let found = if folder.exists() { read(&folder)? } else { Tree::new() };
        let paths = differing(&wanted, &found);
        for path in &paths {
            let file = folder.join(path);
            match wanted.get(*path) {
                Some(content) => write_file(&file, content)?,
                None => fs::remove_file(&file)
                    .map_err(|error| format!("cannot remove {}: {error}", file.display()))?,
            }
        }
        let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
        if !paths.is_empty() {
            told.push(format!("{}: {}", checkpoint.name, paths.join(", ")));
        }
    }
    Ok(told)
}
