//! Compares a reader's folder with a step of the book; white space and comments do not count.

use std::path::Path;

use super::contents::Book;
use super::locate::Reader;
use super::tokens::{Token, tokens};
use super::tree::renamed;

/// The first difference of each file; none where all is as in the book.
pub fn compare(book: &Book, step: &str, folder: &Path) -> Result<Vec<String>, String> {
    let range = book.find(step)?;
    let reader = Reader::open(book, folder)?;
    reader.is_crate()?;
    let ours = &reader.states[range.end];
    let theirs = renamed(&reader.files, "server");
    let mut faults = Vec::new();
    for (path, content) in ours {
        let fault = match theirs.get(path) {
            Some(theirs) => first_difference(path, content, theirs),
            None => Some(format!("{path}: you do not have this file.")),
        };
        faults.extend(fault);
    }
    for path in theirs.keys().filter(|path| !ours.contains_key(*path)) {
        faults.push(format!("{path}: the book does not have this file at {step}."));
    }
    let (nearest, _) = reader.nearest();
    if !faults.is_empty() && nearest != range.end {
        faults.push(reader.place());
    }
    Ok(faults)
}

fn first_difference(path: &str, ours: &[u8], theirs: &[u8]) -> Option<String> {
    let (ours, theirs) = (String::from_utf8_lossy(ours), String::from_utf8_lossy(theirs));
    let (our_tokens, their_tokens) = (tokens(path, &ours), tokens(path, &theirs));
    let pairs = our_tokens.iter().zip(&their_tokens);
    let equal = pairs.take_while(|(one, other)| one.text == other.text).count();
    let line = |text: &str, token: &Token| text.lines().nth(token.line).unwrap_or("").to_string();
    let book = our_tokens.get(equal).map(|token| (token.line + 1, line(&ours, token)));
    let yours = their_tokens.get(equal).map(|token| (token.line + 1, line(&theirs, token)));
    match (book, yours) {
        (None, None) => None,
        (Some((at, book)), Some((line, yours))) => Some(format!(
            "{path}:{line}: here you part from the book.\n  yours: {}\n  book:  {}   (its line {at})",
            yours.trim(),
            book.trim()
        )),
        (Some((at, book)), None) => Some(format!(
            "{path}: your file ends, and the book goes on.\n  book:  {}   (its line {at})",
            book.trim()
        )),
        (None, Some((line, yours))) => Some(format!(
            "{path}:{line}: the book ends, and your file goes on.\n  yours: {}",
            yours.trim()
        )),
    }
}
