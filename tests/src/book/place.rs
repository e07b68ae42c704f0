//! Goes through the book beside the commits, and finds where a new block goes in its text, and
//! under which heading.

use std::collections::HashSet;

use super::contents::{Book, Change, Heading, Item, is_number};
use super::history::{Commit, Committed};
use super::splice::{Edit, Plan};
use super::statistics::UNEXPLAINED;

/// A chapter, and an offset in its text.
type Spot = (usize, usize);

pub struct Cursor<'a> {
    book: &'a Book,
    dropped: &'a [String],
    /// The next item of the book.
    next: usize,
    /// The heading of the last block, one of the book or a new one.
    here: Option<Here>,
    /// Where the last text went, if nothing of the book has come since.
    fresh: Option<Spot>,
    numbers: HashSet<String>,
}

struct Here {
    number: String,
    title: String,
    level: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(book: &'a Book, dropped: &'a [String]) -> Cursor<'a> {
        let numbers = book.headings.iter().filter_map(|heading| heading.number.clone()).collect();
        Cursor { book, dropped, next: 0, here: None, fresh: None, numbers }
    }

    /// Passes the next change of the book, which has to be that of the commit.
    pub fn pass(
        &mut self,
        id: &str,
        commit: &Commit,
        plan: &mut Plan,
    ) -> Result<&'a Change, String> {
        self.skip_dropped(plan);
        let book = self.book;
        let change = match book.items.get(self.next) {
            Some(Item::Change(change)) if change.id == id => change,
            _ => return Err(self.out_of_order(&commit.show())),
        };
        self.next += 1;
        self.fresh = None;
        let (number, title) = (book.number(change).to_string(), book.title(change).to_string());
        let subject = format!("{id} {title}");
        if commit.subject != subject {
            return Err(format!(
                "{} was called \"{subject}\". Change a heading in the book, not here: give the \
                 commit its title back.",
                commit.show()
            ));
        }
        let level = book.headings[change.heading].level;
        self.here = Some(Here { number, title, level });
        Ok(change)
    }

    /// Passes a checkpoint of the book, or plans a new one.
    pub fn checkpoint(
        &mut self,
        name: &str,
        commit: &Commit,
        plan: &mut Plan,
    ) -> Result<(), String> {
        self.skip_dropped(plan);
        if self.book.checkpoints().any(|checkpoint| checkpoint.name == name) {
            return match self.book.items.get(self.next) {
                Some(Item::Checkpoint(checkpoint)) if checkpoint.name == name => {
                    self.next += 1;
                    self.fresh = None;
                    Ok(())
                }
                _ => Err(self.out_of_order(&format!("checkpoint {name}"))),
            };
        }
        let spot = self.fresh.or_else(|| self.after_last()).unwrap_or_default();
        plan.told.push(format!("new: checkpoint {name} after {}", commit.show()));
        self.write(spot, format!("<!-- checkpoint: {name} -->\n"), plan);
        Ok(())
    }

    /// Takes blocks out of the text that are to go.
    pub fn skip_dropped(&mut self, plan: &mut Plan) {
        while let Some(Item::Change(change)) = self.book.items.get(self.next) {
            if !self.dropped.contains(&change.id) {
                return;
            }
            let (chapter, range) = (change.place.chapter, change.place.span.clone());
            plan.edits.push(Edit { chapter, range, text: String::new() });
            let block = self.book.describe(change);
            plan.told.push(format!("dropped: {block}; mend the text around it"));
            self.next += 1;
        }
    }

    /// Plans a new block, under the heading of the last one or under its own.
    pub fn insert(&mut self, commit: &Commit, plan: &mut Plan) -> Result<(), String> {
        self.skip_dropped(plan);
        let (number, title) = subject_parts(&commit.subject);
        let block = match &commit.content {
            Committed::Patch(patch) => format!("```diff\n{patch}```\n"),
            Committed::File { path, source, .. } => {
                format!("<!-- file: {path} from {source} -->\n")
            }
        };
        let mut text = format!("{UNEXPLAINED}\n\n{block}");
        let spot = match self.fresh.or_else(|| self.after_last()) {
            Some(spot) if self.is_under_last_heading(commit, number, title) => spot,
            _ => {
                let spot = self.new_section(commit)?;
                let number = number.map_or_else(|| self.free_number(), String::from);
                let level = self.here.as_ref().map_or(2, |here| here.level);
                text = format!("{} {number} {title}\n\n{text}", "#".repeat(level));
                self.numbers.insert(number.clone());
                self.here = Some(Here { number, title: title.to_string(), level });
                spot
            }
        };
        self.write(spot, text, plan);
        Ok(())
    }

    fn write(&mut self, spot: Spot, text: String, plan: &mut Plan) {
        plan.edits.push(Edit { chapter: spot.0, range: spot.1..spot.1, text });
        self.fresh = Some(spot);
    }

    fn out_of_order(&self, who: &str) -> String {
        let expected = match self.book.items.get(self.next) {
            Some(Item::Change(change)) => self.book.describe(change),
            Some(Item::Checkpoint(checkpoint)) => format!("checkpoint {}", checkpoint.name),
            None => "its end".into(),
        };
        format!(
            "{who} comes where the book has {expected}. To change the order, move the section in \
             the book by hand and unroll again."
        )
    }

    /// So it is if it was split off, if the next block is under that heading too, or if it says so.
    fn is_under_last_heading(&self, commit: &Commit, number: Option<&str>, title: &str) -> bool {
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
            Item::Checkpoint(_) => None,
        }
    }

    /// Right behind the last item of the book that was passed.
    fn after_last(&self) -> Option<Spot> {
        let place = match self.book.items.get(self.next.checked_sub(1)?)? {
            Item::Change(change) => &change.place,
            Item::Checkpoint(checkpoint) => &checkpoint.place,
        };
        Some((place.chapter, place.span.end))
    }

    /// Where a section of its own begins: in the chapter that the commit names, behind the section
    /// of the last block, or before that of the next one.
    fn new_section(&self, commit: &Commit) -> Result<Spot, String> {
        let end = |chapter: usize| (chapter, self.book.chapters[chapter].text.len());
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
            Some(Item::Checkpoint(_)) => next.filter(|spot| (chapter, after) <= *spot),
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
        nearer.unwrap_or(self.book.chapters[chapter].text.len())
    }

    /// A number that no heading has, behind that of the last one.
    fn free_number(&self) -> String {
        let here = self.here.as_ref().map_or("0.0", |here| &here.number);
        let here = here.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let mut numbers = ('a'..='z').map(|letter| format!("{here}{letter}"));
        numbers.find(|number| !self.numbers.contains(number)).unwrap_or_default()
    }
}

/// `3.2/2 Unmask`, `3.2 Unmask` or `Unmask`: the number, if there is one, and the title.
fn subject_parts(subject: &str) -> (Option<&str>, &str) {
    let (first, title) = subject.split_once(' ').unwrap_or((subject, ""));
    let number = first.split('/').next().unwrap_or(first);
    match is_number(number) {
        true => (Some(number), title.trim()),
        false => (None, subject),
    }
}
