//! Branches unrolled, changed, rolled: each is a git branch, which follows a changed main line.

use std::fs;

use course::book::replay::Options;
use course::book::roll::Request;

use crate::sample::{Sample, Scratch};

/// The roll is refused, and nothing has changed.
#[track_caller]
fn refused(sample: &Sample, scratch: &Scratch) -> String {
    let error = sample.roll(scratch).expect_err("it is refused");
    assert_eq!(sample.changes(), "");
    error
}

/// Rolls, and replays from there on with cargo.
#[track_caller]
fn roll_and_replay(sample: &Sample, scratch: &Scratch, from: &str) -> String {
    let told = sample.roll(scratch).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { from: Some(from.into()), ..Options::default() };
    sample.replay_with(&options).unwrap_or_else(|error| panic!("{error}"));
    told
}

/// Does what a refusal says, which names these branches.
fn obey(scratch: &Scratch, error: &str, branches: &[&str]) {
    let commands = error.lines().filter_map(|line| line.strip_prefix("  git "));
    let commands: Vec<Vec<&str>> = commands.map(|line| line.split(' ').collect()).collect();
    let named: Vec<&str> = commands.iter().filter_map(|words| words.last().copied()).collect();
    assert_eq!(named, branches, "{error}");
    commands.iter().for_each(|words| drop(scratch.git(words)));
}

#[test]
fn each_branch_is_a_git_branch_from_its_checkpoint() {
    let sample = Sample::branched();
    let scratch = sample.unroll("scratch");
    let subjects = |range: &str| scratch.git(&["log", "--reverse", "--format=%s", range]);
    assert!(subjects("book").ends_with("\n2.2/2 A page\n"));
    let first = scratch.find("1.3/2 A module");
    let loud = subjects(&format!("{first}..loud"));
    assert_eq!(loud, "3.1/1 Loud\n3.2/1 A library of its own\n");
    assert_eq!(subjects("book..quiet"), "4.1/1 Quiet\n4.1/2 Quiet\n");
    assert_eq!(subjects("loud..louder"), "5.1/1 Louder\n");
    let message = scratch.git(&["log", "-1", "--format=%B", "loud"]);
    assert_eq!(message.trim_end(), "3.2/1 A library of its own\n\nBlock: 3.2/1\nCheckpoint: loud");
    assert_eq!(scratch.git(&["status", "--porcelain", "--branch"]), "## book\n");
    let told = sample.roll_with(&scratch, &Request::default());
    assert_eq!((told, sample.changes()), (Ok(String::new()), String::new()));
}

#[test]
fn branches_follow_a_main_line_that_was_changed() {
    let sample = Sample::branched();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("Cargo.toml", "1.88", "1.89");
        scratch.amend();
    };
    let old = scratch.find("1.3/2 A module");
    scratch.at("1.1/1 Set it up", change).expect("no conflict");
    let new = scratch.find("1.3/2 A module");
    let error = refused(&sample, &scratch);
    let command = format!("\n  git rebase --onto {} {} loud\n", &new[..8], &old[..8]);
    assert!(error.contains("stands on old commits") && error.contains(&command), "{error}");
    obey(&scratch, &error, &["loud", "quiet"]);
    obey(&scratch, &refused(&sample, &scratch), &["louder"]);
    let told = roll_and_replay(&sample, &scratch, "2.2/2");
    assert!(told.contains("changed: 3.2/1 A library of its own (book/src/fourth.md:5)"), "{told}");
    assert!(sample.read("book/src/fourth.md").contains("\n rust-version = \"1.89\"\n\n [dep"));
    assert_eq!(
        sample.changes(),
        " M book/src/first.md\n M book/src/fourth.md\n M book/src/second.md\n \
         M step1-first/Cargo.toml\n M step2-second/Cargo.toml\n"
    );
}

#[test]
fn a_branch_that_was_changed_moves_only_what_starts_from_it() {
    let sample = Sample::branched();
    let scratch = sample.unroll("scratch");
    let change = || {
        scratch.edit("src/greet.rs", "{name}.", "{name} ...");
        scratch.edit("src/greet.rs", "Ada.", "Ada ...");
        scratch.amend();
    };
    scratch.at_on("quiet", "4.1/1 Quiet", change).expect("no conflict");
    roll_and_replay(&sample, &scratch, "4.1");
    assert!(sample.read("book/src/fourth.md").contains("\n+    format!(\"Hello, {name} ...\")\n"));
    assert_eq!(sample.changes(), " M book/src/fourth.md\n");
    sample.commit();

    let scratch = sample.unroll("again");
    let change = || {
        scratch.edit("src/greet.rs", "//! Greets.", "//! Greets loudly.");
        scratch.amend();
    };
    scratch.at_on("loud", "3.1/1 Loud", change).expect("no conflict");
    obey(&scratch, &refused(&sample, &scratch), &["louder"]);
    roll_and_replay(&sample, &scratch, "3.1");
    assert_eq!(sample.changes(), " M book/src/third.md\n");
}

#[test]
fn new_and_split_blocks_go_where_their_commits_are() {
    let sample = Sample::branched();
    let scratch = sample.unroll("scratch");
    // At the end of the main line.
    scratch.edit("src/page.html", "Hello", "Hello!");
    scratch.commit("Cheer");
    // The first of a branch.
    scratch.git(&["checkout", "--quiet", &scratch.find("1.3/2 A module")]);
    scratch.edit("src/main.rs", "Says hello.", "Says hello, loudly.");
    scratch.commit("3.0 Say it");
    let rebase = ["rebase", "--quiet", "--onto", "HEAD"];
    let old = scratch.find("1.3/2 A module");
    scratch.git(&[&rebase[..], &[&old, "loud"]].concat());
    // In its middle, on its second page, and split in two.
    let change = || {
        let old = scratch.find_on("loud", "3.2/1 A library of its own");
        scratch.git(&["reset", "--quiet", "HEAD^"]);
        scratch.git(&["add", "Cargo.toml"]);
        scratch.git(&["commit", "--quiet", "-m", "3.2/1 A library of its own\n\nBlock: 3.2/1\n"]);
        scratch.git(&["add", "src/main.rs"]);
        scratch.git(&["commit", "--quiet", "-C", &old]);
    };
    scratch.at_on("loud", "3.2/1 A library of its own", change).expect("no conflict");
    // Its end moves.
    scratch.git(&["switch", "--quiet", "quiet"]);
    scratch.git(&["commit", "--quiet", "--amend", "-m", "4.1/2 Quiet\n\nBlock: 4.1/2\n"]);
    scratch.edit("src/greet.rs", "is polite", "is not quiet");
    scratch.commit("4.2 Why\n\nCheckpoint: quiet\n");
    obey(&scratch, &refused(&sample, &scratch), &["louder"]);
    roll_and_replay(&sample, &scratch, "2.2/2");

    assert!(sample.read("book/src/second.md").contains("\n\n## 2.2a Cheer\n\nTODO: explain.\n"));
    let third = sample.read("book/src/third.md");
    let section = "<!-- branch: loud from step1-first -->\n\n## 3.0 Say it\n\nTODO: explain.\n";
    assert!(third.contains(section) && third.contains("```\n\n## 3.1 Loud\n"), "{third}");
    let fourth = sample.read("book/src/fourth.md");
    assert!(fourth.contains("```\n\n## 4.2 Why\n\nTODO: explain.\n\n```diff\n"), "{fourth}");
    assert!(
        fourth.contains("```\n\n<!-- checkpoint: quiet -->\n\n<!-- branch: louder"),
        "{fourth}"
    );
    let book = sample.book();
    let ids: Vec<&str> = book.changes().skip(9).map(|change| change.id.as_str()).collect();
    let expected =
        ["2.2a/1", "3.0/1", "3.1/1", "3.2/1", "3.2/2", "4.1/1", "4.1/2", "4.2/1", "5.1/1"];
    assert_eq!(ids, expected);
}

#[test]
fn a_block_leaves_a_branch_only_when_told_so() {
    let sample = Sample::branched();
    let scratch = sample.unroll("scratch");
    let (old, base) = (scratch.find_on("quiet", "4.1/1 Quiet"), scratch.find("2.2/2 A page"));
    scratch.git(&["rebase", "--quiet", "--onto", &base, &old, "quiet"]);
    let error = refused(&sample, &scratch);
    assert!(error.contains("the commit of 4.1/1 Quiet (book/src/fourth.md:31) is gone"), "{error}");
    let request = Request { dropped: vec!["4.1/1".into()], unchecked: true };
    let told = sample.roll_with(&scratch, &request).unwrap_or_else(|error| panic!("{error}"));
    assert!(told.contains("dropped: 4.1/1"), "{told}");
    assert!(!sample.read("book/src/fourth.md").contains("Hello, {name}.\""));
}

#[test]
fn a_page_that_only_names_its_branch_gets_its_sections() {
    let sample = Sample::branched();
    let summary = sample.read("book/src/SUMMARY.md");
    sample.write("book/src/SUMMARY.md", &format!("{summary}- [New](new.md)\n"));
    let start = "# New\n\nA goal.\n\n<!-- branch: farewell from step2-second -->\n";
    sample.write("book/src/new.md", start);
    sample.commit();
    sample
        .replay_with(&Options { from: Some("5.1".into()), ..Options::default() })
        .expect("passes");
    let scratch = sample.unroll("scratch");
    scratch.git(&["switch", "--quiet", "farewell"]);
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), scratch.git(&["rev-parse", "book"]));
    for (word, message) in [("Goodbye", "6.1 Part"), ("Bye", "6.1 Part\n\nCheckpoint: farewell\n")]
    {
        let text = fs::read_to_string(scratch.folder.join("src/greet.rs")).expect("a file");
        let before = if text.contains("Hello") { "Hello" } else { "Goodbye" };
        fs::write(scratch.folder.join("src/greet.rs"), text.replace(before, word)).expect("a file");
        scratch.commit(message);
    }
    roll_and_replay(&sample, &scratch, "6.1");
    let text = sample.read("book/src/new.md");
    assert!(text.starts_with(&format!("{start}\n## 6.1 Part\n\nTODO: explain.\n")), "{text}");
    assert!(text.ends_with("```\n\n<!-- checkpoint: farewell -->\n"), "{text}");
    assert_eq!(sample.changes(), " M book/src/new.md\n");
}

#[test]
fn a_git_branch_has_to_be_there_with_its_end() {
    let sample = Sample::branched();
    let scratch = sample.unroll("scratch");
    scratch.git(&["branch", "--quiet", "-m", "quiet", "still"]);
    let error = refused(&sample, &scratch);
    assert!(
        error.contains("the git branch `quiet` is gone") && error.contains("reflog"),
        "{error}"
    );
    scratch.git(&["switch", "--quiet", "still"]);
    assert!(refused(&sample, &scratch).contains("is not on its branch"));
    scratch.git(&["branch", "--quiet", "-m", "still", "quiet"]);
    scratch.edit("src/greet.rs", "Any name", "Each name");
    scratch.commit("4.2 Why");
    let error = refused(&sample, &scratch);
    assert!(
        error.contains(
            "\"4.2 Why\" is the last commit of quiet and has no line `Checkpoint: quiet`"
        ),
        "{error}"
    );
    scratch.git(&["reset", "--quiet", "--hard", "HEAD^"]);
    sample.edit("book/src/third.md", "from step1-first", "from step2-second");
    sample.commit();
    assert!(refused(&sample, &scratch).contains("the blocks of the book have changed"));
    sample.edit("book/src/third.md", "from step2-second", "from step1-first");
    sample.commit();
    sample.roll(&scratch).unwrap_or_else(|error| panic!("{error}"));
}
