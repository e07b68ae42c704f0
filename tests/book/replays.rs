//! What a replay checks, and how it names what is wrong.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime};

use course::book::Temporary;
use course::book::replay::Options;
use course::book::slot::Slot;
use course::book::tree::{base, read};

use crate::sample::{FIRST, SECOND, Sample};

/// The error of a replay, which has to mention all of these.
#[track_caller]
fn fails(sample: &Sample, from: Option<&str>, mentioned: &[&str]) {
    let options = Options { from: from.map(String::from), ..Options::default() };
    let error = sample.replay_with(&options).err().expect("the replay fails");
    for words in mentioned {
        assert!(error.contains(words), "{words:?} is missing in:\n{error}");
    }
}

#[test]
fn the_sample_replays_and_is_measured() {
    let sample = Sample::new();
    let (statistics, lines) = sample.replay().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((statistics.blocks(), statistics.median()), (8, 4), "{lines}");
    let expected = [
        "1.2/1 A thread of its own  +3 -1  fails with E0373, as the book says\n",
        "1.2/2 A thread of its own  +1 -1\n",
        "1.3/1 A module  +18 -0  (1 warning)\n",
        "== step1-first: the crate is the same, 1 tests pass\n",
        "2.2/1 A page  src/page.html\n",
        "== step2-second: the crate is the same, 1 tests pass\n",
        "8 blocks, 1 whole files, 2 checkpoints. Changed lines: median 4, mean 5.9, longest 18 (1.3/1).\n",
    ];
    for line in expected {
        assert!(lines.contains(line), "{line:?} is missing in:\n{lines}");
    }
    assert!(!lines.contains("Not as git writes them"), "{lines}");
}

#[test]
fn the_start_is_what_cargo_new_writes() {
    let sample = Sample::with("# First\n", "# Second\n");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["new", "--quiet", "--vcs", "none", "--edition", "2024", "server"]);
    let status = cargo.current_dir(sample.beside("")).status().expect("cargo runs");
    assert!(status.success());
    assert_eq!(read(&sample.beside("server")).expect("a crate"), base());
}

#[test]
fn a_book_without_blocks_passes_and_says_so() {
    let sample = Sample::with("# First\n", "# Second\n");
    let (_, lines) = sample.replay().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lines, "The book has no blocks yet: nothing to replay.\n");
}

#[test]
fn crates_without_a_checkpoint_are_left_alone() {
    let sample = Sample::with(FIRST, "# Second\n");
    sample.write("step2-second/src/main.rs", "fn main() {}\n");
    sample
        .replay_with(&Options { from: Some("1.3/2".into()), ..Options::default() })
        .expect("passes");
}

#[test]
fn a_drifted_crate_is_named() {
    let sample = Sample::new();
    sample.edit("step1-first/src/greet.rs", "is polite", "is not polite");
    sample.write("step1-first/src/more.rs", "");
    fails(
        &sample,
        Some("1.3/2"),
        &[
            "checkpoint step1-first (book/src/first.md:129)",
            "step1-first/src/greet.rs: line 5: the crate has `    // An exclamation mark is not",
            "step1-first/src/more.rs: is not in the book.",
            "MAINTAINING.md",
        ],
    );
}

#[test]
fn a_wrong_line_of_context_is_named() {
    let first =
        FIRST.replacen("     let name = String::from(\"world\");\n-", "     let nama = 1;\n-", 1);
    fails(
        &Sample::with(&first, SECOND),
        Some("1.2/2"),
        &[
            "1.2/2 A thread of its own (book/src/first.md:62): does not apply.",
            "git apply: error: patch failed: src/main.rs:1",
            "book/src/first.md:67: the block has `    let nama = 1;`, but line 2 of src/main.rs \
             reads `    let name = String::from(\"world\");`.",
        ],
    );
}

#[test]
fn wrong_numbers_are_named_though_git_would_look_elsewhere() {
    let second = SECOND.replace("@@ -11,5 +11,8 @@ fn main() {", "@@ -10,5 +10,8 @@ fn main() {");
    let mentioned =
        ["2.1/2 Take a library (book/src/second.md:34)", "book/src/second.md:38: the block has ``"];
    fails(&Sample::with(FIRST, &second), Some("2.2"), &mentioned);
}

#[test]
fn a_block_that_rustfmt_would_change_is_named() {
    let first = FIRST.replace("+    format!(\"Hello, {name}!\")", "+  format!(\"Hello, {name}!\")");
    let mentioned =
        ["1.3/1 A module (book/src/first.md:", "rustfmt would change it", "src/greet.rs:"];
    fails(&Sample::with(&first, SECOND), Some("1.3"), &mentioned);
}

#[test]
fn a_block_that_does_not_compile_is_named_with_the_error() {
    let first =
        FIRST.replace("+    format!(\"Hello, {name}!\")", "+    format!(\"Hello, {nama}!\")");
    let mentioned = ["1.3/1 A module (book/src/first.md:", "does not compile", "error[E0425]"];
    fails(&Sample::with(&first, SECOND), Some("1.3"), &mentioned);
}

#[test]
fn an_error_that_is_expected_has_to_come() {
    let other = FIRST.replace("error E0373", "error E0382");
    fails(&Sample::with(&other, SECOND), None, &["1.2/1", "has to fail with E0382 alone", "E0373"]);
    let first = FIRST.replace("spawn(||", "spawn(move ||");
    let first = first.replacen("<!-- expect: error E0373 -->\n", "", 1);
    let first = first.replacen("It does not compile:", "<!-- expect: error E0373 -->", 1);
    fails(
        &Sample::with(&first, SECOND),
        None,
        &["1.2/1", "has to fail with E0373, but it compiles"],
    );
}

#[test]
fn a_checkpoint_warns_of_nothing_and_its_tests_pass() {
    let block = FIRST.find("It warns that").expect("the block that calls it");
    let rest = FIRST.find("<!-- checkpoint").expect("the checkpoint");
    let unused = format!("{}{}", &FIRST[..block], &FIRST[rest..]);
    let mentioned = ["checkpoint step1-first", "clippy is not silent", "never used"];
    fails(&Sample::with(&unused, "# Second\n"), Some("1.3"), &mentioned);
    let wrong = FIRST.replace("\"Hello, Ada!\"", "\"Hi, Ada!\"");
    let mentioned = ["checkpoint step1-first", "`cargo test` fails", "the_name_is_said"];
    fails(&Sample::with(&wrong, "# Second\n"), Some("1.3/2"), &mentioned);
}

#[test]
fn a_block_that_is_too_long_is_named() {
    let lines: String = (0..44).map(|number| format!("+// {number}\n")).collect();
    let first = FIRST.replace(
        "+max_width = 80\n",
        &format!("+max_width = 80\n--- /dev/null\n+++ b/src/a.rs\n@@ -0,0 +1,44 @@\n{lines}"),
    );
    fails(
        &Sample::with(&first, SECOND),
        Some("2.2"),
        &["1.1/1 Set it up", "46 changed lines, more than 45"],
    );
}

#[test]
fn a_replay_from_a_block_on_says_what_it_did_not_check() {
    let sample = Sample::new();
    fs::remove_dir_all(sample.project.root.join("step1-first")).expect("it was there");
    let options = Options { from: Some("2.2".into()), ..Options::default() };
    let (_, lines) = sample.replay_with(&options).unwrap_or_else(|error| panic!("{error}"));
    assert!(lines.contains("1.3/1 A module  +18 -0  not checked\n"), "{lines}");
    assert!(lines.contains("== step1-first: not checked\n"), "{lines}");
    assert!(lines.contains("== step2-second: the crate is the same"), "{lines}");
    assert!(
        lines.ends_with("The 7 blocks before 2.2/1 were applied and not checked.\n"),
        "{lines}"
    );
}

#[test]
fn a_block_in_another_form_than_gits_is_told() {
    let second = SECOND.replace("@@ -11,5 +11,8 @@ fn main() {", "@@ -11,5 +11,8 @@");
    let sample = Sample::with(FIRST, &second);
    let options = Options { from: Some("2.2/2".into()), ..Options::default() };
    let (_, lines) = sample.replay_with(&options).unwrap_or_else(|error| panic!("{error}"));
    assert!(lines.contains("`unroll` and `roll` mend: 2.1/2."), "{lines}");
}

#[test]
fn replays_at_one_time_build_in_folders_of_their_own() {
    let folder = Temporary::new("slots").expect("a folder");
    let first = Slot::take(&folder.path).expect("a slot");
    let second = Slot::take(&folder.path).expect("a slot");
    assert_ne!(first.target, second.target);
    let target = first.target.clone();
    drop(first);
    let again = Slot::take(&folder.path).expect("a slot");
    assert_eq!(again.target, target);
    let old = SystemTime::now() - Duration::from_secs(60);
    let left = fs::File::create(folder.path.join("3.lock")).expect("a file");
    left.set_modified(old).expect("a time");
    assert_eq!(Slot::take(&folder.path).expect("a slot").target, folder.path.join("3"));
}
