//! The book as a whole: every change of the code in reading order, its id, the checkpoints, and the
//! branches that start from them.

use std::ops::Range;

use super::patch::{Fault, Patch};
use super::tree::Tree;

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
    Branch(Branch),
}

/// A diff block or a whole file.
pub struct Change {
    /// The number of its heading and its place under it: `3.2/1`.
    pub id: String,
    /// Its place in `Book::headings`.
    pub heading: usize,
    /// The states that it starts from and gives, see [`Book::states`].
    pub before: usize,
    pub after: usize,
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

/// The end of a stage, where the code is that of a step crate, or of a branch, which has no crate.
pub struct Checkpoint {
    pub name: String,
    pub place: Place,
    pub state: usize,
    pub has_crate: bool,
}

/// Where a branch starts: the changes that follow, up to the checkpoint of its name, start from an
/// earlier checkpoint and leave what comes after that alone.
pub struct Branch {
    pub name: String,
    /// The name of that checkpoint, and the state there.
    pub from: String,
    pub before: usize,
    pub place: Place,
}

#[derive(Clone)]
pub struct Place {
    pub chapter: usize,
    pub line: usize,
    pub span: Range<usize>,
}

impl Item {
    pub fn place(&self) -> &Place {
        match self {
            Item::Change(change) => &change.place,
            Item::Checkpoint(checkpoint) => &checkpoint.place,
            Item::Branch(branch) => &branch.place,
        }
    }
}

impl Book {
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.items.iter().filter_map(|item| match item {
            Item::Change(change) => Some(change),
            Item::Checkpoint(_) | Item::Branch(_) => None,
        })
    }

    pub fn checkpoints(&self) -> impl Iterator<Item = &Checkpoint> {
        self.items.iter().filter_map(|item| match item {
            Item::Change(_) | Item::Branch(_) => None,
            Item::Checkpoint(checkpoint) => Some(checkpoint),
        })
    }

    /// The checkpoints that have a step crate.
    pub fn stages(&self) -> impl Iterator<Item = &Checkpoint> {
        self.checkpoints().filter(|checkpoint| checkpoint.has_crate)
    }

    pub fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.items.iter().filter_map(|item| match item {
            Item::Change(_) | Item::Checkpoint(_) => None,
            Item::Branch(branch) => Some(branch),
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
