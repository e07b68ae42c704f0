//! `apply` and its like where something was left out, cancels itself, or is the wrong folder.

use std::fs;
use std::process::Command;

use course::book::Project;

use crate::sample::{FIRST, SECOND, Sample};
use crate::taker::Taker;

#[test]
fn of_a_step_that_was_typed_but_for_a_file_the_file_is_made() {
    let taker = Taker::at(1);
    fs::remove_file(taker.folder.join("rustfmt.toml")).expect("it is there");
    assert_eq!(
        taker.apply("1.1"),
        Ok(vec!["Of 1.1 you have Cargo.toml already.".into(), "created rustfmt.toml".into()])
    );
    taker.is_at(1);
    // The file is in the first of two changes, and what belongs to both was typed.
    let taker = Taker::at(5);
    fs::remove_file(taker.folder.join("src/greet.rs")).expect("it is there");
    let told = taker.apply("1.3").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(told, ["Of 1.3 you have src/main.rs already.", "created src/greet.rs"]);
    taker.is_at(5);
}

#[test]
fn a_change_that_was_left_out_is_named() {
    let block = |diff: &str| format!("\n```diff\n{diff}```\n");
    let more = [
        "\n## 2.3 More\n",
        &block("--- /dev/null\n+++ b/src/more.rs\n@@ -0,0 +1 @@\n+const MORE: u8 = 1;\n"),
        &block(
            "--- a/src/main.rs\n+++ b/src/main.rs\n@@ -1,6 +1,7 @@\n //! Says hello.\n\n mod greet;\n\
                +mod more;\n\n const PAGE: &str = include_str!(\"page.html\");\n\n",
        ),
        "\n## 2.4 Two\n",
        &block(
            "--- a/src/more.rs\n+++ b/src/more.rs\n@@ -1 +1 @@\n-const MORE: u8 = 1;\n\
                +const MORE: u8 = 2;\n",
        ),
    ];
    let second = format!("{SECOND}{}", more.concat());
    let left_out = |id: &str| format!("\nPerhaps you have left out {id} More (book/src/second.md:");
    let taker = Taker::of(Sample::with(FIRST, &second), 11);
    fs::remove_file(taker.folder.join("src/more.rs")).expect("it is there");
    let error = taker.apply("2.4").expect_err("2.3/1 is missing");
    assert!(error.contains(&left_out("2.3/1")), "{error}");
    let how = format!("`cargo course apply 2.3/1 {}`", taker.folder.display());
    assert!(error.ends_with(&how), "{error}");
    taker.apply("2.3/1").unwrap_or_else(|error| panic!("{error}"));
    taker.apply("2.4").unwrap_or_else(|error| panic!("{error}"));
    taker.is_at(12);
    // The first of two was left out, and cannot be made, for the reader has another name.
    let blocks = [more[0], more[2], more[1], more[3], more[4]];
    let taker = Taker::of(Sample::with(FIRST, &format!("{SECOND}{}", blocks.concat())), 9);
    taker.edit("src/main.rs", "const PAGE", "const MINE");
    let error = taker.apply("2.4").expect_err("2.3 is missing");
    assert!(error.contains(&left_out("2.3/1")), "{error}");
    // With a line of the reader's own, and nothing left out.
    let taker = Taker::of(Sample::with(FIRST, &second), 9);
    taker.goto("2.3").unwrap_or_else(|error| panic!("{error}"));
    taker.edit("src/more.rs", "MORE: u8", "MINE: u8");
    let error = taker.apply("2.4").expect_err("it does not fit");
    assert!(!error.contains("left out"), "{error}");
    // This line is neither that of 2.3 nor that of 2.4, so both are as near.
    assert!(error.contains("Your folder seems to be at 2.3/2 More"), "{error}");
}

#[test]
fn changes_that_cancel_each_other_are_told() {
    let undone = "\n## 2.3 Try it, and back\n\n```diff\n--- a/rustfmt.toml\n+++ b/rustfmt.toml\n\
                  @@ -1 +1 @@\n-max_width = 80\n+max_width = 70\n```\n\n```diff\n\
                  --- a/rustfmt.toml\n+++ b/rustfmt.toml\n@@ -1 +1 @@\n-max_width = 70\n\
                  +max_width = 80\n```\n";
    let taker = Taker::of(Sample::with(FIRST, &format!("{SECOND}{undone}")), 9);
    let told = taker.apply("2.3").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        told,
        ["The changes of 2.3 end where they began, so nothing was written. To see what happens \
             in between, make them one by one: 2.3/1, 2.3/2."]
    );
    assert_eq!(taker.apply("2.3/1"), Ok(vec!["changed rustfmt.toml".into()]));
    taker.is_at(10);
}

#[test]
fn the_clone_is_no_place_for_a_crate() {
    let taker = Taker::at(5);
    let project = &taker.sample.project;
    assert_eq!(project.is_beside(&taker.folder), Ok(()));
    assert_eq!(project.is_beside(&taker.sample.beside("new/server")), Ok(()));
    let error = project.is_beside(&project.root).expect_err("the clone");
    assert!(
        error.ends_with(
            "is the clone of the course, not your crate. Name yours, such as `../server`."
        )
    );
    for inside in ["server", "step1-first", "book/../new/server"] {
        let error = project.is_beside(&project.root.join(inside)).expect_err(inside);
        assert!(error.contains("is inside the clone of the course"), "{error}");
    }
    assert_eq!(project.is_other(&project.root.join("step1-first")), Ok(()));
}

/// Cargo does not build the tool again when the clone gets another name, but says where it is.
#[test]
fn a_clone_may_be_moved() {
    let taker = Taker::at(5);
    let moved = taker.sample.beside("moved");
    fs::create_dir_all(moved.join("tests")).expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_course"))
        .args(["goto", "1.1", "."])
        .current_dir(&moved)
        .env("CARGO_PKG_NAME", "course")
        .env("CARGO_MANIFEST_DIR", moved.join("tests"))
        .output()
        .expect("it starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("`.` is the clone of the course, not your crate."), "{error}");
}

/// The commands themselves, in the clone that this test is from.
#[test]
fn the_tool_refuses_the_clone() {
    let clone = Project::ours().root;
    for command in ["apply 1.1 .", "goto 1.4 .", "compare 1.1 .", "check 1 ."] {
        let output = Command::new(env!("CARGO_BIN_EXE_course"))
            .args(command.split(' '))
            .current_dir(&clone)
            .output()
            .expect("it starts");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{command}");
        assert!(
            error.contains("`.` is the clone of the course, not your crate."),
            "{command}: {error}"
        );
    }
    let main = clone.join("src/main.rs");
    assert!(!main.exists(), "{} was written", main.display());
}
