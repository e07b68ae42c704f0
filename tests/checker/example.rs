//! The book's example: what its page shows is what the checker prints.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::{course, said};

const PAGE: &str = "../book/src/checker.md";

#[test]
fn the_page_shows_a_real_run() {
    let mut python = Command::new("python3");
    python.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !python.status().is_ok_and(|status| status.success()) {
        println!("SKIPPED: the example needs python3");
        return;
    }
    let folder = "checker/example";
    let server = ["--dir", folder, "--", "python3", "server.py", "127.0.0.1:0"];
    let said = said(course(&[&["check", "2", "--main-line"], &server[..]].concat()));
    assert_eq!(said.code, Some(1), "{}{}", said.stdout, said.stderr);
    // The reader's server lies elsewhere, and listens on the usual port.
    let shown = said.stdout.replace(" 127.0.0.1:0", "").replace(folder, "../server");
    let (first, rest) = shown.split_once(", stage").expect("a first line");
    let (first, place) = first.rsplit_once(" at ").expect("where it listens");
    let shown =
        format!("{first} at 127.0.0.1:6969, stage{}", rest.replace(place, "127.0.0.1:6969"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = fs::read_to_string(path).expect("the page");
    assert!(page.contains(shown.trim_end()), "{PAGE} shows something else than:\n{shown}");
}
