//! The reference part of the book is true: the rules with what keeps them, and the index.
//! `COURSE_UPDATE=1` writes the tables of the rules, and the list of the index.

mod code;
mod index;
mod places;
mod sections;
mod table;
mod written;

use std::{env, fs};

use course::book::Project;
use course::book::contents::Book;

use places::Places;
use sections::Sections;
use table::Tables;

const RULES: &str = "reference/rules.md";
const INDEX: &str = "reference/index.md";
const GLOSSARY: &str = "reference/glossary.md";
/// Behind it stands the list of the index.
const LIST: &str = "<!-- list -->\n";
const BEGIN: &str = "<!-- table: ";
const END: &str = "</div>\n";

fn book() -> Book {
    Book::read(&Project::ours().source()).unwrap_or_else(|error| panic!("{error}"))
}

/// The page with its tables as they have to be. One stands behind `<!-- table: H -->`.
fn with_tables(page: &str, tables: &mut Tables) -> String {
    let mut parts = page.split(BEGIN);
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (name, rest) = part.split_once(" -->\n").expect("the end of the comment");
        let behind = rest.split_once(END).map_or(rest, |(_, behind)| behind);
        let table = tables.table(name);
        text +=
            &format!("{BEGIN}{name} -->\n<div class=\"cards {name}\">\n\n{table}\n{END}{behind}");
    }
    text
}

fn read(page: &str) -> String {
    fs::read_to_string(Project::ours().source().join(page)).expect("a page of the book")
}

/// Compares a page with what it has to be, or writes it.
fn is_so(page: &str, text: &str, wanted: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    if env::var_os("COURSE_UPDATE").is_some() && text != wanted {
        let path = Project::ours().source().join(page);
        fs::write(&path, wanted).expect("the page is written");
        println!("written: {}", path.display());
        return;
    }
    let changed = text.lines().zip(wanted.lines()).find(|(is, ought)| is != ought);
    assert!(
        text == wanted,
        "{page} is not what it is made of gives. `COURSE_UPDATE=1` writes it.\n\
         The first line that differs, as it is and as it ought to be:\n{changed:#?}"
    );
}

#[test]
fn the_tables_of_the_rules_are_true() {
    let book = book();
    let mut tables = Tables::new(Places { book: &book });
    let page = read(RULES);
    let wanted = with_tables(&page, &mut tables);
    is_so(RULES, &page, &wanted, &tables.faults);
}

#[test]
fn the_index_is_true() {
    let book = book();
    let mut faults = Vec::new();
    let glossary = index::glossary(&read(GLOSSARY));
    let list = index::list(&Sections::new(&book), &glossary, &mut faults);
    let page = read(INDEX);
    let (above, _) = page.split_once(LIST).expect("the place of the list");
    is_so(INDEX, &page, &format!("{above}{LIST}{list}"), &faults);
}
