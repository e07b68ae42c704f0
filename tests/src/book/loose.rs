//! Applies the change of a file as a person would: white space, comments, line ends and the name
//! of the package may differ, and lines may have moved.

use super::patch::{FilePatch, Hunk, Kind, Line};
use super::tokens::tokens;
use super::tree::{MANIFEST, is_name_line};

/// A file as lines, and of each line what counts.
pub struct Lines {
    pub lines: Vec<String>,
    /// The lines that hold more than comments: number, and tokens joined.
    pub code: Vec<(usize, String)>,
    windows: bool,
}

impl Lines {
    pub fn new(path: &str, text: &str) -> Lines {
        let lines: Vec<String> = text.lines().map(String::from).collect();
        let mut keys = vec![String::new(); lines.len()];
        for token in tokens(path, text) {
            if let Some(key) = keys.get_mut(token.line) {
                key.push_str(&token.text);
                key.push(' ');
            }
        }
        for (key, line) in keys.iter_mut().zip(&lines) {
            if path == MANIFEST && is_name_line(line) {
                *key = "name".into();
            }
        }
        let code = keys.into_iter().enumerate().filter(|(_, key)| !key.is_empty()).collect();
        Lines { lines, code, windows: text.contains("\r\n") }
    }

    /// The place in `code` of the first line of code at or behind a line.
    fn code_from(&self, line: usize) -> usize {
        self.code.partition_point(|(number, _)| *number < line)
    }

    /// Where the code at one place ends, seen from its neighbour: the line behind it.
    fn end_of(&self, code: usize) -> usize {
        match code.checked_sub(1).and_then(|before| self.code.get(before)) {
            Some((line, _)) => line + 1,
            None => 0,
        }
    }

    fn start_of(&self, code: usize) -> usize {
        self.code.get(code).map_or(self.lines.len(), |(line, _)| *line)
    }
}

/// Applies the hunks to the reader's file. The book has `before` and `then` as its file before and
/// after this change. The error says which lines are looked for, and where the reader's file parts
/// from them.
pub fn apply(
    patch: &FilePatch,
    (before, then): (&str, &str),
    theirs: &str,
) -> Result<String, String> {
    let before = Lines::new(&patch.path, before);
    let then = Lines::new(&patch.path, then);
    let theirs = Lines::new(&patch.path, theirs);
    let mut after: Vec<&str> = Vec::new();
    // How far the reader's code lies behind the book's, in lines of code.
    let (mut done, mut done_code, mut shift) = (0, 0, 0isize);
    for hunk in &patch.hunks {
        let olds = hunk.lines.iter().filter(|line| line.kind != Kind::Add).count();
        let first = before.code_from(hunk.old);
        let wanted = &before.code[first..before.code_from(hunk.old + olds)];
        let expected = first.saturating_add_signed(shift);
        let found = find(wanted, &theirs, expected, done_code)
            .ok_or_else(|| explain(patch, wanted, &before, &theirs, expected, done_code))?;
        let news = hunk.lines.iter().filter(|line| line.kind != Kind::Remove).count();
        let new = &then.code[then.code_from(hunk.new)..then.code_from(hunk.new + news)];
        if has_it(wanted, new, &theirs, found) {
            return Err(format!("{}: you have these lines already.", patch.path));
        }
        shift = found as isize - first as isize;
        let start = theirs.end_of(found).max(done);
        let end = theirs.start_of(found + wanted.len());
        if is_same(wanted, new) && has_comments(hunk, &theirs.lines[start..end]) {
            done_code = found + wanted.len();
            continue;
        }
        after.extend(theirs.lines[done..start].iter().map(String::as_str));
        done = merge(hunk, &before, &theirs, start..end, &mut after);
        done_code = found + wanted.len();
    }
    after.extend(theirs.lines[done..].iter().map(String::as_str));
    let end = if theirs.windows { "\r\n" } else { "\n" };
    Ok(after.iter().flat_map(|line| [*line, end]).collect())
}

/// Where the reader has these lines of code, nearest to where they are expected.
fn find(
    wanted: &[(usize, String)],
    theirs: &Lines,
    expected: usize,
    least: usize,
) -> Option<usize> {
    let places = least..=theirs.code.len().checked_sub(wanted.len())?;
    let fits = |place: &usize| matching(wanted, theirs, *place) == wanted.len();
    if wanted.is_empty() {
        return Some(expected.clamp(least, theirs.code.len()));
    }
    places.filter(fits).min_by_key(|place| place.abs_diff(expected))
}

/// Whether the new lines stand there already. At the begin or the end of a file they could be put
/// in twice, for there the lines around them stay together.
fn has_it(
    wanted: &[(usize, String)],
    new: &[(usize, String)],
    theirs: &Lines,
    found: usize,
) -> bool {
    let Some(more) = new.len().checked_sub(wanted.len()).filter(|more| 0 < *more) else {
        return false;
    };
    let at_end = matching(new, theirs, found) == new.len();
    let start = found.checked_sub(more);
    at_end || start.is_some_and(|start| matching(new, theirs, start) == new.len())
}

fn is_same(one: &[(usize, String)], other: &[(usize, String)]) -> bool {
    one.iter().map(|(_, key)| key).eq(other.iter().map(|(_, key)| key))
}

/// Whether the comments that a hunk adds stand in these lines already. They would come twice.
fn has_comments(hunk: &Hunk, lines: &[String]) -> bool {
    let mut theirs = lines.iter().map(|line| line.trim());
    let news = hunk.lines.iter().filter(|line| line.kind == Kind::Add);
    let mut news = news.map(|line| line.text.trim()).filter(|line| !line.is_empty()).peekable();
    news.peek().is_some() && news.all(|new| theirs.any(|line| line == new))
}

/// How many of the lines are there, from the first on.
fn matching(wanted: &[(usize, String)], theirs: &Lines, place: usize) -> usize {
    let code = theirs.code.get(place..).unwrap_or_default();
    wanted.iter().zip(code).take_while(|((_, ours), (_, theirs))| ours == theirs).count()
}

/// Goes through the hunk and the reader's lines side by side; gives where it stopped.
fn merge<'a>(
    hunk: &'a Hunk,
    before: &Lines,
    theirs: &'a Lines,
    range: std::ops::Range<usize>,
    after: &mut Vec<&'a str>,
) -> usize {
    let is_code = |lines: &Lines, number: usize| {
        lines.code.binary_search_by_key(&number, |(line, _)| *line).is_ok()
    };
    let (mut at, mut old) = (range.start, hunk.old);
    for Line { kind, text } in &hunk.lines {
        if *kind == Kind::Add {
            after.push(text);
            continue;
        }
        // A line of code is there; comments and empty lines may have been left out.
        let rest = at..range.end;
        let place = match is_code(before, old) {
            true => rest.clone().find(|line| is_code(theirs, *line)),
            false => rest
                .clone()
                .take_while(|line| !is_code(theirs, *line))
                .find(|line| theirs.lines[*line].trim() == text.trim()),
        };
        old += 1;
        if let Some(place) = place {
            after.extend(theirs.lines[at..place].iter().map(String::as_str));
            if *kind == Kind::Keep {
                after.push(&theirs.lines[place]);
            }
            at = place + 1;
        }
    }
    at
}

/// Says where the reader's file has not what the book expects: at the best of the places.
fn explain(
    patch: &FilePatch,
    wanted: &[(usize, String)],
    before: &Lines,
    theirs: &Lines,
    expected: usize,
    least: usize,
) -> String {
    let best = (least..=theirs.code.len())
        .max_by_key(|place| {
            (matching(wanted, theirs, *place), usize::MAX - place.abs_diff(expected))
        })
        .unwrap_or(least);
    let count = matching(wanted, theirs, best);
    let line = wanted.get(count).map_or("", |(line, _)| before.lines[*line].trim());
    let found = match theirs.code.get(best + count) {
        Some((number, _)) => {
            format!("your line {} is `{}`", number + 1, theirs.lines[*number].trim())
        }
        None => "your file ends there".into(),
    };
    let after = match (count, best.checked_sub(1).and_then(|before| theirs.code.get(before))) {
        (0, None) => "at its beginning".into(),
        (0, Some(_)) => "somewhere".into(),
        _ => {
            let (number, _) = theirs.code[best + count - 1];
            format!("after `{}`", theirs.lines[number].trim())
        }
    };
    match count {
        0 => format!("{}: the book expects the line `{line}`, and you do not have it.", patch.path),
        _ => format!("{}: {after}\n  the book expects `{line}`,\n  but {found}.", patch.path),
    }
}
