//! The headings of the book as one links to them, and the prose under each.

use course::book::contents::{Book, Heading};

use super::places::anchor;

/// It speaks of what is explained elsewhere.
const FOR_TEACHERS: &str = "teaching.md";

pub struct Sections<'a> {
    book: &'a Book,
}

impl<'a> Sections<'a> {
    pub fn new(book: &'a Book) -> Self {
        Sections { book }
    }

    /// The heading that `2.2`, `welcome > mdBook` or `1-http` means: the last is the title of the
    /// page.
    pub fn find(&self, place: &str) -> Option<&'a Heading> {
        let (page, title) = match place.split_once(" > ") {
            Some((page, title)) => (Some(page), Some(title)),
            None => (Some(place), None),
        };
        let mut found = self.book.headings.iter().filter(|heading| {
            let is_page = page.is_some_and(|page| self.page(heading) == format!("{page}.md"));
            match title {
                _ if heading.number.as_deref() == Some(place) => true,
                Some(title) => is_page && heading.title == title,
                None => is_page && heading.level == 1,
            }
        });
        found.next().filter(|_| found.next().is_none())
    }

    /// `[2.2 The accept key](../2-handshake.md#22-the-accept-key)`; a heading without a number is
    /// named with its page.
    pub fn link(&self, heading: &Heading) -> String {
        let text = match &heading.number {
            Some(number) => format!("{number} {}", heading.title),
            None => heading.title.clone(),
        };
        let page = self.page(heading);
        if heading.level == 1 {
            return format!("[{text}](../{page})");
        }
        let title = self.find(page.trim_end_matches(".md")).filter(|_| heading.number.is_none());
        let title = title.map(|title| format!("{} › ", title.title)).unwrap_or_default();
        format!("[{title}{text}](../{page}#{})", anchor(&text))
    }

    /// What stands under a heading, up to the next of its level, and under the title of a page up
    /// to the first.
    pub fn text(&self, heading: &Heading) -> &'a str {
        let is_next = |other: &&Heading| {
            other.chapter == heading.chapter
                && other.start > heading.start
                && (other.level <= heading.level || heading.level == 1)
        };
        let text = &self.book.chapters[heading.chapter].text;
        let next = self.book.headings.iter().find(is_next);
        &text[heading.start..next.map_or(text.len(), |next| next.start)]
    }

    /// The pages that explain words, and their prose.
    pub fn pages(&self) -> impl Iterator<Item = (&str, String)> {
        let pages = self
            .book
            .chapters
            .iter()
            .filter(|page| !page.name.starts_with("reference/") && page.name != FOR_TEACHERS);
        pages.map(|page| (page.name.as_str(), prose(&page.text, &[])))
    }

    fn page(&self, heading: &Heading) -> &str {
        &self.book.chapters[heading.chapter].name
    }
}

/// A text without HTML, and without code blocks save those with one of these labels.
pub fn prose(text: &str, labels: &[&str]) -> String {
    let mut label: Option<&str> = None;
    let mut kept = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start_matches(['>', ' ']);
        match (bare.strip_prefix("```"), label) {
            (Some(mark), None) => label = Some(mark),
            (Some(_), Some(_)) => label = None,
            (None, Some(label)) if !labels.contains(&label) => {}
            (None, None) if bare.starts_with('<') => {}
            (None, _) => kept.push(line),
        }
    }
    kept.join("\n")
}
