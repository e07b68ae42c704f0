//! A small course in a folder of its own: two chapters, two step crates, a git repository; with
//! branches, if asked for.

use std::fs;
use std::path::{Path, PathBuf};

use course::book::contents::Book;
use course::book::git::Git;
use course::book::replay::{Options, replay};
use course::book::roll::{Request, roll};
use course::book::statistics::Statistics;
use course::book::tree::{renamed, write};
use course::book::unroll::unroll;
use course::book::{Project, Temporary};

pub const FIRST: &str = include_str!("first.md");
pub const SECOND: &str = include_str!("second.md");
const THIRD: &str = include_str!("third.md");
const FOURTH: &str = include_str!("fourth.md");
pub const PAGE: &str = "<!doctype html>\n<title>Hello</title>\n";
const SUMMARY: &str = "# Summary\n\n[Welcome](welcome.md)\n\n- [First](first.md)\n- [Second](./second.md)\n- [Later]()\n";

pub struct Sample {
    folder: Temporary,
    pub project: Project,
}

impl Sample {
    /// The sample with its step crates, all committed.
    pub fn new() -> Sample {
        Sample::with(FIRST, SECOND)
    }

    /// The same with two pages of branches.
    pub fn branched() -> Sample {
        let summary = format!("{SUMMARY}- [A branch](third.md)\n  - [More](fourth.md)\n");
        let pages = [("first", FIRST), ("second", SECOND), ("third", THIRD), ("fourth", FOURTH)];
        Sample::of(&summary, &pages)
    }

    pub fn with(first: &str, second: &str) -> Sample {
        Sample::of(SUMMARY, &[("first", first), ("second", second)])
    }

    fn of(summary: &str, pages: &[(&str, &str)]) -> Sample {
        let folder = Temporary::new("sample").expect("a folder");
        let root = folder.path.join("clone");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay");
        let sample = Sample { project: Project { root, target }, folder };
        sample.write("book/src/SUMMARY.md", summary);
        sample.write("book/src/welcome.md", "# Welcome\n\n## Nothing to type here\n");
        for (name, text) in pages {
            sample.write(&format!("book/src/{name}.md"), text);
        }
        sample.write("book/src/files/page.html", PAGE);
        let lock = include_str!("../../Cargo.lock");
        sample.write("Cargo.lock", lock);
        sample.git().run(&["init", "--quiet", "--template=", "."]).expect("git init");
        if let Ok(states) = sample.book().states() {
            for checkpoint in sample.book().stages() {
                let folder = sample.project.root.join(&checkpoint.name);
                let tree = renamed(&states[checkpoint.state], &checkpoint.name);
                write(&tree, &folder).expect("a crate");
            }
        }
        sample.commit();
        sample
    }

    pub fn git(&self) -> Git<'_> {
        Git::own(&self.project.root)
    }

    pub fn commit(&self) {
        self.git().run(&["add", "--all"]).expect("git add");
        self.git().run(&["commit", "--quiet", "--allow-empty", "-m", "sample"]).expect("commit");
    }

    /// What has changed in the clone since it was committed, a line for each file.
    pub fn changes(&self) -> String {
        let arguments = ["status", "--porcelain", "--untracked-files=all"];
        self.git().run(&arguments).expect("git status")
    }

    pub fn book(&self) -> Book {
        self.try_book().unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn try_book(&self) -> Result<Book, String> {
        Book::read(&self.project.source())
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.project.root.join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.project.root.join(path)).expect("a file")
    }

    /// Replaces a text that has to be there once.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// A folder beside the clone.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path.join(name)
    }

    /// Replays; gives the statistics and all lines.
    pub fn replay(&self) -> Result<(Statistics, String), String> {
        self.replay_with(&Options::default())
    }

    pub fn replay_with(&self, options: &Options) -> Result<(Statistics, String), String> {
        let mut lines = String::new();
        let mut say = |line: &str| lines.push_str(&format!("{line}\n"));
        let statistics = replay(&self.project, &self.try_book()?, options, &mut say)?;
        Ok((statistics, lines))
    }

    pub fn unroll(&self, name: &str) -> Scratch {
        let folder = self.beside(name);
        unroll(&self.project, &self.book(), &folder).unwrap_or_else(|error| panic!("{error}"));
        Scratch { folder }
    }

    /// Rolls without cargo; gives what was told.
    pub fn roll(&self, scratch: &Scratch) -> Result<String, String> {
        self.roll_with(scratch, &Request { unchecked: true, ..Request::default() })
    }

    pub fn roll_with(&self, scratch: &Scratch, request: &Request) -> Result<String, String> {
        let told = roll(&self.project, &self.try_book()?, &scratch.folder, request, &mut |_| ())?;
        Ok(told.join("\n"))
    }
}

/// A repository that `unroll` made.
pub struct Scratch {
    pub folder: PathBuf,
}

impl Scratch {
    pub fn git(&self, arguments: &[&str]) -> String {
        self.try_git(arguments).unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn try_git(&self, arguments: &[&str]) -> Result<String, String> {
        Git::own(&self.folder).run(arguments)
    }

    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let file = self.folder.join(path);
        let text = fs::read_to_string(&file).expect("a file");
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {path}:\n{text}");
        fs::write(file, text.replace(from, to)).expect("a file");
    }

    /// The commit of the main line with this title.
    pub fn find(&self, title: &str) -> String {
        self.find_on("book", title)
    }

    pub fn find_on(&self, branch: &str, title: &str) -> String {
        let log = self.git(&["log", "--format=%H %s", branch]);
        let line = log.lines().find(|line| line.split_once(' ').is_some_and(|(_, s)| s == title));
        line.unwrap_or_else(|| panic!("no commit {title:?} in:\n{log}"))[..40].to_string()
    }

    /// Goes to a commit, does something there, and takes the later commits along.
    pub fn at(&self, title: &str, change: impl FnOnce()) -> Result<String, String> {
        self.at_on("book", title, change)
    }

    pub fn at_on(
        &self,
        branch: &str,
        title: &str,
        change: impl FnOnce(),
    ) -> Result<String, String> {
        let old = self.find_on(branch, title);
        self.git(&["checkout", "--quiet", &old]);
        change();
        self.try_git(&["rebase", "--quiet", "--onto", "HEAD", &old, branch])
    }

    pub fn amend(&self) {
        self.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }
}
