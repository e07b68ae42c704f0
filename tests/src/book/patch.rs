//! What a diff block changes: files, hunks and lines; and the change itself, to the letter.

use super::chapter::is_inside;
use super::tree::{Tree, text_of};

pub struct Patch {
    pub files: Vec<FilePatch>,
}

/// The change of one file.
pub struct FilePatch {
    pub path: String,
    pub created: bool,
    pub deleted: bool,
    pub hunks: Vec<Hunk>,
}

/// Lines that stand together. Positions count from 0; where nothing is kept or removed, `old` is
/// the line that the new ones come before.
pub struct Hunk {
    pub old: usize,
    pub new: usize,
    pub lines: Vec<Line>,
    /// Its `@@` line, counted from the first line of the block, which is 0.
    pub at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Keep,
    Remove,
    Add,
}

pub struct Line {
    pub kind: Kind,
    pub text: String,
}

/// What is wrong with a block, and in which of its lines, counted from 0.
pub struct Fault {
    pub at: usize,
    pub what: String,
}

impl Fault {
    fn new(at: usize, what: impl Into<String>) -> Fault {
        Fault { at, what: what.into() }
    }
}

impl Patch {
    pub fn parse(body: &str) -> Result<Patch, Fault> {
        let lines: Vec<&str> = body.lines().collect();
        let mut files = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let (file, next) = parse_file(&lines, at)?;
            files.push(file);
            at = next;
        }
        match files.is_empty() {
            true => Err(Fault::new(0, "the block is empty.")),
            false => Ok(Patch { files }),
        }
    }

    /// How many lines come and how many go.
    pub fn size(&self) -> (usize, usize) {
        let all = || self.files.iter().flat_map(|file| &file.hunks).flat_map(|hunk| &hunk.lines);
        let count = |kind| all().filter(|line| line.kind == kind).count();
        (count(Kind::Add), count(Kind::Remove))
    }

    /// Changes the files. Every line has to stand exactly where the block says.
    pub fn apply(&self, tree: &mut Tree) -> Result<(), Fault> {
        for file in &self.files {
            let at = file.hunks.first().map_or(0, |hunk| hunk.at);
            let before = tree.remove(&file.path);
            if file.created != before.is_none() {
                let what = if file.created { "exists already" } else { "does not exist" };
                return Err(Fault::new(at, format!("{} {what}.", file.path)));
            }
            let before = before.unwrap_or_default();
            let after = file.apply(text_of(&file.path, &before).map_err(|e| Fault::new(at, e))?)?;
            match (file.deleted, after.is_empty()) {
                (false, _) => tree.insert(file.path.clone(), after.into_bytes()),
                (true, true) => None,
                (true, false) => {
                    let what = format!("{} has more lines than the block deletes.", file.path);
                    return Err(Fault::new(at, what));
                }
            };
        }
        Ok(())
    }
}

impl FilePatch {
    fn apply(&self, before: &str) -> Result<String, Fault> {
        let before: Vec<&str> = before.lines().collect();
        let mut after: Vec<&str> = Vec::new();
        let mut done = 0;
        for hunk in &self.hunks {
            let Some(kept) = before.get(done..hunk.old) else {
                let what = format!("{} has no line {}.", self.path, hunk.old + 1);
                return Err(Fault::new(hunk.at, what));
            };
            after.extend(kept);
            done = hunk.old;
            if hunk.new != after.len() {
                let what = format!(
                    "the @@ line says that the new lines start at {}, but they start at {}.",
                    hunk.new + 1,
                    after.len() + 1
                );
                return Err(Fault::new(hunk.at, what));
            }
            for (index, line) in hunk.lines.iter().enumerate() {
                if line.kind != Kind::Add {
                    self.expect(&before, done, line, hunk.at + 1 + index)?;
                    done += 1;
                }
                if line.kind != Kind::Remove {
                    after.push(&line.text);
                }
            }
        }
        after.extend(&before[done..]);
        Ok(after.iter().flat_map(|line| [line, "\n"]).collect())
    }

    /// The line of the file has to be that of the block.
    fn expect(&self, file: &[&str], number: usize, line: &Line, at: usize) -> Result<(), Fault> {
        let found = match file.get(number) {
            Some(found) if *found == line.text => return Ok(()),
            Some(found) => format!("reads `{found}`"),
            None => "is not there".into(),
        };
        let what = format!(
            "the block has `{}`, but line {} of {} {found}.",
            line.text,
            number + 1,
            self.path
        );
        Err(Fault::new(at, what))
    }
}

fn parse_file(lines: &[&str], start: usize) -> Result<(FilePatch, usize), Fault> {
    let header = |at: usize, mark: &str| lines.get(at).and_then(|line| line.strip_prefix(mark));
    let (Some(from), Some(to)) = (header(start, "--- "), header(start + 1, "+++ ")) else {
        let what = "a file begins with `--- a/PATH` and `+++ b/PATH`, without other headers; or \
                    the hunk above has more lines than its @@ line says.";
        return Err(Fault::new(start, what));
    };
    let (created, deleted) = (from == "/dev/null", to == "/dev/null");
    let path = if deleted { from.strip_prefix("a/") } else { to.strip_prefix("b/") };
    let same = created || deleted || from.strip_prefix("a/") == path;
    let Some(path) = path.filter(|path| same && is_inside(path)) else {
        let what = "the paths have to be `a/PATH` and `b/PATH`, or `/dev/null` for no file.";
        return Err(Fault::new(start, what));
    };
    let mut hunks = Vec::new();
    let mut at = start + 2;
    while lines.get(at).is_some_and(|line| line.starts_with("@@")) {
        let (hunk, next) = parse_hunk(lines, at)?;
        hunks.push(hunk);
        at = next;
    }
    match hunks.is_empty() {
        true => Err(Fault::new(at, "an @@ line has to follow the two headers.")),
        false => Ok((FilePatch { path: path.into(), created, deleted, hunks }, at)),
    }
}

fn parse_hunk(lines: &[&str], at: usize) -> Result<(Hunk, usize), Fault> {
    let Some(((old, old_count), (new, new_count))) = parse_ranges(lines[at]) else {
        return Err(Fault::new(at, "this line has to look like `@@ -3,6 +3,9 @@ fn main() {`."));
    };
    let mut hunk = Hunk { old, new, lines: Vec::new(), at };
    let (mut olds, mut news) = (0, 0);
    while olds < old_count || news < new_count {
        let here = at + 1 + hunk.lines.len();
        let Some(line) = lines.get(here) else {
            return Err(Fault::new(at, "the hunk has fewer lines than its @@ line says."));
        };
        let (kind, text) = match line.chars().next() {
            // Editors strip the blank that an empty line of context begins with.
            None => (Kind::Keep, ""),
            Some(' ') => (Kind::Keep, &line[1..]),
            Some('-') => (Kind::Remove, &line[1..]),
            Some('+') => (Kind::Add, &line[1..]),
            Some(_) => {
                let what = "a line of a hunk begins with a blank, `-` or `+`; or the hunk has \
                            fewer lines than its @@ line says.";
                return Err(Fault::new(here, what));
            }
        };
        olds += usize::from(kind != Kind::Add);
        news += usize::from(kind != Kind::Remove);
        hunk.lines.push(Line { kind, text: text.into() });
    }
    let next = at + 1 + hunk.lines.len();
    if (olds, news) != (old_count, new_count) {
        return Err(Fault::new(at, "the hunk has more lines than its @@ line says."));
    }
    if lines.get(next).is_some_and(|line| line.starts_with('\\')) {
        return Err(Fault::new(next, "the last line of a file needs a line end."));
    }
    Ok((hunk, next))
}

type Span = (usize, usize);

/// `@@ -3,6 +3,9 @@ fn main()` → ((2, 6), (2, 9)), positions from 0.
fn parse_ranges(line: &str) -> Option<(Span, Span)> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    Some((parse_range(old)?, parse_range(new)?))
}

fn parse_range(range: &str) -> Option<Span> {
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    let (start, count): Span = (start.parse().ok()?, count.parse().ok()?);
    // Where there are no lines, git names the line before.
    let position = if count == 0 { Some(start) } else { start.checked_sub(1) };
    position.map(|position| (position, count))
}
