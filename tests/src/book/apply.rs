//! Makes the changes of a step in a reader's folder, even where lines end as on Windows, comments
//! were not typed, or lines of the reader's own stand between.

use std::fs;
use std::ops::Range;
use std::path::Path;

use super::contents::{Book, Content};
use super::locate::Reader;
use super::loose;
use super::missing;
use super::patch::FilePatch;
use super::tokens::tokens;
use super::tree::{Tree, differing, text_of, write_file};

/// Applies the step, whole or not at all; gives a line for each file. Of a heading whose first
/// changes or some of whose files are there already it makes the others, and says so.
pub fn apply(book: &Book, step: &str, folder: &Path) -> Result<Vec<String>, String> {
    let range = book.find(step)?;
    let reader = Reader::open(book, folder)?;
    reader.is_crate()?;
    let first = range.start;
    let (nearest, lines) = reader.nearest();
    let begun = first < nearest && nearest < range.end;
    let rest = begun && (first..nearest).all(|at| may_be_made(&reader, at));
    let mut told = Vec::new();
    let whole = || changed(&reader, range.clone(), &[]);
    let files = match rest.then(|| changed(&reader, nearest..range.end, &[])) {
        Some(Ok(files)) => {
            let left = (nearest..range.end).filter_map(|at| reader.change(at));
            let left: Vec<&str> = left.map(|change| change.id.as_str()).collect();
            told.push(format!("{} Of {step} this leaves {}:", reader.place(), left.join(", ")));
            Ok(files)
        }
        // Perhaps the last change that looks made is not whole. What is there must not come twice.
        Some(Err(fault)) => {
            let files = whole().ok();
            files.filter(|files| reader.lines_from(range.end, files) <= lines).ok_or(fault)
        }
        None if lines == 0 && !reader.is_at(reader.before(first)) => {
            return Err(elsewhere(&reader, step, first, nearest));
        }
        None => whole().inspect(|_| told.extend(left_out(&reader, step, first, nearest))),
    };
    let files = files.or_else(|fault| {
        let made = missing::made(&reader, range.clone());
        let files = changed(&reader, range.clone(), &made).ok();
        let nearer = |files: &Tree| reader.lines_from(range.end, files) <= lines;
        if let (false, Some(files)) = (made.is_empty(), files.filter(nearer)) {
            told.push(format!("Of {step} you have {} already.", made.join(", ")));
            return Ok(files);
        }
        Err(match missing::forgotten(&reader, first, |at| changed(&reader, at..at + 1, &[]).ok()) {
            Some(change) => {
                let how = format!("cargo course apply {} {}", change.id, folder.display());
                format!("{fault}\nPerhaps you have left out {}: `{how}`", book.describe(change))
            }
            None => fault,
        })
    })?;
    let paths = differing(&reader.files, &files);
    if paths.is_empty() {
        told.push(nothing_to_write(&reader, step, range));
    }
    for path in paths {
        let file = folder.join(path);
        told.push(match (reader.files.get(path), files.get(path)) {
            (_, None) => {
                fs::remove_file(&file)
                    .map_err(|error| format!("cannot remove {}: {error}", file.display()))?;
                format!("removed {path}")
            }
            (before, Some(content)) => {
                write_file(&file, content)?;
                format!("{} {path}", if before.is_some() { "changed" } else { "created" })
            }
        });
    }
    Ok(told)
}

/// Why nothing was written, though everything fits.
fn nothing_to_write(reader: &Reader, step: &str, range: Range<usize>) -> String {
    if reader.states[reader.before(range.start)] != reader.states[range.end] {
        return format!("You have {step} already, so nothing was written.");
    }
    let ids: Vec<&str> =
        range.filter_map(|at| reader.change(at)).map(|change| change.id.as_str()).collect();
    format!(
        "The changes of {step} end where they began, so nothing was written. To see what happens \
         in between, make them one by one: {}.",
        ids.join(", ")
    )
}

/// What to do in a folder that has the code of another state than that before the first change.
fn elsewhere(reader: &Reader, step: &str, first: usize, nearest: usize) -> String {
    let (book, before) = (reader.book, reader.before(first));
    if book.way(nearest).contains(&(first + 1)) {
        return format!("You have {step} already. {}", reader.place());
    }
    let what = match next(reader, first, nearest) {
        Some(next) => {
            format!("Before {step} comes {next}: `apply` that first, or `goto` there.")
        }
        None => {
            let start = book.checkpoints().find(|checkpoint| checkpoint.state == before);
            let start = start.map_or_else(|| reader.step(before), |start| start.name.clone());
            format!("{step} does not follow from there, but from {start}: `goto` there first.")
        }
    };
    format!("{} {what}", reader.place())
}

/// What to say of a step that fits a folder which seems to be some changes behind.
fn left_out(reader: &Reader, step: &str, first: usize, nearest: usize) -> Option<String> {
    let next = next(reader, first, nearest)?;
    Some(format!("{} Before {step} comes {next}: perhaps you have left it out.", reader.place()))
}

/// The change that comes next in a folder on the way to the one at `first`, if it is not that.
fn next(reader: &Reader, first: usize, nearest: usize) -> Option<String> {
    let way = reader.book.way(reader.before(first));
    way.windows(2).find(|pair| pair[0] == nearest).map(|pair| reader.step(pair[1]))
}

/// Whether the folder may have this change: a whole file has to be that of the book.
fn may_be_made(reader: &Reader, at: usize) -> bool {
    match reader.change(at).map(|change| &change.content) {
        Some(Content::File { path, bytes, .. }) => same(path, Some(bytes), reader.files.get(path)),
        _ => true,
    }
}

/// The reader's files with these changes of the book, or which of them does not fit. Files that
/// were `made` already stay as they are.
fn changed(reader: &Reader, range: Range<usize>, made: &[&str]) -> Result<Tree, String> {
    let mut files = reader.files.clone();
    for at in range {
        let Some(change) = reader.change(at) else {
            break;
        };
        change_files(reader, at, made, &mut files).map_err(|fault| {
            format!(
                "{} does not fit your folder, and nothing was written.\n{fault}\n{}",
                reader.book.describe(change),
                reader.place()
            )
        })?;
    }
    Ok(files)
}

/// Makes one change of the book in the reader's files.
fn change_files(reader: &Reader, at: usize, made: &[&str], files: &mut Tree) -> Result<(), String> {
    let (before, after) = (&reader.states[reader.before(at)], &reader.states[at + 1]);
    match reader.change(at).map(|change| &change.content) {
        Some(Content::Patch(patch, _)) => {
            let mut left = patch.files.iter().filter(|file| !made.contains(&file.path.as_str()));
            left.try_for_each(|file| change_file(file, before, after, files))
        }
        Some(Content::File { path, .. }) if made.contains(&path.as_str()) => Ok(()),
        Some(Content::File { path, bytes, .. }) => {
            let known = |tree: &Tree| same(path, tree.get(path), files.get(path));
            if files.contains_key(path) && !known(before) && !known(after) {
                return Err(format!("{path}: you have a file of your own there. Rename it."));
            }
            files.insert(path.clone(), bytes.clone());
            Ok(())
        }
        None => Ok(()),
    }
}

fn change_file(
    patch: &FilePatch,
    before: &Tree,
    after: &Tree,
    files: &mut Tree,
) -> Result<(), String> {
    let path = &patch.path;
    let content = match (before.get(path), files.get(path)) {
        (None, None) => after.get(path).cloned(),
        (None, theirs) if same(path, after.get(path), theirs) => theirs.cloned(),
        (None, Some(_)) => {
            return Err(format!("{path}: the book creates this file, and you have another one."));
        }
        (Some(_), None) => return Err(format!("{path}: you do not have this file.")),
        (ours, theirs) if patch.deleted => match same(path, ours, theirs) {
            true => None,
            false => {
                return Err(format!("{path}: the book deletes this file, and yours is another."));
            }
        },
        (Some(ours), Some(theirs)) => {
            let then = after.get(path).map_or(&[][..], Vec::as_slice);
            let book = (text_of(path, ours)?, text_of(path, then)?);
            Some(loose::apply(patch, book, text_of(path, theirs)?)?.into_bytes())
        }
    };
    match content {
        Some(content) => files.insert(path.clone(), content),
        None => files.remove(path),
    };
    Ok(())
}

/// Whether both are there and hold the same code.
pub fn same(path: &str, one: Option<&Vec<u8>>, other: Option<&Vec<u8>>) -> bool {
    let code = |content: &Vec<u8>| -> Vec<String> {
        let text = String::from_utf8_lossy(content);
        tokens(path, &text).into_iter().map(|token| token.text).collect()
    };
    match (one, other) {
        (Some(one), Some(other)) => code(one) == code(other),
        _ => false,
    }
}
