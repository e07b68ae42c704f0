//! Puts the commits of a scratch repository side by side with the blocks of the book, and says
//! what to change in the text: which block becomes which patch, and where a new one goes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::contents::{Book, Change, Content, Item};
use super::history::{Commit, Committed};
use super::place::Cursor;

/// A part of a chapter that is replaced; of no length where the text is new.
pub struct Edit {
    pub chapter: usize,
    pub range: Range<usize>,
    pub text: String,
}

/// What `roll` is to write, and what it is to tell.
#[derive(Default)]
pub struct Plan {
    pub edits: Vec<Edit>,
    /// The files that are taken whole, by their path below `book/src`.
    pub files: HashMap<String, Vec<u8>>,
    pub told: Vec<String>,
    /// The commits that are not as in the book, and whether they are new.
    pub other: Vec<(usize, bool)>,
}

pub fn plan(book: &Book, commits: &[Commit], dropped: &[String]) -> Result<Plan, String> {
    nothing_gone(book, commits, dropped)?;
    let mut plan = Plan::default();
    let mut cursor = Cursor::new(book, dropped);
    let mut seen = HashSet::new();
    let mut branch = &None;
    for (at, commit) in commits.iter().enumerate() {
        if let (Some(name), true) = (&commit.branch, commit.branch != *branch) {
            cursor.enter(name, &mut plan)?;
            branch = &commit.branch;
        }
        // The second of two commits with one id is what was split off.
        match commit.block.as_ref().filter(|id| seen.insert(id.to_string())) {
            Some(id) => {
                let change = cursor.pass(id, commit, &mut plan)?;
                if replace(book, change, commit, &mut plan)? {
                    plan.other.push((at, false));
                }
            }
            None => {
                if let Committed::File { source, bytes, .. } = &commit.content {
                    add_file(&mut plan, source, bytes, commit)?;
                }
                cursor.insert(commit, &mut plan)?;
                plan.other.push((at, true));
            }
        }
        for name in &commit.checkpoints {
            cursor.checkpoint(name, commit, &mut plan)?;
        }
    }
    cursor.skip_dropped(&mut plan);
    Ok(plan)
}

/// Every block and checkpoint of the book has to be there still, and no others.
fn nothing_gone(book: &Book, commits: &[Commit], dropped: &[String]) -> Result<(), String> {
    let known: HashSet<&String> = book.changes().map(|change| &change.id).collect();
    if let Some(id) = dropped.iter().find(|id| !known.contains(id)) {
        return Err(format!("--drop {id}: the book has no such block."));
    }
    let blocks: HashSet<&String> = commits.iter().filter_map(|c| c.block.as_ref()).collect();
    let ends: HashSet<&String> = commits.iter().flat_map(|c| &c.checkpoints).collect();
    let gone = |item: &Item| match item {
        Item::Change(change) => {
            let there = blocks.contains(&change.id) || dropped.contains(&change.id);
            (!there).then(|| format!("the commit of {} is gone", book.describe(change)))
        }
        Item::Checkpoint(checkpoint) => {
            let there = ends.contains(&checkpoint.name);
            (!there).then(|| format!("no commit has the line `Checkpoint: {}`", checkpoint.name))
        }
        Item::Branch(_) => None,
    };
    let gone: Vec<String> = book.items.iter().filter_map(gone).collect();
    if !gone.is_empty() {
        return Err(format!(
            "{}. Bring it back (`git reflog` finds it); if a block is to leave the book, roll with \
             `--drop` and its id.",
            gone.join("; ")
        ));
    }
    for commit in commits {
        match &commit.block {
            Some(id) if dropped.contains(id) => {
                return Err(format!("--drop {id}: its commit is still there, {}.", commit.show()));
            }
            Some(id) if !known.contains(id) => {
                return Err(format!(
                    "{} says `Block: {id}`, which the book does not have. A new commit has no such \
                     line.",
                    commit.show()
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Plans to write the commit's patch where the block's stood, if it is another.
fn replace(book: &Book, change: &Change, commit: &Commit, plan: &mut Plan) -> Result<bool, String> {
    let different = match (&change.content, &commit.content) {
        (Content::Patch(_, range), Committed::Patch(text)) => {
            let different = book.body(change) != text;
            if different {
                let (chapter, range) = (change.place.chapter, range.clone());
                plan.edits.push(Edit { chapter, range, text: text.clone() });
            }
            different
        }
        (
            Content::File { path, source, bytes },
            Committed::File { path: p, source: s, bytes: b },
        ) if (path, source) == (p, s) => {
            add_file(plan, source, b, commit)?;
            bytes != b
        }
        _ => {
            return Err(format!(
                "{} has another `File:` line than {} in the book.",
                commit.show(),
                book.describe(change)
            ));
        }
    };
    Ok(different)
}

fn add_file(plan: &mut Plan, source: &str, bytes: &[u8], commit: &Commit) -> Result<(), String> {
    match plan.files.insert(source.to_string(), bytes.to_vec()) {
        Some(other) if other != bytes => Err(format!(
            "{} needs another book/src/{source} than an earlier block. Give it one of its own.",
            commit.show()
        )),
        _ => Ok(()),
    }
}
