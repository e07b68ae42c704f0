//! Reads the book: puts together what stands in its chapters, and gives the blocks their ids.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::chapter::{Piece, Sort, pieces};
use super::contents::{
    Book, Branch, Change, Chapter, Checkpoint, Content, Heading, Item, Place, numbered,
};
use super::patch::Patch;
use super::scratch::{BRANCH, START};
use super::tree::read_file;

impl Book {
    /// Reads the chapters that `SUMMARY.md` lists.
    pub fn read(source: &Path) -> Result<Book, String> {
        let summary = read_text(&source.join("SUMMARY.md"))?;
        let mut chapters: Vec<Chapter> = Vec::new();
        for name in summary.lines().filter_map(linked_chapter) {
            if chapters.iter().all(|chapter| chapter.name != name) {
                chapters.push(Chapter { text: read_text(&source.join(&name))?, name });
            }
        }
        Book::from_chapters(chapters, |file| read_file(&source.join(file)))
    }

    /// Puts a book together from its chapters, and from the files that they take whole.
    pub fn from_chapters(
        chapters: Vec<Chapter>,
        file: impl Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Book, String> {
        let mut book = Book { chapters, headings: Vec::new(), items: Vec::new() };
        for chapter in 0..book.chapters.len() {
            let pieces = pieces(&book.chapters[chapter].name, &book.chapters[chapter].text)?;
            book.add_chapter(chapter, pieces, &file)?;
        }
        if let (Some(branch), Some(Item::Change(_))) = (book.open_branch(), book.items.last()) {
            return Err(book.without_end(branch));
        }
        book.check_headings()?;
        Ok(book)
    }

    fn add_chapter(
        &mut self,
        chapter: usize,
        pieces: Vec<Piece>,
        file: &impl Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<(), String> {
        let (mut heading, mut count) = (None, 0);
        let mut expects: Option<(String, Place)> = None;
        for Piece { line, span, sort } in pieces {
            let place = Place { chapter, line, span };
            if let (Some((_, place)), false) = (&expects, matches!(sort, Sort::Diff { .. })) {
                return Err(format!("{}: a diff block has to follow here.", self.show(place)));
            }
            let content = match sort {
                Sort::Heading { level, text } => {
                    self.add_heading(&place, level, &text, &mut heading, &mut count);
                    continue;
                }
                Sort::Expect { code } => {
                    expects = Some((code, place));
                    continue;
                }
                Sort::Checkpoint { name } => {
                    self.add_checkpoint(name, place)?;
                    continue;
                }
                Sort::Branch { name, from } => {
                    self.add_branch(name, from, place)?;
                    (heading, count) = (None, 0);
                    continue;
                }
                Sort::Diff { body } => {
                    let patch = Patch::parse(&self.chapters[chapter].text[body.clone()])
                        .map_err(|fault| self.explain(&place, &fault))?;
                    Content::Patch(patch, body)
                }
                Sort::File { path, source } => {
                    let bytes = file(&source).map_err(|e| format!("{}: {e}", self.show(&place)))?;
                    Content::File { path, source, bytes }
                }
            };
            let Some((heading, number)) = heading.as_ref().map(|(at, number)| (*at, number)) else {
                let what = match self.items.last() {
                    Some(Item::Branch(_)) => ", below the line where its branch starts",
                    _ => "",
                };
                let what =
                    format!("needs a heading with a number above it{what}: `### 3.2 Unmask`.");
                return Err(format!("{}: this block {what}", self.show(&place)));
            };
            count += 1;
            let id = format!("{number}/{count}");
            let expects = expects.take().map(|(code, _)| code);
            let (before, after) = (self.tip(&place)?, self.changes().count() + 1);
            let change = Change { id, heading, before, after, place, content, expects };
            self.items.push(Item::Change(change));
        }
        match expects {
            Some((_, place)) => Err(format!("{}: no block follows.", self.show(&place))),
            None => Ok(()),
        }
    }

    /// A lower heading without a number leaves the one above it in force.
    fn add_heading(
        &mut self,
        place: &Place,
        level: usize,
        text: &str,
        current: &mut Option<(usize, String)>,
        count: &mut usize,
    ) {
        let (number, title) = match numbered(text) {
            Some((number, title)) => (Some(number.to_string()), title),
            None => (None, text),
        };
        let above = current.as_ref().map_or(0, |(at, _)| self.headings[*at].level);
        if number.is_some() || level <= above {
            *current = number.clone().map(|number| (self.headings.len(), number));
            *count = 0;
        }
        let (chapter, start, title) = (place.chapter, place.span.start, title.to_string());
        self.headings.push(Heading { chapter, start, level, number, title });
    }

    fn add_checkpoint(&mut self, name: String, place: Place) -> Result<(), String> {
        let here = self.show(&place);
        if matches!(self.items.last(), None | Some(Item::Branch(_))) {
            return Err(format!("{here}: a checkpoint needs a block before it."));
        }
        if self.checkpoints().any(|other| other.name == name) {
            return Err(format!("{here}: {name} is a checkpoint already."));
        }
        let branch = self.open_branch();
        if let Some(branch) = branch.filter(|branch| branch.name != name) {
            return Err(format!("{here}: {name} is in a branch. {}", self.without_end(branch)));
        }
        let (state, has_crate) = (self.tip(&place)?, branch.is_none());
        self.items.push(Item::Checkpoint(Checkpoint { name, place, state, has_crate }));
        Ok(())
    }

    fn add_branch(&mut self, name: String, from: String, place: Place) -> Result<(), String> {
        let here = self.show(&place);
        if let (Some(branch), Some(Item::Change(_))) = (self.open_branch(), self.items.last()) {
            return Err(format!("{here}: {name} starts in a branch. {}", self.without_end(branch)));
        }
        if let Some(other) = self.branches().find(|other| other.name == name) {
            let there = self.show(&other.place);
            return Err(format!("{here}: {name} is a branch already, at {there}."));
        }
        if [BRANCH, START].contains(&name.as_str()) || self.checkpoints().any(|c| c.name == name) {
            return Err(format!("{here}: the name {name} is taken."));
        }
        let Some(start) = self.checkpoints().find(|checkpoint| checkpoint.name == from) else {
            return Err(format!("{here}: there is no checkpoint {from} before this place."));
        };
        let before = start.state;
        self.items.push(Item::Branch(Branch { name, from, before, place }));
        Ok(())
    }

    /// The branch whose end has not come.
    fn open_branch(&self) -> Option<&Branch> {
        let ended = |branch: &Branch| self.checkpoints().any(|end| end.name == branch.name);
        self.branches().last().filter(|branch| !ended(branch))
    }

    fn without_end(&self, branch: &Branch) -> String {
        let (name, place) = (&branch.name, self.show(&branch.place));
        format!("{place}: the branch {name} has to end with `<!-- checkpoint: {name} -->` first.")
    }

    /// The state that the next change starts from.
    fn tip(&self, place: &Place) -> Result<usize, String> {
        match self.items.last() {
            None => Ok(0),
            Some(Item::Change(change)) => Ok(change.after),
            Some(Item::Branch(branch)) => Ok(branch.before),
            Some(Item::Checkpoint(checkpoint)) if checkpoint.has_crate => Ok(checkpoint.state),
            Some(Item::Checkpoint(end)) => Err(format!(
                "{}: the branch {} has ended above, and the main line before it. What comes now \
                 needs a branch: `<!-- branch: NAME from CHECKPOINT -->`.",
                self.show(place),
                end.name
            )),
        }
    }

    /// A number and a title belong to one heading each.
    fn check_headings(&self) -> Result<(), String> {
        let mut seen: HashMap<&str, &Heading> = HashMap::new();
        for heading in self.headings.iter().filter(|heading| heading.number.is_some()) {
            for key in [heading.number.as_deref().unwrap_or_default(), &heading.title] {
                if let Some(other) = seen.insert(key, heading) {
                    let (here, there) = (self.show_heading(heading), self.show_heading(other));
                    return Err(format!("{here}: `{key}` is a heading already, at {there}."));
                }
            }
        }
        Ok(())
    }
}

/// The chapter that a line of the summary links to.
fn linked_chapter(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("](")?;
    let target = rest.split([')', '#']).next()?;
    let target = target.strip_prefix("./").unwrap_or(target);
    target.ends_with(".md").then(|| target.to_string())
}

fn read_text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
