//! Unrolled, changed, rolled: what then stands in the book and in the step crates.

use std::fs;

use course::book::replay::Options;
use course::book::roll::Request;

use crate::sample::{Sample, Scratch};

const THREAD: &str = "1.2/2 A thread of its own";

/// The ids of the blocks, with their titles.
fn blocks(sample: &Sample) -> Vec<String> {
    let book = sample.book();
    book.changes().map(|change| format!("{} {}", change.id, book.title(change))).collect()
}

/// Rolls, and replays from there on with cargo.
fn roll_and_replay(sample: &Sample, scratch: &Scratch, from: &str) {
    sample.roll(scratch).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { from: Some(from.into()), ..Options::default() };
    sample.replay_with(&options).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_round_trip_without_a_change_changes_nothing() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let told = sample.roll_with(&scratch, &Request::default());
    assert_eq!((told, sample.changes()), (Ok(String::new()), String::new()));
}

#[test]
fn prose_may_change_meanwhile() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    sample.edit("book/src/first.md", "This is prose.", "These are many\n\nlines of prose.");
    sample.commit();
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sample.changes(), "");
}

#[test]
fn an_early_edit_reaches_later_blocks_and_crates() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("Cargo.toml", "1.88", "1.89");
        scratch.amend();
    };
    scratch.at("1.1/1 Set it up", change).expect("no conflict");
    let told = sample.roll_with(&scratch, &Request::default());
    let told = told.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        told,
        "changed: 1.1/1 Set it up (book/src/first.md:25)\n\
         changed: 2.1/1 Take a library (book/src/second.md:5)\n\
         step1-first: Cargo.toml\n\
         step2-second: Cargo.toml"
    );
    assert_eq!(
        sample.changes(),
        " M book/src/first.md\n M book/src/second.md\n M step1-first/Cargo.toml\n M step2-second/Cargo.toml\n"
    );
    assert!(sample.read("book/src/first.md").contains("\n+rust-version = \"1.89\"\n\n [dep"));
    assert!(sample.read("book/src/second.md").contains("\n rust-version = \"1.89\"\n\n [dep"));
    assert!(sample.read("step2-second/Cargo.toml").contains("name = \"step2-second\"\n"));
    let options = Options { from: Some("2.2".into()), ..Options::default() };
    sample.replay_with(&options).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_new_commit_becomes_a_section() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit(
            "Cargo.toml",
            "version = \"0.1.0\"\n",
            "version = \"0.1.0\"\nlicense = \"MIT\"\n",
        );
        scratch.commit("Give it away");
        scratch.edit("Cargo.toml", "license", "description = \"hello\"\nlicense");
        scratch.commit("1.2a/2 Give it away");
    };
    scratch.at(THREAD, change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "2.2");
    let text = sample.read("book/src/first.md");
    let section = "A lower heading belongs to the section.\n\n## 1.2a Give it away\n\nTODO: explain.\n\n\
                   ```diff\n--- a/Cargo.toml\n";
    assert!(text.contains(section), "{text}");
    assert!(text.contains("```\n\nTODO: explain.\n\n```diff\n"), "{text}");
    assert!(text.contains("```\n\n## 1.3 A module\n"), "{text}");
    assert_eq!(blocks(&sample)[3..5], ["1.2a/1 Give it away", "1.2a/2 Give it away"]);
    assert!(sample.read("step1-first/Cargo.toml").contains("description"));
}

#[test]
fn a_new_commit_between_two_blocks_of_a_heading_stays_under_it() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("src/greet.rs", "Any name will do.", "Whatever the name.");
        scratch.commit("Another comment");
    };
    scratch.at("2.1/1 Take a library", change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "2.2/2");
    let text = sample.read("book/src/second.md");
    assert!(text.contains("```\n\nTODO: explain.\n\n```diff\n--- a/src/greet.rs\n"), "{text}");
    assert!(text.contains("```\n\nNow for real:\n"), "{text}");
    assert_eq!(blocks(&sample)[5..9].iter().filter(|id| id.starts_with("2.1/")).count(), 3);
}

#[test]
fn a_commit_that_is_split_becomes_two_blocks_of_its_heading() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        let old = scratch.find("1.3/1 A module");
        scratch.git(&["reset", "--quiet", "HEAD^"]);
        for file in ["src/greet.rs", "src/main.rs"] {
            scratch.git(&["add", file]);
            scratch.git(&["commit", "--quiet", "-C", &old]);
        }
    };
    scratch.at("1.3/1 A module", change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "1.3");
    assert_eq!(blocks(&sample)[3..6], ["1.3/1 A module", "1.3/2 A module", "1.3/3 A module"]);
    assert_eq!(sample.changes(), " M book/src/first.md\n");
}

#[test]
fn a_conflict_is_refused_until_it_is_resolved() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("src/main.rs", "from_utf8(request)", "from_utf8(&request[4..])");
        scratch.amend();
    };
    scratch.at("2.1/1 Take a library", change).expect_err("a conflict");
    let error = sample.roll(&scratch).expect_err("a rebase is under way");
    assert!(error.contains("a rebase is under way") && error.contains("--continue"), "{error}");
    assert_eq!(sample.changes(), "");
    scratch.git(&["checkout", "--quiet", "--theirs", "src/main.rs"]);
    scratch.git(&["add", "src/main.rs"]);
    scratch.git(&["-c", "core.editor=true", "rebase", "--continue"]);
    roll_and_replay(&sample, &scratch, "2.1/2");
    let text = sample.read("book/src/second.md");
    assert!(text.contains("\n+    std::str::from_utf8(&request[4..])."), "{text}");
    assert!(text.contains("\n-    std::str::from_utf8(&request[4..])."), "{text}");
    assert_eq!(sample.changes(), " M book/src/second.md\n");
}

#[test]
fn a_commit_after_a_checkpoint_belongs_to_the_next_stage() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("src/greet.rs", "Any name will do.", "Whatever the name.");
        scratch.commit("Another comment");
    };
    scratch.at("1.3/2 A module", change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "2.2/2");
    let text = sample.read("book/src/second.md");
    assert!(text.starts_with("# Second\n\n## 1.3a Another comment\n\nTODO: explain.\n"), "{text}");
    assert_eq!(sample.changes(), " M book/src/second.md\n M step2-second/src/greet.rs\n");
}

#[test]
fn a_checkpoint_moves_with_its_line() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        let message = "1.3/2 A module\n\nBlock: 1.3/2\n";
        scratch.git(&["commit", "--quiet", "--amend", "-m", message]);
        scratch.edit("src/greet.rs", "Any name will do.", "Whatever the name.");
        scratch.commit("1.4 Another comment\n\nCheckpoint: step1-first\n");
    };
    scratch.at("1.3/2 A module", change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "1.4");
    let text = sample.read("book/src/first.md");
    assert!(text.contains("\n## 1.4 Another comment\n\nTODO: explain.\n\n```diff\n"), "{text}");
    assert!(text.contains("```\n\n<!-- checkpoint: step1-first -->\n\n## Questions\n"), "{text}");
    assert!(sample.read("step1-first/src/greet.rs").contains("Whatever"));
}

#[test]
fn a_file_that_is_taken_whole_goes_back_to_the_book() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("src/page.html", "Hello", "Good morning");
        scratch.amend();
    };
    scratch.at("2.2/1 A page", change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "2.2");
    assert_eq!(sample.changes(), " M book/src/files/page.html\n M step2-second/src/page.html\n");
}

#[test]
fn a_block_leaves_the_book_only_when_told_so() {
    let sample = Sample::new();
    let scratch = sample.unroll("scratch");
    let (before, gone) =
        (scratch.find("2.1/1 Take a library"), scratch.find("2.1/2 Take a library"));
    scratch.git(&["rebase", "--quiet", "--onto", &before, &gone, "book"]);
    let error = sample.roll(&scratch).expect_err("a block is gone");
    let expected = "the commit of 2.1/2 Take a library (book/src/second.md:34) is gone";
    assert!(error.contains(expected) && error.contains("--drop"), "{error}");
    assert_eq!(sample.changes(), "");
    let request = Request { dropped: vec!["2.1/2".into()], unchecked: true };
    let told = sample.roll_with(&scratch, &request).unwrap_or_else(|error| panic!("{error}"));
    assert!(told.contains("dropped: 2.1/2"), "{told}");
    let text = sample.read("book/src/second.md");
    assert!(text.contains("Now for real:\n\n\n## 2.2 A page"), "{text}");
    assert!(
        !fs::read_to_string(sample.project.root.join("step2-second/src/main.rs"))
            .expect("the crate")
            .contains("EMPTY_HEADER")
    );
}
