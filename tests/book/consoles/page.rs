//! Finds the console blocks of the pages, what their markers say, and the state of the code that
//! each of them is about.

use std::ops::Range;

use course::binary::PACKAGES;
use course::book::contents::Book;

/// The code that a block is run with.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// One of the book's states, by its number.
    Book(usize),
    /// A step crate that the book does not reach yet, or that a page names.
    Crate(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Label {
    Console,
    Text,
    /// Any other; it is of interest only if a marker says that it is not run here.
    Other,
}

#[derive(Clone, Debug, Default)]
pub struct Markers {
    pub at: Option<String>,
    /// Commands with their prompts, run before.
    pub first: Vec<String>,
    pub not_run: Option<String>,
    pub browser: bool,
}

#[derive(Clone, Debug)]
pub struct Block {
    /// Its page, as a place among the chapters of the book, and its line, counted from 1.
    pub page: usize,
    pub line: usize,
    pub label: Label,
    /// What stands between its fences, in the page and without the marks of a quotation.
    pub body: Range<usize>,
    pub quoted: bool,
    pub lines: Vec<String>,
    pub heading: Option<usize>,
    /// The state of the code above it.
    pub above: usize,
    pub state: State,
    pub markers: Markers,
}

impl Block {
    /// Lines as they stand in the page.
    pub fn quote(&self, lines: &[String]) -> String {
        let mark = if self.quoted { "> " } else { "" };
        lines.iter().map(|line| format!("{}\n", format!("{mark}{line}").trim_end())).collect()
    }
}

/// All console and text blocks, in reading order, or what is wrong with the markers.
pub fn blocks(book: &Book) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    for page in 0..book.chapters.len() {
        read(book, page, &mut blocks)?;
    }
    Ok(blocks)
}

struct Fence {
    length: usize,
    label: Label,
    quoted: bool,
    line: usize,
    body: usize,
    lines: Vec<String>,
}

fn read(book: &Book, page: usize, blocks: &mut Vec<Block>) -> Result<(), String> {
    let chapter = &book.chapters[page];
    let mut markers: Option<(usize, Markers)> = None;
    let mut open: Option<Fence> = None;
    let mut end = 0;
    for (index, whole) in chapter.text.split_inclusive('\n').enumerate() {
        let (start, line) = (end, index + 1);
        end += whole.len();
        let fault = |what: &str| format!("book/src/{}:{line}: {what}", chapter.name);
        let words = whole.trim_end_matches('\n');
        let inner = words.strip_prefix("> ").unwrap_or(words.strip_prefix('>').unwrap_or(words));
        if let Some(fence) = &mut open {
            let inner = if fence.quoted { inner } else { words };
            let marks = inner.trim_end();
            if fence.length <= marks.len() && marks.chars().all(|c| c == '`') {
                let fence = open.take().expect("it is open");
                let markers = markers.take().map(|(_, markers)| markers).unwrap_or_default();
                let is_marked = markers.browser || markers.not_run.is_some();
                if fence.label != Label::Other || is_marked {
                    blocks.push(block(book, page, fence, start, markers)?);
                } else if markers.at.is_some() || !markers.first.is_empty() {
                    return Err(fault("`at` and `first` belong to console blocks"));
                }
            } else {
                fence.lines.push(inner.to_string());
            }
            continue;
        }
        let label = inner.trim_start_matches('`');
        let length = inner.len() - label.len();
        if 3 <= length && !label.contains('`') {
            let label = match label.split(|c: char| !c.is_alphanumeric()).next() {
                Some("console") => Label::Console,
                Some("text") => Label::Text,
                _ => Label::Other,
            };
            let quoted = words.starts_with('>');
            open = Some(Fence { length, label, quoted, line, body: end, lines: Vec::new() });
            continue;
        }
        let comment = inner.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        match comment {
            Some(comment) => {
                let mut new = markers.take().unwrap_or((line, Markers::default()));
                match marker(comment.trim(), &mut new.1) {
                    Some(true) => markers = Some(new),
                    Some(false) => return Err(fault("this marker has another form")),
                    None if new.0 != line => markers = Some(new),
                    None => {}
                }
            }
            None if inner.trim().is_empty() => {}
            None if markers.is_some() => return Err(fault("the marker above has no block")),
            None => {}
        }
    }
    Ok(())
}

/// Takes in a marker. `None`: the comment is something else.
fn marker(comment: &str, markers: &mut Markers) -> Option<bool> {
    let (name, rest) = comment.split_once(':').unwrap_or((comment, ""));
    let rest = rest.trim();
    match name {
        "at" => markers.at = Some(rest.into()),
        "first" => markers.first.push(rest.into()),
        "not run" => markers.not_run = Some(rest.into()),
        // What may stand behind it is the business of the tests in the browser.
        "browser" => markers.browser = true,
        _ => return None,
    }
    Some(!rest.is_empty() || name == "browser")
}

fn block(
    book: &Book,
    page: usize,
    fence: Fence,
    end: usize,
    markers: Markers,
) -> Result<Block, String> {
    let Fence { label, quoted, line, body, lines, .. } = fence;
    let above = book.state_at(page, body);
    let heading =
        book.headings.iter().rposition(|heading| (heading.chapter, heading.start) < (page, body));
    let heading = heading.filter(|at| book.headings[*at].chapter == page);
    let state = match markers.at.as_deref() {
        None => State::Book(above),
        Some(step) => match PACKAGES.iter().find(|package| **package == step) {
            Some(package) => State::Crate(package),
            None => State::Book(
                book.find(step)
                    .map_err(|e| format!("book/src/{}:{line}: {e}", book.chapters[page].name))?
                    .end,
            ),
        },
    };
    let body = body..end;
    Ok(Block { page, line, label, body, quoted, lines, heading, above, state, markers })
}
