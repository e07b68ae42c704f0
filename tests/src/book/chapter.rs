//! Reads one chapter: its headings, diff blocks and directives, and where each of them stands.

use std::ops::Range;

/// Something in a chapter that the tool heeds.
pub struct Piece {
    /// Where it stands, counted from 1.
    pub line: usize,
    /// Its bytes in the chapter, whole lines.
    pub span: Range<usize>,
    pub sort: Sort,
}

pub enum Sort {
    Heading {
        level: usize,
        text: String,
    },
    /// A block of the label `diff`; `body` is what stands between the fences.
    Diff {
        body: Range<usize>,
    },
    /// `<!-- file: src/page.html from files/page.html -->`
    File {
        path: String,
        source: String,
    },
    /// `<!-- expect: error E0373 -->`, for the block that follows.
    Expect {
        code: String,
    },
    /// `<!-- checkpoint: step1-http -->`
    Checkpoint {
        name: String,
    },
    /// `<!-- branch: rooms-by-name from step4-complete -->`
    Branch {
        name: String,
        from: String,
    },
}

/// A code block that has been opened and not yet closed.
struct Fence {
    mark: char,
    length: usize,
    indent: usize,
    diff: bool,
    line: usize,
    start: usize,
    body: usize,
}

/// All that the tool heeds in a chapter, in reading order.
pub fn pieces(name: &str, text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut open: Option<Fence> = None;
    let mut in_comment = false;
    let mut end = 0;
    for (index, whole) in text.split_inclusive('\n').enumerate() {
        let (start, line) = (end, index + 1);
        end += whole.len();
        let words = whole.trim_end_matches('\n');
        let fault = |what: String| Err(format!("book/src/{name}:{line}: {what}"));
        if words.ends_with('\r') {
            return fault("Windows line ends. The book has LF only: save it so.".into());
        }
        if words.starts_with("<<<<<<< ") || words.starts_with(">>>>>>> ") {
            return fault("a merge that nobody has finished. Choose between its two sides.".into());
        }
        if let Some(fence) = &open {
            if closes(words, fence) {
                if fence.diff {
                    let sort = Sort::Diff { body: fence.body..start };
                    pieces.push(Piece { line: fence.line, span: fence.start..end, sort });
                }
                open = None;
            }
            continue;
        }
        if in_comment || (words.starts_with("<!--") && !words.contains("-->")) {
            in_comment = !words.contains("-->");
            continue;
        }
        if let Some((mark, length, indent, label)) = fence(words) {
            let diff = label == "diff" && mark == '`' && indent == 0;
            if !diff && label.split(|c: char| !c.is_alphanumeric()).next() == Some("diff") {
                return fault(
                    "a block of the code starts with ```diff at the first column, and nothing \
                     else in that line. Label a diff that is only to be looked at `patch`."
                        .into(),
                );
            }
            open = Some(Fence { mark, length, indent, diff, line, start, body: end });
            continue;
        }
        let sort = match words.starts_with('#') {
            true => heading(words),
            false => directive(words).map_err(|what| format!("book/src/{name}:{line}: {what}"))?,
        };
        pieces.extend(sort.map(|sort| Piece { line, span: start..end, sort }));
    }
    match open {
        Some(fence) => Err(format!(
            "book/src/{name}:{}: this code block is never closed. Add its closing fence.",
            fence.line
        )),
        None => Ok(pieces),
    }
}

/// The mark, its length, the indent and the label of a line that opens a code block. One in a list
/// or a quotation counts too.
fn fence(line: &str) -> Option<(char, usize, usize, &str)> {
    let trimmed = line.trim_start_matches([' ', '\t', '>']);
    let mark = trimmed.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let label = trimmed.trim_start_matches(mark);
    let length = trimmed.len() - label.len();
    let opens = 3 <= length && !label.contains('`');
    opens.then(|| (mark, length, line.len() - trimmed.len(), label.trim()))
}

fn closes(line: &str, fence: &Fence) -> bool {
    let trimmed = line.trim_start_matches([' ', '\t', '>']);
    let length = trimmed.trim_end().len();
    let only_marks = trimmed.trim_end().chars().all(|c| c == fence.mark);
    only_marks && fence.length <= length && line.len() - trimmed.len() <= fence.indent + 3
}

/// `## 3.2 Unmask`; attributes in braces and closing marks do not belong to the text.
fn heading(line: &str) -> Option<Sort> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let text = text.strip_prefix(' ').filter(|_| level <= 6)?;
    let text = text.split(" {").next().unwrap_or(text);
    let text = text.trim().trim_end_matches('#').trim_end().to_string();
    Some(Sort::Heading { level, text })
}

/// A comment that is an order to the tool. One that begins like an order and is none is a mistake.
fn directive(line: &str) -> Result<Option<Sort>, String> {
    let inner = line.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    let Some(inner) = inner.map(str::trim) else {
        return Ok(None);
    };
    let (order, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (sort, form) = match order.trim_end_matches(':') {
        "branch" => (branch(&words), "<!-- branch: rooms-by-name from step4-complete -->"),
        "checkpoint" => (checkpoint(&words), "<!-- checkpoint: step1-http -->"),
        "expect" => (expect(&words), "<!-- expect: error E0373 -->"),
        "file" => (file(&words), "<!-- file: src/page.html from files/page.html -->"),
        _ => return Ok(None),
    };
    match sort {
        Some(sort) if line.starts_with("<!--") && order.ends_with(':') => Ok(Some(sort)),
        _ => Err(format!("`{}` has to look like `{form}`, at the first column.", line.trim())),
    }
}

fn checkpoint(words: &[&str]) -> Option<Sort> {
    match words {
        [name] if is_name(name) => Some(Sort::Checkpoint { name: name.to_string() }),
        _ => None,
    }
}

fn branch(words: &[&str]) -> Option<Sort> {
    match words {
        [name, "from", from] if is_name(name) && is_name(from) => {
            Some(Sort::Branch { name: name.to_string(), from: from.to_string() })
        }
        _ => None,
    }
}

/// Whether it can name a crate and a git branch: nothing that leads out of the project.
fn is_name(name: &str) -> bool {
    !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || ['-', '_'].contains(&c))
}

fn expect(words: &[&str]) -> Option<Sort> {
    match words {
        ["error", code] if code.starts_with('E') => Some(Sort::Expect { code: code.to_string() }),
        _ => None,
    }
}

fn file(words: &[&str]) -> Option<Sort> {
    match words {
        [path, "from", source] if is_inside(path) && is_inside(source) => {
            Some(Sort::File { path: path.to_string(), source: source.to_string() })
        }
        _ => None,
    }
}

/// Whether a path stays in its folder and away from what git and cargo keep there.
pub fn is_inside(path: &str) -> bool {
    let mut parts = path.split('/');
    let plain = |part: &str| !["", ".", "..", ".git"].contains(&part);
    !path.contains(['\\', ':', '"']) && parts.all(plain) && !path.starts_with("target/")
}
