//! Brings a reader's folder to a step of the book, and never writes over work that is neither
//! committed nor the book's own.

use std::fs;
use std::path::Path;

use super::contents::Book;
use super::git::Git;
use super::locate::Reader;
use super::tree::{MANIFEST, Tree, differing, name, renamed, write_file};

/// Gives a line for each file that was written or removed.
pub fn goto(book: &Book, step: &str, folder: &Path) -> Result<Vec<String>, String> {
    let range = book.find(step)?;
    let fresh = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    let reader = Reader::open(book, folder)?;
    if !fresh {
        reader.is_crate()?;
    }
    let mut wanted = reader.states[range.end].clone();
    if let Some(name) = name(&reader.files) {
        wanted = renamed(&wanted, &name);
    }
    for (path, content) in &mut wanted {
        if let Some(theirs) = reader.files.get(path) {
            *content = with_ends_of(content, theirs);
        }
    }
    let paths = differing(&wanted, &reader.files);
    let lost: Vec<&str> =
        paths.iter().filter(|path| !is_safe(&reader, path)).map(|path| path.as_str()).collect();
    if !lost.is_empty() {
        return Err(format!(
            "nothing was written: what you have not committed would be lost in {}.\n\
             Commit it first: `git add -A`, `git commit -m mine`. \
             (No repository yet? `git init`.)\n{}",
            lost.join(", "),
            reader.place()
        ));
    }
    let mut told = Vec::new();
    for path in paths {
        let file = folder.join(path);
        match wanted.get(path) {
            Some(content) => {
                write_file(&file, content)?;
                told.push(format!("wrote {path}"));
            }
            None => {
                fs::remove_file(&file)
                    .map_err(|error| format!("cannot remove {}: {error}", file.display()))?;
                told.push(format!("removed {path}"));
            }
        }
    }
    if fresh {
        write_file(&folder.join(".gitignore"), b"/target\n")?;
    }
    Ok(told)
}

/// Whether nothing is lost when this file is written: it is not there, it is committed as it
/// stands, or some step of the book has it.
fn is_safe(reader: &Reader, path: &str) -> bool {
    let Some(theirs) = reader.files.get(path) else {
        return true;
    };
    let plain =
        |content: &[u8]| content.iter().copied().filter(|b| *b != b'\r').collect::<Vec<u8>>();
    let theirs_renamed = match path {
        MANIFEST => renamed(&Tree::from([(path.into(), theirs.clone())]), "server").remove(path),
        _ => Some(theirs.clone()),
    };
    let theirs_plain = theirs_renamed.map(|content| plain(&content));
    let of_book = reader.states.iter().any(|state| state.get(path) == theirs_plain.as_ref());
    of_book || is_committed(reader.folder, path)
}

/// Asks git, with the reader's settings, for they say how line ends are kept.
fn is_committed(folder: &Path, path: &str) -> bool {
    let git = Git::theirs(folder);
    let committed = git.run(&["rev-parse", "--verify", "--quiet", &format!("HEAD:./{path}")]);
    let present = git.run(&["hash-object", "--", path]);
    matches!((committed, present), (Ok(one), Ok(other)) if one == other)
}

/// The content with the line ends that the reader's file has.
fn with_ends_of(content: &[u8], theirs: &[u8]) -> Vec<u8> {
    match (std::str::from_utf8(content), theirs.windows(2).any(|pair| pair == b"\r\n")) {
        (Ok(text), true) => text.replace('\n', "\r\n").into_bytes(),
        _ => content.to_vec(),
    }
}
