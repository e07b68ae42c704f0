//! The reference part of the book is true: the rules with what keeps them, and the index.
//! `COURSE_UPDATE=1` writes the tables of the rules.

mod code;
mod places;
mod table;
mod written;

use std::{env, fs};

use course::book::Project;
use course::book::contents::Book;

use places::Places;
use table::Tables;

const RULES: &str = "reference/rules.md";
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
        text += &format!("{BEGIN}{name} -->\n<div class=\"cards\">\n\n{table}\n{END}{behind}");
    }
    text
}

#[test]
fn the_tables_of_the_rules_are_true() {
    let book = book();
    let mut tables = Tables::new(Places { book: &book });
    let path = Project::ours().source().join(RULES);
    let page = fs::read_to_string(&path).expect("the page of the rules");
    let wanted = with_tables(&page, &mut tables);
    assert!(tables.faults.is_empty(), "{}", tables.faults.join("\n"));
    if env::var_os("COURSE_UPDATE").is_some() && page != wanted {
        fs::write(&path, wanted).expect("the page is written");
        println!("written: {}", path.display());
        return;
    }
    let changed = page.lines().zip(wanted.lines()).find(|(is, ought)| is != ought);
    assert!(
        page == wanted,
        "{RULES} is not what the cases, the code and the chapters give. `COURSE_UPDATE=1` writes \
         it.\nThe first line that differs, as it is and as it ought to be:\n{changed:#?}"
    );
}
