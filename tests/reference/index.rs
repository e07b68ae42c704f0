//! The index: made of `index.md`, which says how, and of the headings and the glossary of the book.

use super::places::anchor;
use super::sections::{Sections, prose};

const TEXT: &str = include_str!("index.md");
/// Words in italics that are stressed, and not explained.
const STRESSED: &str = include_str!("stressed.txt");
/// More words than these in italics are no term.
const LONGEST: usize = 4;
/// Where entries without a letter stand.
const SIGNS: &str = "Signs";

struct Entry {
    term: String,
    /// The term, and other forms of it.
    forms: Vec<String>,
    places: Vec<String>,
}

/// The list with its letters.
pub fn list(sections: &Sections, glossary: &[String], faults: &mut Vec<String>) -> String {
    let mut entries: Vec<Entry> = TEXT.lines().filter_map(Entry::read).collect();
    entries.sort_by_key(|entry| entry.key());
    let letters = entries.iter().map(Entry::letter).fold(Vec::new(), |mut letters, letter| {
        if letters.last() != Some(&letter) {
            letters.push(letter);
        }
        letters
    });
    let jumps: Vec<String> =
        letters.iter().map(|letter| format!("[{letter}](#{})", anchor(letter))).collect();
    let mut text = format!("<div class=\"letters\">\n\n{}\n\n</div>\n", jumps.join(" "));
    for letter in letters {
        text += &format!("\n## {letter}\n\n");
        for entry in entries.iter().filter(|entry| entry.letter() == letter) {
            text += &entry.line(sections, glossary, faults);
        }
    }
    let terms: Vec<&String> = entries.iter().map(|entry| &entry.term).collect();
    let missing = glossary.iter().filter(|term| !terms.contains(term));
    faults.extend(missing.map(|term| format!("{term}: the glossary has it, the index does not")));
    let twice = terms.windows(2).filter(|pair| pair[0] == pair[1]);
    faults.extend(twice.map(|pair| format!("{}: twice", pair[0])));
    faults.extend(unexplained(sections, &entries));
    text
}

/// The terms of the glossary: each is followed by a line that begins with a colon.
pub fn glossary(page: &str) -> Vec<String> {
    let lines: Vec<&str> = page.lines().collect();
    let terms = lines.windows(2).filter(|pair| pair[1].starts_with(": "));
    terms.map(|pair| pair[0].to_string()).collect()
}

impl Entry {
    /// `- masking | mask: 3.3; 3.13`
    fn read(line: &str) -> Option<Entry> {
        let line = line.strip_prefix("- ")?;
        let (forms, places) = line.split_once(": ").unwrap_or((line, ""));
        let forms: Vec<String> = forms.split(" | ").map(String::from).collect();
        let places = places.split("; ").filter(|place| !place.is_empty());
        Some(Entry { term: forms[0].clone(), forms, places: places.map(String::from).collect() })
    }

    /// What it is sorted by.
    fn key(&self) -> String {
        let words = self.term.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    }

    fn letter(&self) -> String {
        match self.key().chars().next() {
            Some(first) if first.is_alphabetic() => first.to_uppercase().collect(),
            _ => SIGNS.into(),
        }
    }

    fn line(&self, sections: &Sections, glossary: &[String], faults: &mut Vec<String>) -> String {
        let mut links = Vec::new();
        for place in &self.places {
            let Some(heading) = sections.find(place) else {
                faults.push(format!("{}: there is no `{place}`, or several", self.term));
                continue;
            };
            let text = sections.text(heading);
            if !self.forms.iter().any(|form| holds(text, form)) {
                faults.push(format!("{}: the word does not stand at `{place}`", self.term));
            }
            links.push(sections.link(heading));
        }
        if glossary.contains(&self.term) {
            links.push(format!("[glossary](glossary.md#{})", anchor(&self.term)));
        }
        if links.is_empty() {
            faults.push(format!("{}: it is explained nowhere", self.term));
        }
        format!("- {}: {}\n", self.term, links.join(", "))
    }
}

/// Whether a word stands in a text, in the singular or plural. The case of what is code counts.
fn holds(text: &str, form: &str) -> bool {
    let form = form.split(" (").next().unwrap_or(form);
    let is_code = form.starts_with('`');
    // A command is shown as it is typed.
    let text = prose(text, if is_code { &["console"] } else { &[] });
    let has_letters = form.contains(char::is_alphanumeric);
    let form = if has_letters { form.trim_matches('`') } else { form };
    let (text, form) = match is_code {
        true => (text, form.to_string()),
        false => (text.to_lowercase(), form.to_lowercase()),
    };
    text.match_indices(&form).any(|(at, _)| {
        let behind = &text[at + form.len()..];
        let ends = ["", "s", "es"].iter().any(|end| {
            let rest = behind.strip_prefix(end);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
        ends && !(has_letters && text[..at].ends_with(char::is_alphanumeric))
    })
}

/// Words in italics, which explain them, that stand neither in the index nor among the stressed.
fn unexplained(sections: &Sections, entries: &[Entry]) -> Vec<String> {
    let mut faults = Vec::new();
    for (page, prose) in sections.pages() {
        for word in prose.lines().flat_map(italics) {
            let is_entry = entries.iter().flat_map(|entry| &entry.forms).any(|form| {
                let plain = form.replace('`', "").to_lowercase();
                let word = word.to_lowercase();
                plain == word || format!("{plain}s") == word || plain == format!("{word}s")
            });
            let is_sentence = word.ends_with('.') || word.split(' ').count() > LONGEST;
            if !is_sentence && !is_entry && !STRESSED.lines().any(|stressed| stressed == word) {
                faults.push(format!(
                    "book/src/{page}: *{word}*: if it is explained there it belongs into \
                     tests/reference/index.md, if it is only stressed into stressed.txt"
                ));
            }
        }
    }
    faults
}

/// What stands between two single asterisks, code aside.
fn italics(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in line.split('`').step_by(2) {
        let marks: Vec<usize> = part.match_indices('*').map(|(at, _)| at).collect();
        let is_single =
            |at: &usize| !marks.contains(&(at + 1)) && (*at == 0 || !marks.contains(&(at - 1)));
        let single: Vec<usize> = marks.iter().copied().filter(is_single).collect();
        found.extend(single.chunks_exact(2).map(|pair| &part[pair[0] + 1..pair[1]]));
    }
    found
}
