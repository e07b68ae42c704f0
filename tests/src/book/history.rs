//! The commits of a scratch repository: their trailers, their patches, their files.

use std::collections::BTreeMap;

use sha1::{Digest, Sha1};

use super::contents::{Book, Branch};
use super::git::Git;
use super::scratch::{BRANCH, START};
use super::tree::{Tree, base};

/// How much of a hash is shown.
const SHORT: usize = 8;

/// A commit as the book may take it over.
pub struct Commit {
    pub hash: String,
    /// The branch of the book that it is on; none is the main line.
    pub branch: Option<String>,
    pub subject: String,
    /// The block that it was made from, unless it is new.
    pub block: Option<String>,
    /// The stages that end here.
    pub checkpoints: Vec<String>,
    /// Where a new block goes that has no neighbour: `Chapter: frames.md`.
    pub chapter: Option<String>,
    pub content: Committed,
}

pub enum Committed {
    Patch(String),
    File { path: String, source: String, bytes: Vec<u8> },
}

impl Commit {
    /// `3f2a91c 3.2/1 Unmask`
    pub fn show(&self) -> String {
        format!("{} \"{}\"", self.short(), self.subject)
    }

    fn short(&self) -> &str {
        &self.hash[..SHORT]
    }
}

/// The commits of the whole book: those of the main line after the first one, oldest first, and
/// those of each branch from its checkpoint on, in the order of the book.
pub fn commits(git: &Git, book: &Book) -> Result<Vec<Commit>, String> {
    let root = git.run(&["rev-list", "--max-parents=0", &head(BRANCH)])?;
    let root = root.lines().last().unwrap_or_default();
    if files(git, root)? != hashes(&base()) {
        return Err(format!(
            "the first commit ({root}) is not what `cargo new` writes. Leave it as `{START}` is."
        ));
    }
    let mut commits = line(git, None, root)?;
    let mut moves = Vec::new();
    for Branch { name, from, .. } in book.branches() {
        let mut ends = commits.iter().rev();
        let Some(end) = ends.find(|commit| commit.checkpoints.contains(from)) else {
            return Err(format!(
                "no commit has the line `Checkpoint: {from}`, where {name} starts."
            ));
        };
        let old = start(git, name, from)?;
        if old != end.hash {
            moves.push(format!("  git rebase --onto {} {} {name}", end.short(), &old[..SHORT]));
        }
        let own = line(git, Some(name), &old)?;
        if let Some(last) = own.last().filter(|last| !last.checkpoints.contains(name)) {
            return Err(format!(
                "{} is the last commit of {name} and has no line `Checkpoint: {name}`.",
                last.show()
            ));
        }
        commits.extend(own);
    }
    match moves.is_empty() {
        true => Ok(commits),
        false => Err(format!(
            "a branch still stands on old commits. Bring it over, then roll again:\n{}",
            moves.join("\n")
        )),
    }
}

/// The commit where a branch starts: the last one on its way that has the line of that checkpoint.
fn start(git: &Git, name: &str, from: &str) -> Result<String, String> {
    let reference = head(name);
    if git.run(&["rev-parse", "--verify", "--quiet", &reference]).is_err() {
        return Err(format!(
            "the git branch `{name}` is gone. Bring it back: `git reflog` finds its last commit, \
             `git branch {name} COMMIT` makes the branch."
        ));
    }
    let log = git.run(&["log", "--format=%H%x00%B%x01", &reference])?;
    let line = format!("Checkpoint: {from}");
    let mut entries = log.split('\u{1}').filter_map(|entry| entry.trim_start().split_once('\0'));
    let end = entries.find(|(_, message)| message.lines().any(|other| other.trim() == line));
    end.map(|(hash, _)| hash.to_string())
        .ok_or_else(|| format!("no commit on the way to `{name}` has the line `{line}`."))
}

fn head(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

/// The commits of a line after this one, oldest first; without a name, of the main line.
fn line(git: &Git, branch: Option<&str>, after: &str) -> Result<Vec<Commit>, String> {
    let range = format!("{after}..{}", head(branch.unwrap_or(BRANCH)));
    let log = git.run(&["log", "--reverse", "--format=%H%x00%P%x00%B%x01", &range])?;
    let entries = log.split('\u{1}').map(str::trim_start).filter(|entry| !entry.is_empty());
    let entries: Vec<&str> = entries.collect();
    if let Some(merge) = entries.iter().find_map(|entry| entry.split('\0').nth(1)?.split_once(' '))
    {
        return Err(format!(
            "there is a merge behind {}. The book is one line of commits.",
            merge.0
        ));
    }
    let patches = patches(git, &range)?;
    if patches.len() != entries.len() {
        return Err(format!("git shows {} patches of {} commits.", patches.len(), entries.len()));
    }
    let commits = entries.into_iter().zip(patches);
    commits.map(|(entry, patch)| commit(git, branch, entry, patch)).collect()
}

fn commit(git: &Git, branch: Option<&str>, entry: &str, patch: String) -> Result<Commit, String> {
    let mut fields = entry.split('\0');
    let mut field = || fields.next().unwrap_or_default();
    let (hash, _, message) = (field(), field(), field());
    let subject = message.lines().next().unwrap_or_default().trim().to_string();
    let all = |name: &str| -> Vec<String> {
        let lines = message.lines().skip(1).filter_map(|line| line.strip_prefix(name));
        lines.map(|value| value.trim().to_string()).collect()
    };
    let one = |name: &str| match all(name).as_slice() {
        [] => Ok(None),
        [value] => Ok(Some(value.clone())),
        values => Err(format!(
            "{} \"{subject}\" has {} lines `{name}…`. If two commits were put together, keep the \
             line of one and roll with `--drop` for the other: {}.",
            &hash[..SHORT],
            values.len(),
            values.join(", ")
        )),
    };
    let (block, chapter) = (one("Block: ")?, one("Chapter: ")?);
    let content = match one("File: ")? {
        Some(value) => whole_file(git, hash, &value, &patch)
            .map_err(|error| format!("{hash} \"{subject}\": {error}"))?,
        None => Committed::Patch(patch),
    };
    let checkpoints = all("Checkpoint: ");
    let (hash, branch) = (hash.to_string(), branch.map(String::from));
    Ok(Commit { hash, branch, subject, block, checkpoints, chapter, content })
}

/// `File: src/page.html from files/page.html`
fn whole_file(git: &Git, hash: &str, value: &str, patch: &str) -> Result<Committed, String> {
    let Some((path, source)) = value.split_once(" from ") else {
        return Err(format!("`File: {value}` has to look like `File: PATH from FILE`."));
    };
    let headers = patch.lines().filter_map(|line| line.strip_prefix("+++ "));
    let others: Vec<&str> = headers.filter(|to| to.strip_prefix("b/") != Some(path)).collect();
    if !others.is_empty() {
        return Err(format!(
            "it takes {path} whole, and changes {} besides. Make this a commit of its own.",
            others.join(", ")
        ));
    }
    let bytes = git.bytes(&["cat-file", "blob", &format!("{hash}:{path}")], b"")?;
    Ok(Committed::File { path: path.into(), source: source.into(), bytes })
}

/// The changes of the commits of a range, oldest first, in the form that the book has: no headers but
/// `---` and `+++`, empty lines of context empty.
fn patches(git: &Git, range: &str) -> Result<Vec<String>, String> {
    const DROPPED: [&str; 4] = ["diff --git ", "index ", "new file mode ", "deleted file mode "];
    let printed = git.run(&[
        "log",
        "--reverse",
        "--format=%x01",
        "--patch",
        "--unified=3",
        "--inter-hunk-context=0",
        "--no-renames",
        "--diff-algorithm=histogram",
        "--indent-heuristic",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--no-show-signature",
        range,
    ])?;
    let patch = |text: &str| -> String {
        let lines = text.trim_start_matches('\n').lines();
        let lines = lines.filter(|line| DROPPED.iter().all(|name| !line.starts_with(name)));
        let lines = lines.map(|line| if line == " " { "" } else { line });
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    // Nothing comes before the first mark.
    Ok(printed.split('\u{1}').skip(1).map(patch).collect())
}

/// The files of a commit: path, and mode and hash as git has them.
pub fn files(git: &Git, commit: &str) -> Result<BTreeMap<String, String>, String> {
    let listed = git.run(&["ls-tree", "-r", "-z", commit])?;
    let entries = listed.split('\0').filter_map(|entry| entry.split_once('\t'));
    Ok(entries.map(|(what, path)| (path.to_string(), what.to_string())).collect())
}

/// The same for files that we have: what `git ls-tree` would say.
pub fn hashes(tree: &Tree) -> BTreeMap<String, String> {
    let entry = |content: &Vec<u8>| {
        let mut hash = Sha1::new();
        hash.update(format!("blob {}\0", content.len()));
        hash.update(content);
        format!("100644 blob {}", hex(&hash.finalize()))
    };
    tree.iter().map(|(path, content)| (path.clone(), entry(content))).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
