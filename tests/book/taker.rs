//! A reader with a crate of their own.

use std::fs;
use std::path::{Path, PathBuf};

use course::book::apply::apply;
use course::book::compare::compare;
use course::book::contents::Book;
use course::book::git::Git;
use course::book::goto::goto;
use course::book::tree::{Tree, read, renamed, write};

use crate::sample::Sample;

pub struct Taker {
    pub sample: Sample,
    pub book: Book,
    pub folder: PathBuf,
}

impl Taker {
    /// A crate that has so many changes of the book, under a name of the reader's.
    pub fn at(count: usize) -> Taker {
        Taker::of(Sample::new(), count)
    }

    /// A crate in this state of the book.
    pub fn of(sample: Sample, count: usize) -> Taker {
        let book = sample.book();
        let folder = sample.beside("mine");
        let taker = Taker { sample, book, folder };
        write(&taker.state(count), &taker.folder).expect("a crate");
        taker
    }

    pub fn state(&self, count: usize) -> Tree {
        let states = self.book.states().unwrap_or_else(|error| panic!("{error}"));
        renamed(&states[count], "mine")
    }

    #[track_caller]
    pub fn is_at(&self, count: usize) {
        assert_eq!(read(&self.folder).expect("a crate"), self.state(count));
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a file")
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).expect("a file");
    }

    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{from:?} in {text}");
        self.write(path, &text.replace(from, to));
    }

    pub fn edit_all(&self, change: impl Fn(&str) -> String) {
        for path in read(&self.folder).expect("a crate").keys() {
            self.write(path, &change(&self.read(path)));
        }
    }

    pub fn commit(&self, folder: &Path) {
        let git = Git::own(folder);
        git.run(&["init", "--quiet", "--template=", "."]).expect("git init");
        git.run(&["add", "--all"]).expect("git add");
        git.run(&["commit", "--quiet", "-m", "mine"]).expect("git commit");
    }

    pub fn apply(&self, step: &str) -> Result<Vec<String>, String> {
        apply(&self.book, step, &self.folder)
    }

    pub fn goto(&self, step: &str) -> Result<Vec<String>, String> {
        goto(&self.book, step, &self.folder)
    }

    pub fn compare(&self, step: &str) -> String {
        let faults = compare(&self.book, step, &self.folder);
        faults.unwrap_or_else(|error| panic!("{error}")).join("\n")
    }
}
