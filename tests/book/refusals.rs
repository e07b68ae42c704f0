//! What `unroll` and `roll` refuse; nothing is written then.

use std::fs;

use course::book::roll::Request;
use course::book::unroll::unroll;

use crate::sample::{Sample, Scratch};

/// The roll is refused with these words, and neither the book nor a crate has changed.
#[track_caller]
fn refused(sample: &Sample, scratch: &Scratch, mentioned: &[&str]) {
    let before = sample.changes();
    let error = sample.roll(scratch).expect_err("it is refused");
    for words in mentioned {
        assert!(error.contains(words), "{words:?} is missing in:\n{error}");
    }
    assert_eq!(sample.changes(), before);
}

#[test]
fn a_repository_is_rolled_once() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
    refused(&sample, &scratch, &["scratch is spent", "Unroll the book into a new folder"]);
}

#[test]
fn a_repository_of_another_book_is_stale() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    for (path, from, to) in [
        ("book/src/first.md", "## 1.3 A module", "## 1.3 The module"),
        ("book/src/first.md", "+    // Any name", "+    // Each name"),
        ("book/src/second.md", "checkpoint: step2", "checkpoint: step3"),
        ("book/src/files/page.html", "Hello", "Good evening"),
    ] {
        let before = sample.read(path);
        sample.write(
            path,
            &before.replacen(from.trim_start_matches('+'), to.trim_start_matches('+'), 1),
        );
        sample.commit();
        refused(&sample, &scratch, &["the blocks of the book have changed since", "Unroll again"]);
        sample.write(path, &before);
        sample.commit();
    }
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn work_that_is_not_committed_is_not_lost() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    for path in ["src/main.rs", "src/new.rs"] {
        fs::write(scratch.folder.join(path), "fn main() {}\n").expect("a file");
        refused(&sample, &scratch, &["changes that are not committed", path]);
        scratch.git(&["add", "--all"]);
        refused(&sample, &scratch, &["changes that are not committed", path]);
        scratch.git(&["reset", "--quiet", "--hard"]);
    }
    for path in
        ["book/src/welcome.md", "book/src/new.md", "step1-first/src/main.rs", "step2-second/x"]
    {
        let before = fs::read_to_string(sample.project.root.join(path)).ok();
        sample.write(path, "changed\n");
        refused(&sample, &scratch, &["the clone has changes that are not committed", path]);
        match before {
            Some(text) => sample.write(path, &text),
            None => fs::remove_file(sample.project.root.join(path)).expect("it was there"),
        }
    }
    sample.write("tests/other.rs", "not written by roll\n");
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn commits_keep_their_titles_their_lines_and_their_order() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let end = scratch.git(&["rev-parse", "book"]);
    let reset = || scratch.git(&["reset", "--quiet", "--hard", end.trim()]);
    let retitle = |message: &str| {
        scratch.git(&["commit", "--quiet", "--amend", "-m", message]);
    };

    retitle("2.2/2 Another page\n\nBlock: 2.2/2\nCheckpoint: step2-second\n");
    refused(&sample, &scratch, &["was called \"2.2/2 A page\"", "Change a heading in the book"]);
    retitle("2.2/2 A page\n\nBlock: 2.2/2\n");
    refused(&sample, &scratch, &["no commit has the line `Checkpoint: step2-second`"]);
    retitle("2.2/2 A page\n\nBlock: 2.2/7\nCheckpoint: step2-second\n");
    refused(&sample, &scratch, &["the commit of 2.2/2 A page (book/src/second.md:53) is gone"]);
    reset();

    scratch.git(&["reset", "--quiet", "--soft", "HEAD^^"]);
    scratch.git(&["commit", "--quiet", "-m", "2.2/1 A page\n\nBlock: 2.2/1\nBlock: 2.2/2\n"]);
    refused(&sample, &scratch, &["has 2 lines `Block: …`", "2.2/1, 2.2/2"]);
    reset();

    scratch.git(&["reset", "--quiet", "--hard", "HEAD~4"]);
    for commit in [1, 3, 2, 0] {
        let picked = format!("{}~{commit}", end.trim());
        scratch.git(&["cherry-pick", &picked]);
    }
    refused(&sample, &scratch, &["comes where the book has", "move the section"]);
    reset();

    scratch.git(&["checkout", "--quiet", "HEAD^"]);
    refused(&sample, &scratch, &["is not on its branch"]);
    scratch.git(&["switch", "--quiet", "book"]);
    scratch.git(&["switch", "--quiet", "--orphan", "other"]);
    fs::write(scratch.folder.join("x"), "x\n").expect("a file");
    scratch.commit("another start");
    scratch.git(&["branch", "--quiet", "--force", "book"]);
    scratch.git(&["switch", "--quiet", "book"]);
    refused(&sample, &scratch, &["is not what `cargo new` writes"]);
    reset();
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn what_a_block_cannot_say_is_refused() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let end = scratch.git(&["rev-parse", "book"]);
    let files: [(&str, &[u8]); 3] =
        [("src/empty.rs", b""), ("src/open.rs", b"// no line end"), ("src/data", b"\0\n\xff")];
    for (path, content) in files {
        fs::write(scratch.folder.join(path), content).expect("a file");
        scratch.commit("3.1 More");
        sample.roll(&scratch).expect_err(path);
        scratch.git(&["reset", "--quiet", "--hard", end.trim()]);
    }
    fs::write(scratch.folder.join("README.md"), "Hello\n").expect("a file");
    scratch.git(&["add", "--all"]);
    scratch.git(&["update-index", "--chmod=+x", "README.md"]);
    scratch.git(&["commit", "--quiet", "-m", "3.1 More"]);
    scratch.git(&["reset", "--quiet", "--hard"]);
    refused(&sample, &scratch, &["a diff block cannot say what this commit does"]);
}

#[test]
fn a_book_that_would_not_replay_is_not_written() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("src/greet.rs", "pub fn greeting", "fn greeting");
        scratch.amend();
    };
    scratch.at("1.3/1 A module", change).expect("no conflict");
    let error = sample.roll_with(&scratch, &Request::default()).expect_err("it does not compile");
    for words in ["nothing was written", "1.3/2 A module (book/src/first.md:112)", "E0603"] {
        assert!(error.contains(words), "{words:?} is missing in:\n{error}");
    }
    assert_eq!(sample.changes(), "");
}

#[test]
fn unroll_takes_a_new_folder_outside_the_clone() {
    let sample = Sample::new();
    let book = sample.book();
    let taken = sample.beside("taken");
    fs::create_dir(&taken).expect("a folder");
    unroll(&sample.project, &book, &taken).expect("an empty folder will do");
    let error = unroll(&sample.project, &book, &taken).expect_err("it is taken");
    assert!(error.contains("taken is there already"), "{error}");
    let inside = sample.project.root.join("scratch");
    let error = unroll(&sample.project, &book, &inside).expect_err("it is inside");
    assert!(error.contains("is inside the clone"), "{error}");
    let own = Scratch { folder: sample.project.root.clone() };
    refused(&sample, &own, &["was not made by `unroll`"]);
    refused(&sample, &Scratch { folder: inside }, &["was not made by `unroll`"]);
}
