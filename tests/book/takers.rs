//! Readers with a crate of their own: `apply`, `goto` and `compare`.

use std::fs;
use std::path::{Path, PathBuf};

use course::book::apply::apply;
use course::book::compare::compare;
use course::book::contents::Book;
use course::book::git::Git;
use course::book::goto::goto;
use course::book::tree::{read, renamed, write};

use crate::sample::Sample;

struct Taker {
    sample: Sample,
    book: Book,
    folder: PathBuf,
}

impl Taker {
    /// A crate that has so many changes of the book, under a name of the reader's.
    fn at(count: usize) -> Taker {
        let sample = Sample::new();
        let book = sample.book();
        let folder = sample.beside("mine");
        let taker = Taker { sample, book, folder };
        write(&taker.state(count), &taker.folder).expect("a crate");
        taker
    }

    fn state(&self, count: usize) -> course::book::tree::Tree {
        let states = self.book.states().unwrap_or_else(|error| panic!("{error}"));
        renamed(&states[count], "mine")
    }

    #[track_caller]
    fn is_at(&self, count: usize) {
        assert_eq!(read(&self.folder).expect("a crate"), self.state(count));
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a file")
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).expect("a file");
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{from:?} in {text}");
        self.write(path, &text.replace(from, to));
    }

    fn edit_all(&self, change: impl Fn(&str) -> String) {
        for path in read(&self.folder).expect("a crate").keys() {
            self.write(path, &change(&self.read(path)));
        }
    }

    fn commit(&self, folder: &Path) {
        let git = Git::own(folder);
        git.run(&["init", "--quiet", "--template=", "."]).expect("git init");
        git.run(&["add", "--all"]).expect("git add");
        git.run(&["commit", "--quiet", "-m", "mine"]).expect("git commit");
    }

    fn apply(&self, step: &str) -> Result<Vec<String>, String> {
        apply(&self.book, step, &self.folder)
    }

    fn goto(&self, step: &str) -> Result<Vec<String>, String> {
        goto(&self.book, step, &self.folder)
    }

    fn compare(&self, step: &str) -> String {
        let faults = compare(&self.book, step, &self.folder);
        faults.unwrap_or_else(|error| panic!("{error}")).join("\n")
    }
}

#[test]
fn every_step_applies_to_a_crate_typed_as_it_stands() {
    let taker = Taker::at(0);
    assert_eq!(
        taker.apply("1.1"),
        Ok(vec!["changed Cargo.toml".into(), "created rustfmt.toml".into()])
    );
    for step in ["1.2", "1.3", "2.1", "2.2"] {
        taker.apply(step).unwrap_or_else(|error| panic!("{error}"));
    }
    taker.is_at(9);
    assert_eq!(taker.compare("step2-second"), "");
}

#[test]
fn a_step_applies_where_lines_end_as_on_windows() {
    let taker = Taker::at(5);
    taker.edit_all(|text| text.replace('\n', "\r\n"));
    taker.apply("2.1").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(taker.compare("2.1"), "");
    taker.edit_all(|text| {
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
        text.replace("\r\n", "\n")
    });
    taker.is_at(7);
}

#[test]
fn a_step_applies_where_comments_were_not_typed_and_lines_added() {
    let taker = Taker::at(5);
    taker.write(
        "src/greet.rs",
        "pub fn greeting(name: &str) -> String {\n  format!(\"Hello, {name}!\")\n}\n",
    );
    taker.edit(
        "src/main.rs",
        "//! Says hello.\n\n",
        "#![allow(dead_code)]\n// Mine.\nfn mine() {\n}\n",
    );
    taker.edit("src/main.rs", "    let name =", "    // Who?\n\n\tlet  name =");
    taker.apply("2.1").unwrap_or_else(|error| panic!("{error}"));
    taker.apply("2.2").unwrap_or_else(|error| panic!("{error}"));
    let text = taker.read("src/main.rs");
    let expected = "mod greet;\n\nconst PAGE: &str = include_str!(\"page.html\");\n\nfn main() {\n    \
                    println!(\"{PAGE}\");\n    // Who?\n\n    let name = String::from(target(";
    assert!(text.contains(expected), "{text}");
    assert!(
        text.starts_with("#![allow(dead_code)]\n// Mine.\nfn mine() {\n}\nmod greet;\n"),
        "{text}"
    );
    assert!(text.ends_with("    parsed.path.unwrap_or_default()\n}\n"), "{text}");
}

#[test]
fn what_does_not_fit_is_told_and_nothing_is_written() {
    let taker = Taker::at(5);
    taker.edit("src/main.rs", "let greeter =", "let thread =");
    let before = read(&taker.folder).expect("a crate");
    let error = taker.apply("2.1").expect_err("it does not fit");
    for words in [
        "2.1/1 Take a library (book/src/second.md:5) does not fit your folder, and nothing was written.",
        "src/main.rs: after `let greeting = move || println!(\"{}\", greet::greeting(&name));` the book \
         expects `let greeter = std::thread::spawn(greeting);`, but your line 8 is `let thread = ",
        "Your folder seems to be at 1.3/2 A module: one line of code differs.",
    ] {
        assert!(error.contains(words), "{words:?} is missing in:\n{error}");
    }
    assert_eq!(read(&taker.folder).expect("a crate"), before);
}

#[test]
fn a_step_too_early_or_twice_is_told() {
    let taker = Taker::at(2);
    let error = taker.apply("2.1").expect_err("too early");
    let expected = "Your folder is at 1.2/1 A thread of its own. Before 2.1 comes 1.2/2 A thread";
    assert!(error.starts_with(expected), "{error}");
    let error = taker.apply("1.1").expect_err("twice");
    assert_eq!(error, "You have 1.1 already. Your folder is at 1.2/1 A thread of its own.");
    let error = taker.apply("3.1").expect_err("no such step");
    assert!(
        error.starts_with("the book has no step `3.1`. It goes from 1.1/1 to 2.2/2;"),
        "{error}"
    );
    let error = apply(&taker.book, "1.1", &taker.sample.beside("none")).expect_err("no folder");
    assert!(error.contains("none has no Cargo.toml"), "{error}");
}

#[test]
fn a_file_of_the_readers_own_is_not_replaced() {
    let taker = Taker::at(3);
    taker.write("src/greet.rs", "// Mine.\npub fn own() {}\n");
    let error = taker.apply("1.3").expect_err("it is there");
    assert!(
        error.contains("src/greet.rs: the book creates this file, and you have another"),
        "{error}"
    );
    let taker = Taker::at(7);
    taker.write("src/page.html", "mine\n");
    let error = taker.apply("2.2").expect_err("it is there");
    assert!(error.contains("src/page.html: you have a file of your own there"), "{error}");
    assert_eq!(taker.read("src/page.html"), "mine\n");
}

#[test]
fn goto_makes_a_new_crate() {
    let taker = Taker::at(0);
    let folder = taker.sample.beside("new");
    let told = goto(&taker.book, "1.2/2", &folder).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(told, ["wrote Cargo.toml", "wrote rustfmt.toml", "wrote src/main.rs"]);
    assert_eq!(renamed(&read(&folder).expect("a crate"), "mine"), taker.state(3));
    assert_eq!(fs::read_to_string(folder.join(".gitignore")).expect("a file"), "/target\n");
}

#[test]
fn goto_goes_on_and_back_and_leaves_other_files() {
    let taker = Taker::at(0);
    taker.write("notes.txt", "mine\n");
    taker.goto("step2-second").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(taker.read("notes.txt"), "mine\n");
    let told = taker.goto("1.2").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(told[1..], ["removed src/greet.rs", "wrote src/main.rs", "removed src/page.html"]);
    fs::remove_file(taker.folder.join("notes.txt")).expect("it is there");
    taker.is_at(3);
}

#[test]
fn goto_never_writes_over_work_that_is_not_committed() {
    let taker = Taker::at(5);
    let typed = "fn main() {}\n";
    let kept = |why: &str| {
        let error = taker.goto("2.1").expect_err(why);
        assert!(error.contains("would be lost in src/main.rs. Commit it"), "{why}: {error}");
        assert_eq!(taker.read("src/main.rs"), typed, "{why}");
        assert!(!taker.read("Cargo.toml").contains("httparse"), "{why}");
    };
    taker.commit(&taker.folder);
    let git = Git::own(&taker.folder);
    taker.write("src/main.rs", typed);
    kept("changed");
    git.run(&["add", "--all"]).expect("git add");
    kept("staged");
    git.run(&["update-index", "--assume-unchanged", "src/main.rs"]).expect("git update-index");
    kept("hidden");
    git.run(&["rm", "--quiet", "--force", "--cached", "src/main.rs"]).expect("git rm");
    git.run(&["commit", "--quiet", "-m", "without"]).expect("git commit");
    kept("untracked");
    taker.write(".gitignore", "*.rs\n");
    kept("ignored");
    git.run(&["add", "--force", "--all", "."]).expect("git add");
    git.run(&["commit", "--quiet", "-m", "all"]).expect("git commit");
    taker.goto("2.1").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(taker.compare("2.1"), "");
}

#[test]
fn goto_knows_commits_of_a_repository_further_up_and_files_of_no_repository() {
    let taker = Taker::at(5);
    taker.edit_all(|text| text.replace('\n', "\r\n"));
    taker.goto("2.1").unwrap_or_else(|error| panic!("{error}"));
    assert!(taker.read("src/main.rs").contains("fn main() {\r\n"));
    taker.edit("src/main.rs", "fn main", "// Mine.\r\nfn main");
    let error = taker.goto("1.3").expect_err("it is in no repository");
    assert!(
        error.contains("would be lost in src/main.rs.") && error.contains("git init"),
        "{error}"
    );
    taker.commit(&taker.sample.beside(""));
    taker.goto("1.3").unwrap_or_else(|error| panic!("{error}"));
    let error = goto(&taker.book, "1.3", &taker.sample.project.root).expect_err("no crate there");
    assert!(error.contains("has no Cargo.toml"), "{error}");
}

#[test]
fn compare_leaves_out_white_space_comments_and_the_name() {
    let taker = Taker::at(5);
    taker.write(
        "src/greet.rs",
        "/* Other /* words */ */ pub fn greeting(\n\tname: &str,\n) -> String { format!(\"Hello, {name}!\") }\n\
         #[cfg(test)] mod tests { #[test] fn the_name_is_said() { // so\n\
         assert_eq!(super::greeting(\"Ada\"), \"Hello, Ada!\"); } }\n",
    );
    taker.edit_all(|text| text.replace('\n', "\r\n"));
    assert_eq!(taker.compare("1.3"), "");
}

#[test]
fn compare_points_at_the_first_line_that_differs() {
    let taker = Taker::at(5);
    taker.edit("src/greet.rs", "    // An exclamation mark is polite.\n", "");
    taker.edit("src/greet.rs", "format!(\"Hello, {name}!\")", "format!(\"Hello,  {name}!\")");
    taker.edit("Cargo.toml", "rust-version = \"1.88\"\n", "");
    fs::remove_file(taker.folder.join("rustfmt.toml")).expect("it was there");
    assert_eq!(
        taker.compare("1.3"),
        "Cargo.toml:6: here you part from the book.\n  \
           yours: [dependencies]\n  \
           book:  rust-version = \"1.88\"   (its line 5)\n\
         rustfmt.toml: you do not have this file.\n\
         src/greet.rs:5: here you part from the book.\n  \
           yours: format!(\"Hello,  {name}!\")\n  \
           book:  format!(\"Hello, {name}!\")   (its line 6)"
    );
    let taker = Taker::at(5);
    assert!(taker.compare("1.2").ends_with("Your folder is at 1.3/2 A module."));
    assert!(
        taker.compare("1.2").contains("src/greet.rs: the book does not have this file at 1.2.")
    );
    taker.edit("src/main.rs", "    let _ = greeter.join();\n}\n", "");
    let text = taker.compare("1.3");
    assert!(text.starts_with("src/main.rs: your file ends, and the book goes on.\n"), "{text}");
}
