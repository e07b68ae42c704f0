//! The book as a whole: every change of the code in reading order, its id, and the checkpoints.

use std::ops::Range;

use super::patch::{Fault, Patch};
use super::tree::{Tree, base};

pub struct Book {
    pub chapters: Vec<Chapter>,
    pub headings: Vec<Heading>,
    pub items: Vec<Item>,
}

pub struct Chapter {
    /// Its path below `book/src`.
    pub name: String,
    pub text: String,
}

pub struct Heading {
    pub chapter: usize,
    /// Where its line starts in the chapter.
    pub start: usize,
    pub level: usize,
    /// `3.2`; headings without blocks need none.
    pub number: Option<String>,
    pub title: String,
}

pub enum Item {
    Change(Change),
    Checkpoint(Checkpoint),
}

/// A diff block or a whole file.
pub struct Change {
    /// The number of its heading and its place under it: `3.2/1`.
    pub id: String,
    /// Its place in `Book::headings`.
    pub heading: usize,
    pub place: Place,
    pub content: Content,
    /// The error that the compiler has to complain of.
    pub expects: Option<String>,
}

pub enum Content {
    /// The patch, and where its text stands in the chapter.
    Patch(Patch, Range<usize>),
    /// A file that is taken whole from a file of the book.
    File { path: String, source: String, bytes: Vec<u8> },
}

/// The end of a stage: the code is then that of a step crate.
pub struct Checkpoint {
    pub name: String,
    pub place: Place,
}

#[derive(Clone)]
pub struct Place {
    pub chapter: usize,
    pub line: usize,
    pub span: Range<usize>,
}

impl Book {
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.items.iter().filter_map(|item| match item {
            Item::Change(change) => Some(change),
            Item::Checkpoint(_) => None,
        })
    }

    pub fn checkpoints(&self) -> impl Iterator<Item = &Checkpoint> {
        self.items.iter().filter_map(|item| match item {
            Item::Change(_) => None,
            Item::Checkpoint(checkpoint) => Some(checkpoint),
        })
    }

    pub fn number(&self, change: &Change) -> &str {
        self.headings[change.heading].number.as_deref().unwrap_or_default()
    }

    pub fn title(&self, change: &Change) -> &str {
        &self.headings[change.heading].title
    }

    /// The text of a diff block.
    pub fn body(&self, change: &Change) -> &str {
        match &change.content {
            Content::Patch(_, body) => &self.chapters[change.place.chapter].text[body.clone()],
            Content::File { .. } => "",
        }
    }

    /// `book/src/frames.md:120`
    pub fn show(&self, place: &Place) -> String {
        format!("book/src/{}:{}", self.chapters[place.chapter].name, place.line)
    }

    pub fn show_heading(&self, heading: &Heading) -> String {
        let Chapter { name, text } = &self.chapters[heading.chapter];
        format!("book/src/{name}:{}", text[..heading.start].lines().count() + 1)
    }

    /// `3.2/1 Unmask (book/src/frames.md:120)`
    pub fn describe(&self, change: &Change) -> String {
        format!("{} {} ({})", change.id, self.title(change), self.show(&change.place))
    }

    /// What is wrong with a block, with the line of the chapter. The block's first line follows
    /// its fence.
    pub fn explain(&self, place: &Place, fault: &Fault) -> String {
        let line = place.line + 1 + fault.at;
        format!("book/src/{}:{line}: {}", self.chapters[place.chapter].name, fault.what)
    }

    /// Makes a change to the files of the crate.
    pub fn apply(&self, change: &Change, tree: &mut Tree) -> Result<(), String> {
        match &change.content {
            Content::Patch(patch, _) => {
                patch.apply(tree).map_err(|fault| self.explain(&change.place, &fault))
            }
            Content::File { path, bytes, .. } => {
                tree.insert(path.clone(), bytes.clone());
                Ok(())
            }
        }
    }

    /// The files before the first change and after each one.
    pub fn states(&self) -> Result<Vec<Tree>, String> {
        let mut states = vec![base()];
        for change in self.changes() {
            let mut tree = states.last().cloned().unwrap_or_default();
            let fault = |e| format!("{}: it does not apply.\n{e}", self.describe(change));
            self.apply(change, &mut tree).map_err(fault)?;
            states.push(tree);
        }
        Ok(states)
    }

    /// The changes that a reader means with `3.2/1`, with `3.2` (all of a heading) or with
    /// `step1-http` (the last one before a checkpoint): places among the changes.
    pub fn find(&self, step: &str) -> Result<Range<usize>, String> {
        let mut found: Option<Range<usize>> = None;
        let mut count = 0;
        for item in &self.items {
            let matches = match item {
                Item::Change(change) => {
                    count += 1;
                    change.id == step || self.number(change) == step
                }
                Item::Checkpoint(checkpoint) => checkpoint.name == step,
            };
            if matches {
                let start = found.map_or(count - 1, |range| range.start);
                found = Some(start..count);
            }
        }
        found.ok_or_else(|| match (self.changes().next(), self.changes().last()) {
            (Some(first), Some(last)) => format!(
                "the book has no step `{step}`. It goes from {} to {}; name a heading (`{}`), a \
                 block (`{}`) or a checkpoint (`step1-http`).",
                first.id,
                last.id,
                self.number(first),
                first.id
            ),
            _ => "the book has no blocks yet.".into(),
        })
    }
}

/// `3.2 Unmask` → (`3.2`, `Unmask`).
pub fn numbered(text: &str) -> Option<(&str, &str)> {
    let (number, title) = text.split_once(' ')?;
    is_number(number).then(|| (number, title.trim()))
}

/// `3.2`. A letter may follow, for what came in between later: `3.2a`.
pub fn is_number(text: &str) -> bool {
    let (chapter, step) = text.split_once('.').unwrap_or_default();
    let digits = step.strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(step);
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    plain(chapter) && plain(digits)
}
