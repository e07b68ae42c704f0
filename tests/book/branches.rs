//! Branches off a checkpoint: how they are read and replayed, and what they are to a reader.

use course::book::contents::{Book, Chapter};
use course::book::replay::Options;

use crate::sample::Sample;
use crate::taker::Taker;

const STARTS: &str = "<!-- branch: b from s -->\n";
const ENDS: &str = "<!-- checkpoint: b -->\n";

/// A section with a block that adds a file of its own.
fn section(number: &str) -> String {
    let file = format!("src/{}.rs", number.replace('.', "_"));
    let block = format!("```diff\n--- /dev/null\n+++ b/{file}\n@@ -0,0 +1 @@\n+//! Hi.\n```\n");
    format!("## {number} Section {number}\n\n{block}\n")
}

fn book(pages: &[&str]) -> Result<Book, String> {
    let main = format!("{}<!-- checkpoint: s -->\n{}", section("1.1"), section("1.2"));
    let mut chapters = vec![Chapter { name: "main.md".into(), text: main }];
    for (number, text) in pages.iter().enumerate() {
        chapters.push(Chapter { name: format!("{number}.md"), text: text.to_string() });
    }
    Book::from_chapters(chapters, |file| Err(format!("no {file}")))
}

#[track_caller]
fn refused(pages: &[&str], mentioned: &str) {
    let error = book(pages).err().unwrap_or_default();
    assert!(error.contains(mentioned), "{mentioned:?} is missing in {error:?}");
}

#[test]
fn a_branch_starts_from_its_checkpoint_and_may_have_several_pages() {
    let book = Sample::branched().book();
    let steps = |state: usize| -> Vec<usize> { book.way(state) };
    assert_eq!(steps(9), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(steps(11), [0, 1, 2, 3, 4, 5, 10, 11]);
    assert_eq!(steps(13), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13]);
    assert_eq!(steps(14), [0, 1, 2, 3, 4, 5, 10, 11, 14]);
    assert_eq!(
        (book.find("3.1"), book.find("loud"), book.find("4.1")),
        (Ok(9..10), Ok(10..11), Ok(11..13))
    );
    let states = book.states().unwrap_or_else(|error| panic!("{error}"));
    let has = |state: usize, path: &str| states[state].contains_key(path);
    assert_eq!(
        [9, 10, 11, 12, 14].map(|state| has(state, "src/page.html")),
        [true, false, false, true, false]
    );
    let stages: Vec<&String> = book.stages().map(|stage| &stage.name).collect();
    assert_eq!(stages, ["step1-first", "step2-second"]);
}

#[test]
fn a_place_in_the_text_is_about_the_state_above_it() {
    let start = format!("A branch\n{STARTS}");
    let last = format!("{}{ENDS}Behind\n", section("2.2"));
    let book = book(&[&start, &section("2.1"), &last, "Later\n"]);
    let book = book.unwrap_or_else(|error| panic!("{error}"));
    let at = |chapter: usize, words: &str| {
        let offset = book.chapters[chapter].text.find(words).expect("it is there");
        book.state_at(chapter, offset)
    };
    assert_eq!((at(0, "## 1.1"), at(0, "## 1.2"), at(1, "A branch"), at(1, STARTS)), (0, 1, 2, 2));
    assert_eq!((at(2, "## 2.1"), at(3, "## 2.2"), at(3, "Behind"), at(4, "Later")), (1, 3, 4, 2));
}

#[test]
fn a_branch_has_a_start_and_an_end() {
    let (one, two) = (section("2.1"), section("2.2"));
    let whole = format!("{STARTS}{one}{ENDS}");
    for (text, mentioned) in [
        (
            format!("\n{STARTS}{one}"),
            "src/0.md:2: the branch b has to end with `<!-- checkpoint: b -->`",
        ),
        (
            format!("{STARTS}{one}<!-- checkpoint: c -->\n"),
            "0.md:11: c is in a branch. book/src/0.md:1: the branch b has to end",
        ),
        (
            format!("{STARTS}{one}<!-- branch: c from s -->\n"),
            "0.md:11: c starts in a branch. book/src/0.md:1: the branch b has",
        ),
        (STARTS.replace("from s", "from t"), "0.md:1: there is no checkpoint t before this place"),
        (STARTS.replace("from s", "from b"), "0.md:1: there is no checkpoint b before this place"),
        (format!("{whole}{STARTS}"), "0.md:12: b is a branch already, at book/src/0.md:1"),
        (STARTS.replace(" b ", " s "), "0.md:1: the name s is taken"),
        (STARTS.replace(" b ", " book "), "0.md:1: the name book is taken"),
        (format!("{STARTS}{ENDS}"), "0.md:2: a checkpoint needs a block before it"),
        (format!("{whole}{ENDS}"), "0.md:12: b is a checkpoint already"),
        (format!("{whole}<!-- checkpoint: c -->\n"), "0.md:12: the branch b has ended above"),
        (
            format!("{whole}{two}"),
            "0.md:14: the branch b has ended above, and the main line before it",
        ),
        (
            one.replacen("\n\n", &format!("\n\n{STARTS}"), 1),
            "0.md:4: this block needs a heading with a number above it, below the line where its branch starts",
        ),
        (
            "<!-- branch: b -->\n".into(),
            "`<!-- branch: b -->` has to look like `<!-- branch: rooms-by-name from step4-complete -->`",
        ),
        (format!(" {STARTS}"), "at the first column"),
        ("<!-- branch: -b from s -->\n".into(), "has to look like"),
    ] {
        refused(&[&text], mentioned);
    }
    refused(&[&whole, &two], "1.md:3: the branch b has ended above");
    // One that is only announced has no blocks and no end yet.
    assert!(
        book(&[STARTS, &whole.replace(" b ", " c ")])
            .is_ok_and(|book| book.branches().count() == 2)
    );
}

#[test]
fn a_replay_goes_back_to_the_checkpoint() {
    let sample = Sample::branched();
    let options = Options { from: Some("2.2/2".into()), ..Options::default() };
    let (_, lines) = sample.replay_with(&options).unwrap_or_else(|error| panic!("{error}"));
    for line in [
        "== step2-second: the crate is the same, 1 tests pass\n",
        "-- loud from step1-first\n",
        "3.1/1 Loud  +2 -2\n",
        "3.2/1 A library of its own  +2 -0\n",
        "== loud: 1 tests pass\n",
        "-- quiet from step2-second\n",
        "== quiet: 1 tests pass\n",
        "-- louder from loud\n",
        "== louder: 1 tests pass\n",
        "13 blocks, 1 whole files, 5 checkpoints, 3 branches. ",
    ] {
        assert!(lines.contains(line), "{line:?} is missing in:\n{lines}");
    }
    assert!(!lines.contains("Not as git writes them"), "{lines}");
    // Its end is a checkpoint as others are.
    sample.edit(
        "book/src/fourth.md",
        "+    println!(\"{}\", flate2::Compression::best().level());",
        "+    let level = flate2::Compression::best();",
    );
    let options = Options { from: Some("3.2".into()), ..Options::default() };
    let error = sample.replay_with(&options).err().unwrap_or_default();
    assert!(
        error.starts_with("checkpoint loud (book/src/fourth.md:23): clippy is not silent"),
        "{error}"
    );
}

#[test]
fn a_reader_goes_into_a_branch_and_into_another() {
    let taker = Taker::of(Sample::branched(), 9);
    let error = taker.apply("3.1").expect_err("it starts from another checkpoint");
    let expected = "Your folder is at 2.2/2 A page. 3.1 does not follow from there, but from step1-first: `goto` there first.";
    assert_eq!(error, expected);
    taker.goto("step1-first").unwrap_or_else(|error| panic!("{error}"));
    let error = taker.apply("3.2").expect_err("too early");
    let expected = "Your folder is at 1.3/2 A module. Before 3.2 comes 3.1/1 Loud: `apply` that first, or `goto` there.";
    assert_eq!(error, expected);
    taker.apply("3.1").unwrap_or_else(|error| panic!("{error}"));
    taker.is_at(10);
    taker.apply("3.2").unwrap_or_else(|error| panic!("{error}"));
    taker.is_at(11);
    assert_eq!(
        (taker.compare("loud"), taker.apply("3.1")),
        (
            String::new(),
            Err("You have 3.1 already. Your folder is at 3.2/1 A library of its own.".into())
        )
    );
    taker.apply("louder").unwrap_or_else(|error| panic!("{error}"));
    taker.is_at(14);
    let error = taker.apply("4.1").expect_err("another branch");
    assert!(
        error.ends_with(
            "4.1 does not follow from there, but from step2-second: `goto` there first."
        ),
        "{error}"
    );
    taker.goto("quiet").unwrap_or_else(|error| panic!("{error}"));
    taker.is_at(13);
    assert!(taker.compare("step2-second").ends_with("Your folder is at 4.1/2 Quiet."));
    taker.goto("2.1").unwrap_or_else(|error| panic!("{error}"));
    taker.is_at(7);
}

#[test]
fn a_step_of_a_branch_applies_around_lines_of_the_readers_own() {
    let taker = Taker::of(Sample::branched(), 9);
    taker.edit("src/greet.rs", "    // An exclamation mark is polite.\n", "");
    taker.edit("src/main.rs", "//! Says hello.\n", "// Mine.\n");
    taker.edit("src/main.rs", "const PAGE", "const MINE: u8 = 1;\nconst PAGE");
    taker.apply("4.1/1").unwrap_or_else(|error| panic!("{error}"));
    assert!(taker.read("src/greet.rs").contains("    format!(\"Hello, {name}.\")\n"));
    let place = "Your folder seems to be at 4.1/1 Quiet: one line of code differs.";
    assert!(taker.compare("quiet").ends_with(place), "{}", taker.compare("quiet"));
    let told = taker.apply("4.1").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(told[0], format!("{place} Of 4.1 this leaves 4.1/2:"));
    assert!(taker.read("src/main.rs").contains("HEADER; 2]"));
}
