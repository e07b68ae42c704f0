//! Replays the real book: every block applies, compiles and is formatted, and every checkpoint is
//! its step crate.

use course::book::Project;
use course::book::contents::Book;
use course::book::replay::{Options, replay};

#[test]
fn the_book_gives_the_step_crates() {
    let project = Project::ours();
    let replayed = Book::read(&project.source()).and_then(|book| {
        replay(&project, &book, &Options::default(), &mut |line| println!("{line}"))
    });
    if let Err(error) = replayed {
        panic!("{error}");
    }
}
