//! A reader's folder, and which step of the book it seems to be at.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;

use super::contents::{Book, Change};
use super::loose::Lines;
use super::tree::{MANIFEST, Tree, differing, read_some, renamed};

pub struct Reader<'a> {
    pub book: &'a Book,
    pub folder: &'a Path,
    /// The book in every state.
    pub states: Vec<Tree>,
    /// Those of the reader's files that the book knows.
    pub files: Tree,
}

/// Lines of code, and how often each stands there.
type Counts = HashMap<String, usize>;
/// Those of the files that were looked at.
type Known<'a> = HashMap<(&'a String, &'a Vec<u8>), Rc<Counts>>;

impl Reader<'_> {
    pub fn open<'a>(book: &'a Book, folder: &'a Path) -> Result<Reader<'a>, String> {
        let states = book.states()?;
        let paths: BTreeSet<&String> = states.iter().flat_map(Tree::keys).collect();
        let files = read_some(folder, paths)?;
        Ok(Reader { book, folder, states, files })
    }

    /// Fails where there is no crate.
    pub fn is_crate(&self) -> Result<(), String> {
        match self.files.contains_key(MANIFEST) {
            true => Ok(()),
            false => Err(format!(
                "{} has no Cargo.toml. Name the folder of your crate, such as ../server.",
                self.folder.display()
            )),
        }
    }

    pub fn change(&self, at: usize) -> Option<&Change> {
        self.book.changes().nth(at)
    }

    /// The state that a change starts from.
    pub fn before(&self, at: usize) -> usize {
        self.change(at).map_or(at, |change| change.before)
    }

    /// The state of the book that the folder seems to have, and how many lines of code differ from
    /// what the book has there. Of several it is the first, but of several with the same code the
    /// last.
    pub fn nearest(&self) -> (usize, usize) {
        let theirs = renamed(&self.files, "server");
        let mut known = Known::new();
        let mut best = (0, usize::MAX);
        for (number, state) in self.states.iter().enumerate() {
            let sum = lines_between(state, &theirs, &mut known);
            // A change of comments only leaves the code as it was.
            let is_the_same_code =
                sum == best.1 && lines_between(state, &self.states[best.0], &mut known) == 0;
            if sum < best.1 || is_the_same_code {
                best = (number, sum);
            }
        }
        best
    }

    /// How many lines of code of these files differ from the book in this state.
    pub fn lines_from(&self, state: usize, files: &Tree) -> usize {
        lines_between(&self.states[state], &renamed(files, "server"), &mut Known::new())
    }

    /// Whether the folder has the code of the book in this state.
    pub fn is_at(&self, state: usize) -> bool {
        let theirs = renamed(&self.files, "server");
        let state = &self.states[state];
        state.len() == theirs.len()
            && state.iter().all(|(path, ours)| match theirs.get(path) {
                Some(theirs) => counts_of(path, ours) == counts_of(path, theirs),
                None => false,
            })
    }

    /// The same in words.
    pub fn place(&self) -> String {
        let (state, lines) = self.nearest();
        let step = self.step(state);
        match lines {
            0 => format!("Your folder is at {step}."),
            1 => format!("Your folder seems to be at {step}: one line of code differs."),
            _ => format!("Your folder seems to be at {step}: {lines} lines of code differ."),
        }
    }

    /// `3.2/1 Unmask`, which gives this state.
    pub fn step(&self, state: usize) -> String {
        match state.checked_sub(1).and_then(|last| self.change(last)) {
            Some(change) => format!("{} {}", change.id, self.book.title(change)),
            None => "the start, as `cargo new` leaves it".into(),
        }
    }
}

fn lines_between<'a>(state: &'a Tree, theirs: &'a Tree, known: &mut Known<'a>) -> usize {
    let mut sum = 0;
    for path in differing(state, theirs) {
        let [ours, theirs] = [state, theirs].map(|tree| {
            let (path, content) = tree.get_key_value(path)?;
            let counts = known.entry((path, content));
            Some(Rc::clone(counts.or_insert_with(|| Rc::new(counts_of(path, content)))))
        });
        sum += distance(ours.as_deref(), theirs.as_deref());
    }
    sum
}

fn counts_of(path: &str, content: &[u8]) -> Counts {
    let mut counts = Counts::new();
    for (_, line) in Lines::new(path, &String::from_utf8_lossy(content)).code {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// The lines that one has more often than the other. A file that is not there counts as a line.
fn distance(one: Option<&Counts>, other: Option<&Counts>) -> usize {
    let surplus = |one: &Counts, other: &Counts| -> usize {
        let more = |(line, count): (&String, &usize)| {
            count.saturating_sub(other.get(line).copied().unwrap_or_default())
        };
        one.iter().map(more).sum()
    };
    match (one, other) {
        (Some(one), Some(other)) => surplus(one, other).max(surplus(other, one)),
        (Some(only), None) | (None, Some(only)) => 1 + only.values().sum::<usize>(),
        (None, None) => 0,
    }
}
