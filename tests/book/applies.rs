//! `apply`: a step fits a reader's crate, or is told where it does not.

use std::path::Path;

use course::book::Project;
use course::book::apply::apply;
use course::book::contents::Book;
use course::book::locate::Reader;
use course::book::loose;
use course::book::patch::Patch;
use course::book::tree::{read, write};

use crate::taker::Taker;

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
fn after_a_change_of_comments_nothing_is_missing() {
    let book = Book::read(&Project::ours().source()).unwrap_or_else(|error| panic!("{error}"));
    let reader = Reader::open(&book, Path::new("")).unwrap_or_else(|error| panic!("{error}"));
    let mut count = 0;
    for (at, change) in book.changes().enumerate() {
        let (before, after) = (&reader.states[change.before], &reader.states[at + 1]);
        let next = book.changes().find(|next| next.before == at + 1);
        let Some(next) = next.filter(|_| reader.lines_from(change.before, after) == 0) else {
            continue;
        };
        count += 1;
        for typed in [before, after] {
            let taker = Taker::at(0);
            write(typed, &taker.folder).expect("a crate");
            let told = apply(&book, &next.id, &taker.folder);
            let told = told.unwrap_or_else(|error| panic!("{error}")).join("\n");
            assert!(!told.contains("Your folder"), "{}: {told}", next.id);
        }
        // Made once it is there, and twice it is no more.
        let taker = Taker::at(0);
        write(before, &taker.folder).expect("a crate");
        apply(&book, &change.id, &taker.folder).unwrap_or_else(|error| panic!("{error}"));
        assert!(read(&taker.folder).expect("a crate") == *after, "{}", change.id);
        let told = apply(&book, &change.id, &taker.folder);
        let told = told.unwrap_or_else(|error| panic!("{error}"));
        let twice = format!("You have {} already, so nothing was written.", change.id);
        assert_eq!(told.last(), Some(&twice));
        assert!(read(&taker.folder).expect("a crate") == *after, "{}", change.id);
    }
    assert!(count > 0, "the book has no such change");
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
        "src/main.rs: after `let greeting = move || println!(\"{}\", greet::greeting(&name));`\n  \
         the book expects `let greeter = std::thread::spawn(greeting);`,\n  but your line 8 is `let thread = ",
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
fn a_step_too_early_is_told_where_lines_were_added() {
    let taker = Taker::at(0);
    let own = "const MINE: u8 = 1;\n";
    taker.write("src/main.rs", &format!("{}{own}", taker.read("src/main.rs")));
    let told = "Your folder seems to be at the start, as `cargo new` leaves it: one line of code \
                differs. Before 1.2 comes 1.1/1 Set it up: perhaps you have left it out.";
    assert_eq!(taker.apply("1.2"), Ok(vec![told.into(), "changed src/main.rs".into()]));
}

#[test]
fn of_a_heading_that_was_begun_by_hand_the_rest_is_made() {
    let taker = Taker::at(2);
    assert_eq!(
        taker.apply("1.2"),
        Ok(vec![
            "Your folder is at 1.2/1 A thread of its own. Of 1.2 this leaves 1.2/2:".into(),
            "changed src/main.rs".into()
        ])
    );
    taker.is_at(3);
    let error = taker.apply("1.2").expect_err("all of it is there");
    assert_eq!(error, "You have 1.2 already. Your folder is at 1.2/2 A thread of its own.");
}

#[test]
fn the_rest_is_made_around_lines_of_the_readers_own() {
    let taker = Taker::at(4);
    let own = "const MINE: u8 = 1;\n";
    taker.write("src/main.rs", &format!("{}{own}", taker.read("src/main.rs")));
    let place = "Your folder seems to be at 1.3/1 A module: one line of code differs.";
    assert_eq!(
        taker.apply("1.3"),
        Ok(vec![format!("{place} Of 1.3 this leaves 1.3/2:"), "changed src/main.rs".into()])
    );
    taker.edit("src/main.rs", own, "");
    taker.is_at(5);
}

#[test]
fn what_is_there_does_not_come_twice() {
    let taker = Taker::at(4);
    taker.edit("src/main.rs", "mod greet;\n", "mod greet;\nconst MINE: u8 = 1;\n");
    let before = read(&taker.folder).expect("a crate");
    let error = taker.apply("1.3").expect_err("the book's lines are apart");
    assert!(error.starts_with("1.3/2 A module (book/src/first.md:"), "{error}");
    assert_eq!(read(&taker.folder).expect("a crate"), before);
    // Here the first change looks made, and is not.
    let taker = Taker::at(3);
    taker.write("src/greet.rs", &String::from_utf8_lossy(&taker.state(4)["src/greet.rs"]));
    assert_eq!(taker.apply("1.3"), Ok(vec!["changed src/main.rs".into()]));
    taker.is_at(5);
}

#[test]
fn where_the_rest_does_not_fit_nothing_is_written() {
    let taker = Taker::at(4);
    taker.edit("src/main.rs", "let greeter =", "let thread =");
    let before = read(&taker.folder).expect("a crate");
    let error = taker.apply("1.3").expect_err("it does not fit");
    assert!(error.starts_with("1.3/2 A module (book/src/first.md:"), "{error}");
    assert!(error.contains("does not fit your folder, and nothing was written."), "{error}");
    assert_eq!(read(&taker.folder).expect("a crate"), before);
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
fn lines_at_an_end_of_a_file_are_not_put_in_twice() {
    for (body, before, then) in [
        ("@@ -1,2 +1,3 @@\n a\n b\n+c\n", "a\nb\n", "a\nb\nc\n"),
        ("@@ -1,2 +1,3 @@\n+c\n a\n b\n", "a\nb\n", "c\na\nb\n"),
    ] {
        let patch = Patch::parse(&format!("--- a/x.rs\n+++ b/x.rs\n{body}"));
        let file = &patch.unwrap_or_else(|fault| panic!("{}", fault.what)).files[0];
        let own = |text: &str| text.replace('b', "b\nmine\n");
        assert_eq!(loose::apply(file, (before, then), before), Ok(then.into()));
        let error = loose::apply(file, (before, then), then).expect_err("it is there");
        assert!(error.contains("x.rs: you have these lines already"), "{error}");
        assert!(loose::apply(file, (before, then), &own(before)).is_ok());
    }
}
