//! The sessions in the book are real: behind `<!-- talk: step3-frames -->` stands what happens
//! when its lines are typed. `COURSE_UPDATE=1` writes it there.

use std::path::{Path, PathBuf};
use std::{env, fs};

use course::binary::PACKAGES;
use course::talk::{address, greeting};
use pretty_assertions::assert_eq;

use super::{patience, server, talk};

const BEGIN: &str = "<!-- talk: ";
const PROMPT: &str = "course$ cargo course talk ";
const BOOK_ADDRESS: &str = "127.0.0.1:6969";

/// The page with each session as it happens now.
fn replayed(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(&format!("{line}\n"));
        let Some(package) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        let stage = PACKAGES.iter().position(|known| *known == package).expect("a step");
        out.push_str(&format!("{}\n", lines.next().expect("a fence")));
        let command = lines.next().expect("a command");
        let typed: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        let typed: Vec<&str> = typed.iter().filter_map(|line| line.strip_prefix("> ")).collect();
        let target = command.strip_prefix(PROMPT).expect("a command of talk");
        out.push_str(&session(stage as u8 + 1, target, &typed.join("\n")));
        out.push_str("```\n");
    }
    out
}

fn session(stage: u8, target: &str, typed: &str) -> String {
    let server = server(stage);
    let real = target.replace(BOOK_ADDRESS, &server.address.to_string());
    let (printed, _) = talk(&real, patience(stage), typed);
    let greeting = greeting(&address::read(target).expect("an address"));
    format!("{PROMPT}{target}\n{greeting}\n{printed}")
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src");
    let entries = fs::read_dir(folder).expect("the book is there");
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

#[test]
fn sessions_in_the_book_are_real() {
    let mut sessions = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).expect("a page is UTF-8").replace("\r\n", "\n");
        sessions += page.matches(BEGIN).count();
        let real = replayed(&page);
        if env::var_os("COURSE_UPDATE").is_some() && real != page {
            fs::write(&path, real).expect("the page can be written");
            continue;
        }
        assert_eq!(page, real, "{}", path.display());
    }
    assert!(2 <= sessions, "{sessions} sessions in the book");
}
