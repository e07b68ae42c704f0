//! `goto`: to any step and back, never over work that is not committed.

use std::fs;

use course::book::git::Git;
use course::book::goto::goto;
use course::book::tree::{read, renamed};

use crate::taker::Taker;

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
        assert!(error.contains("would be lost in src/main.rs.\nCommit it"), "{why}: {error}");
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
