//! Where a new block goes in the text of the book, and under which heading.

use super::contents::{Change, Heading, Item, is_number};
use super::history::Commit;
use super::place::Cursor;

/// A chapter, and an offset in its text.
pub type Spot = (usize, usize);

impl<'a> Cursor<'a> {
    /// So it is if it was split off, if the next block is under that heading too, or if it says so.
    pub fn is_under_last_heading(
        &self,
        commit: &Commit,
        number: Option<&str>,
        title: &str,
    ) -> bool {
        let Some(here) = &self.here else {
            return false;
        };
        let id = commit.block.as_ref().and_then(|id| id.split('/').next());
        let next = self.next_change().map(|change| self.book.number(change));
        [id, next, number].contains(&Some(&here.number)) || title == here.title
    }

    fn next_change(&self) -> Option<&'a Change> {
        match self.book.items.get(self.next)? {
            Item::Change(change) => Some(change),
            Item::Checkpoint(_) | Item::Branch(_) => None,
        }
    }

    /// Right behind the last item of the book that was passed.
    pub fn after_last(&self) -> Option<Spot> {
        let place = self.book.items.get(self.next.checked_sub(1)?)?.place();
        Some((place.chapter, place.span.end))
    }

    /// Where a section of its own begins: in the chapter that the commit names, behind the section
    /// of the last block, or before that of the next one.
    pub fn new_section(&self, commit: &Commit) -> Result<Spot, String> {
        let end = |chapter: usize| (chapter, self.end_of(chapter));
        let next = self.next_change().map(|change| &self.book.headings[change.heading]);
        let next = next.map(|heading| (heading.chapter, heading.start));
        if let Some(name) = &commit.chapter {
            let chapter = self.book.chapters.iter().position(|chapter| chapter.name == *name);
            let chapter = chapter.ok_or_else(|| {
                format!("{}: SUMMARY.md lists no chapter `{name}`.", commit.show())
            })?;
            return Ok(next.filter(|spot| spot.0 == chapter).unwrap_or(end(chapter)));
        }
        let Some((chapter, after)) = self.after_last() else {
            return self.fresh.or(next).ok_or_else(|| {
                format!("{}: say where it goes with a line `Chapter: FILE.md`.", commit.show())
            });
        };
        let section = match self.book.items.get(self.next - 1) {
            Some(Item::Checkpoint(_) | Item::Branch(_)) => {
                next.filter(|spot| (chapter, after) <= *spot)
            }
            _ => Some((chapter, self.end_of_section(chapter, after))),
        };
        let section = section.unwrap_or(end(chapter));
        Ok(self.fresh.map_or(section, |fresh| fresh.max(section)))
    }

    /// The next heading that is not below that of the last block, or the checkpoint before it.
    fn end_of_section(&self, chapter: usize, after: usize) -> usize {
        let level = self.here.as_ref().map_or(2, |here| here.level);
        let ends = |heading: &&Heading| {
            heading.chapter == chapter && heading.level <= level && after <= heading.start
        };
        let heading = self.book.headings.iter().find(ends).map(|heading| heading.start);
        let checkpoint = match self.book.items.get(self.next) {
            Some(Item::Checkpoint(checkpoint)) if checkpoint.place.chapter == chapter => {
                Some(checkpoint.place.span.start)
            }
            _ => None,
        };
        let nearer = heading.into_iter().chain(checkpoint).min();
        nearer.unwrap_or(self.end_of(chapter))
    }

    /// The end of a chapter, or where the next branch starts in it.
    fn end_of(&self, chapter: usize) -> usize {
        match self.book.items.get(self.next) {
            Some(Item::Branch(branch)) if branch.place.chapter == chapter => {
                branch.place.span.start
            }
            _ => self.book.chapters[chapter].text.len(),
        }
    }

    /// A number that no heading has, behind that of the last one.
    pub fn free_number(&self) -> String {
        let here = self.here.as_ref().map_or("0.0", |here| &here.number);
        let here = here.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let mut numbers = ('a'..='z').map(|letter| format!("{here}{letter}"));
        numbers.find(|number| !self.numbers.contains(number)).unwrap_or_default()
    }
}

/// `3.2/2 Unmask`, `3.2 Unmask` or `Unmask`: the number, if there is one, and the title.
pub fn subject_parts(subject: &str) -> (Option<&str>, &str) {
    let (first, title) = subject.split_once(' ').unwrap_or((subject, ""));
    let number = first.split('/').next().unwrap_or(first);
    match is_number(number) {
        true => (Some(number), title.trim()),
        false => (None, subject),
    }
}
