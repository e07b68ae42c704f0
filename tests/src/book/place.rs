//! Goes through the book beside the commits, and plans what goes in and what goes out of its text.

use std::collections::HashSet;

use super::contents::{Book, Change, Item};
use super::history::{Commit, Committed};
use super::splice::{Edit, Plan};
use super::spot::{Spot, subject_parts};
use super::statistics::UNEXPLAINED;

pub struct Cursor<'a> {
    pub book: &'a Book,
    dropped: &'a [String],
    /// The next item of the book.
    pub next: usize,
    /// The heading of the last block, one of the book or a new one.
    pub here: Option<Here>,
    /// Where the last text went, if nothing of the book has come since.
    pub fresh: Option<Spot>,
    pub numbers: HashSet<String>,
}

pub struct Here {
    pub number: String,
    pub title: String,
    pub level: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(book: &'a Book, dropped: &'a [String]) -> Cursor<'a> {
        let numbers = book.headings.iter().filter_map(|heading| heading.number.clone()).collect();
        Cursor { book, dropped, next: 0, here: None, fresh: None, numbers }
    }

    /// Goes to where a branch starts. One without blocks has no commits, and is passed.
    pub fn enter(&mut self, branch: &str, plan: &mut Plan) -> Result<(), String> {
        (self.here, self.fresh) = (None, None);
        loop {
            self.skip_dropped(plan);
            let Some(Item::Branch(start)) = self.book.items.get(self.next) else {
                return Err(self.out_of_order(&format!("branch {branch}")));
            };
            self.next += 1;
            if start.name == branch {
                return Ok(());
            }
        }
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
            Some(Item::Branch(branch)) => format!("branch {}", branch.name),
            None => "its end".into(),
        };
        format!(
            "{who} comes where the book has {expected}. To change the order, move the section in \
             the book by hand and unroll again."
        )
    }
}
