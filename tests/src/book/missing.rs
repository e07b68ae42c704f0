//! What a reader's folder lacks of what was typed into it.

use std::ops::Range;

use super::apply::same;
use super::contents::{Change, Content};
use super::locate::Reader;
use super::tree::{Tree, renamed};

/// So many changes are looked at, for what is further up would have been missed before.
const FURTHEST: usize = 12;

/// Those of the files that these changes touch which are as they leave them.
pub fn made<'a>(reader: &'a Reader, range: Range<usize>) -> Vec<&'a str> {
    let files = renamed(&reader.files, "server");
    let (before, after) = (&reader.states[reader.before(range.start)], &reader.states[range.end]);
    let is = |tree: &Tree, path: &str| {
        let (ours, theirs) = (tree.get(path), files.get(path));
        (ours.is_none() && theirs.is_none()) || same(path, ours, theirs)
    };
    let changes = range.filter_map(|at| reader.change(at));
    let mut paths: Vec<&str> = changes.flat_map(paths).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.retain(|path| is(after, path) && !is(before, path));
    paths
}

fn paths(change: &Change) -> Vec<&str> {
    match &change.content {
        Content::Patch(patch, _) => patch.files.iter().map(|file| file.path.as_str()).collect(),
        Content::File { path, .. } => vec![path],
    }
}

/// The first change that would bring the folder nearer to the book if it was made now: of those
/// that lead to where the wanted one starts, or else to where the folder is. `make` gives the files
/// then. Is another one missing in front of it, which cannot be made now, then that one.
pub fn forgotten<'a>(
    reader: &'a Reader,
    wanted: usize,
    make: impl Fn(usize) -> Option<Tree>,
) -> Option<&'a Change> {
    let nearest = reader.nearest().0;
    let targets = [reader.before(wanted), nearest];
    let at = targets.iter().find_map(|&target| {
        let lines = reader.lines_from(target, &reader.files);
        let nearer =
            |at: &usize| make(*at).is_some_and(|files| reader.lines_from(target, &files) < lines);
        let way = reader.book.way(target);
        let lasts = way.len().saturating_sub(FURTHEST).max(1);
        way[lasts..].iter().map(|state| state - 1).find(nearer)
    })?;
    let way = reader.book.way(reader.before(at));
    let next = way.iter().position(|&state| state == nearest).and_then(|place| way.get(place + 1));
    reader.change(next.map_or(at, |state| state - 1))
}
