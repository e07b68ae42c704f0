//! Where a rule or a flag comes into the book: the numbered headings whose diffs bring a line that
//! names it, and the links to them.

use course::book::contents::{Book, Heading};

use super::code::{field, has_word};

pub struct Places<'a> {
    pub book: &'a Book,
}

impl Places<'_> {
    /// The headings that bring more lines with a rule's id than they take away.
    pub fn naming(&self, id: &str) -> Vec<String> {
        let mut counts: Vec<(String, isize)> = Vec::new();
        for (number, sign, line) in self.changed() {
            let more = match (sign, has_word(line, id)) {
                (_, false) => continue,
                ('+', true) => 1,
                _ => -1,
            };
            match counts.last_mut().filter(|(last, _)| *last == number) {
                Some((_, count)) => *count += more,
                None => counts.push((number, more)),
            }
        }
        counts.into_iter().filter(|(_, count)| *count > 0).map(|(number, _)| number).collect()
    }

    /// The heading that brings a limit, if only as a constant, and the one that makes a flag of it.
    pub fn of_flag(&self, flag: &str) -> Vec<String> {
        let field = field(flag);
        let constant = field.to_uppercase();
        let flag = format!("pub {field}:");
        let first = self.added().find(|(_, line)| has_word(line, &constant));
        let as_flag = self.added().find(|(_, line)| line.starts_with(&flag));
        self.sorted(first.into_iter().chain(as_flag).map(|(number, _)| number).collect())
    }

    /// `[1.16 Where a line ends](../1-http.md#116-where-a-line-ends)`
    pub fn link(&self, number: &str) -> Option<String> {
        let heading = self.heading(number)?;
        let text = format!("{number} {}", heading.title);
        let page = &self.book.chapters[heading.chapter].name;
        Some(format!("[{text}](../{page}#{})", anchor(&text)))
    }

    /// In the order of the book, each once.
    pub fn sorted(&self, mut numbers: Vec<String>) -> Vec<String> {
        let place = |number: &String| {
            self.book.headings.iter().position(|h| h.number.as_ref() == Some(number))
        };
        numbers.sort_by_key(place);
        numbers.dedup();
        numbers
    }

    fn heading(&self, number: &str) -> Option<&Heading> {
        self.book.headings.iter().find(|heading| heading.number.as_deref() == Some(number))
    }

    fn added(&self) -> impl Iterator<Item = (String, &str)> {
        let added = self.changed().filter(|(_, sign, _)| *sign == '+');
        added.map(|(number, _, line)| (number, line))
    }

    /// The lines that the diffs bring (`+`) or take away (`-`), with the number of the heading.
    fn changed(&self) -> impl Iterator<Item = (String, char, &str)> {
        self.book.changes().flat_map(|change| {
            let number = self.book.number(change).to_string();
            let lines = self.book.body(change).lines().filter_map(|line| {
                let sign = line.chars().next().filter(|sign| ['+', '-'].contains(sign))?;
                Some((sign, line[1..].trim()))
            });
            lines.map(move |(sign, line)| (number.clone(), sign, line))
        })
    }
}

/// What mdBook makes of the text of a heading.
pub fn anchor(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        c if c.is_whitespace() => Some('-'),
        c if c.is_alphanumeric() || ['-', '_'].contains(&c) => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}
