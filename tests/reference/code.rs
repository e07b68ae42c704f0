//! The lines of stage 4 that keep a rule: those that name it, those that use a flag, and those that
//! `rules.md` points to.

use std::fs;
use std::path::Path;

const SOURCE: &str = "../step4-complete/src";
/// What stands before the name of an item.
const ITEMS: [&str; 6] = ["fn ", "struct ", "enum ", "const ", "mod ", "function "];

pub struct Code {
    files: Vec<File>,
}

struct File {
    name: String,
    lines: Vec<String>,
}

/// A line, counted from 1, and the function or the item that it belongs to.
pub struct Line {
    pub file: String,
    pub number: usize,
    pub item: String,
}

impl Code {
    pub fn read() -> Code {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(SOURCE);
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).expect("the source of stage 4") {
            let path = entry.expect("a file").path();
            let text = fs::read_to_string(&path).expect("a source");
            let name = path.file_name().expect("its name").to_string_lossy().into_owned();
            // Tests keep no rule.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            files.push(File { name, lines: text.lines().map(String::from).collect() });
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Code { files }
    }

    /// The lines that name a rule, in a comment or in what is told to the client; of each function
    /// the first.
    pub fn naming(&self, id: &str) -> Vec<Line> {
        self.find(|line| {
            let tells = line.trim_start().starts_with("//") || line.contains(" // ");
            // An error's text stands far from where the error is found.
            let is_text = line.contains('"') && !line.contains("=> \"");
            (tells || is_text) && has_word(line, id)
        })
    }

    /// The lines that use a flag.
    pub fn using(&self, flag: &str) -> Vec<Line> {
        let field = field(flag);
        self.find(|line| line.contains("flags.") && has_word(line, &field))
    }

    /// The line of a file that holds a text.
    pub fn holding(&self, file: &str, text: &str) -> Option<Line> {
        let file = self.files.iter().find(|other| other.name == file)?;
        let at = file.lines.iter().position(|line| line.contains(text))?;
        Some(file.line(at))
    }

    /// The value that a flag has unless it is given, as people write it.
    pub fn default(&self, flag: &str) -> Option<String> {
        let file = self.files.iter().find(|file| file.name == "flags.rs")?;
        let named = format!("pub {}:", field(flag));
        let at = file.lines.iter().position(|line| line.trim().starts_with(&named))?;
        let attributes = file.lines[..at].iter().rev();
        let mut attributes = attributes.take_while(|line| line.trim().starts_with("#["));
        let attribute = attributes.find(|line| line.contains("default_value"))?;
        let value = attribute.split(" = ").last()?.trim_end_matches(")]").trim_matches('"');
        let unit = attribute.split("value_name = \"").nth(1)?.split('"').next()?;
        let mut number = value.split(" * ").map(|part| part.replace('_', "").parse::<u64>().ok());
        let number = number.try_fold(1, |product, part| Some(product * part?))?;
        Some(match unit {
            "SECONDS" => format!("{number} s"),
            "BYTES" => bytes(number),
            _ => grouped(number),
        })
    }

    fn find(&self, is_meant: impl Fn(&str) -> bool) -> Vec<Line> {
        let mut found: Vec<Line> = Vec::new();
        for file in self.files.iter().filter(|file| file.name.ends_with(".rs")) {
            for at in (0..file.lines.len()).filter(|at| is_meant(&file.lines[*at])) {
                let line = file.line(at);
                let is_known = |other: &Line| other.file == line.file && other.item == line.item;
                if !found.iter().any(is_known) {
                    found.push(line);
                }
            }
        }
        found
    }
}

impl File {
    fn line(&self, at: usize) -> Line {
        let is_doc = self.lines[at].trim_start().starts_with("///");
        let item = match is_doc {
            true => self.lines[at..].iter().find_map(|line| item_or_field(line)),
            false => self.enclosing(at),
        };
        Line { file: self.name.clone(), number: at + 1, item: item.unwrap_or_default() }
    }

    /// The function around a line, or the item that it begins.
    fn enclosing(&self, at: usize) -> Option<String> {
        let depth = |line: &str| line.len() - line.trim_start().len();
        let own = depth(&self.lines[at]);
        let around = self.lines[..at].iter().rev();
        let mut around = around.filter(|line| depth(line) < own && !line.trim().is_empty());
        item(&self.lines[at]).or_else(|| around.find_map(|line| item(line)))
    }
}

/// `max_message` of `--max-message`.
pub fn field(flag: &str) -> String {
    flag.trim_start_matches('-').replace('-', "_")
}

/// Whether a word stands in a line, and not as a part of a longer one.
pub fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part)
    })
}

fn item(line: &str) -> Option<String> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let name = ITEMS.iter().find_map(|kind| line.strip_prefix(kind))?;
    word(name)
}

/// An item, or a field of one.
fn item_or_field(line: &str) -> Option<String> {
    let is_none = ["//", "#"].iter().any(|start| line.trim_start().starts_with(start));
    if is_none {
        return None;
    }
    let field = line.trim_start();
    item(line).or_else(|| word(field.strip_prefix("pub ").unwrap_or(field)))
}

fn word(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_string())
}

fn bytes(number: u64) -> String {
    match number {
        _ if number.is_multiple_of(1 << 20) => format!("{} MiB", number >> 20),
        _ if number.is_multiple_of(1 << 10) => format!("{} KiB", number >> 10),
        _ => grouped(number),
    }
}

/// `131,072`
fn grouped(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}
