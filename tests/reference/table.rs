//! The tables of the page: what is written by hand, and what is found.

use course::case::{Case, Track};
use course::cases;
use course::ids::{attacks, limits, rules};

use super::code::{Code, Line};
use super::places::Places;
use super::written::{self, Written};

/// Names of cases that a cell shows.
const SHOWN: usize = 2;
/// Sections of RFCs behind a sentence.
const SECTIONS: usize = 2;
/// The stage that is checked.
const STAGE: u8 = 4;

pub struct Tables<'a> {
    pub places: Places<'a>,
    code: Code,
    cases: Vec<Case>,
    written: Vec<Written>,
    /// What is missing somewhere.
    pub faults: Vec<String>,
}

impl<'a> Tables<'a> {
    pub fn new(places: Places<'a>) -> Self {
        let mut cases = cases::all();
        cases.retain(|case| case.stages.contains(&STAGE));
        cases.sort_by_key(|case| case.track == Track::HardToHurt);
        let mut tables = Tables {
            places,
            code: Code::read(),
            cases,
            written: written::all(),
            faults: Vec::new(),
        };
        let known: Vec<String> = [rules(), limits(), attacks()].concat();
        let written: Vec<String> = tables.written.iter().map(|w| w.id.clone()).collect();
        if written != known {
            let missing = known.iter().filter(|id| !written.contains(id));
            let strange = written.iter().filter(|id| !known.contains(id));
            let wrong: Vec<&String> = missing.chain(strange).collect();
            tables.fault("rules.md", &format!("not in it, unknown, or out of order: {wrong:?}"));
        }
        tables
    }

    /// The table with this name: `H`, `limits`, `attacks`.
    pub fn table(&mut self, name: &str) -> String {
        let (ids, [first, says, keeps]) = match name {
            "limits" => (limits(), ["limit", "of what, and what is past it", "lines"]),
            "attacks" => {
                (attacks(), ["attack", "what is sent, and what comes of it", "kept off by"])
            }
            letter => {
                let own = rules().into_iter().filter(|id| id.starts_with(letter));
                (own.collect(), ["rule", "what it says", "lines"])
            }
        };
        let mut text = format!(
            "| {first} | {says} | in the book | cases | {keeps} |\n|---|---|---|---|---|\n"
        );
        for id in ids {
            let cells = self.row(&id).join(" | ");
            text += &format!("| {cells} |\n");
        }
        text
    }

    fn row(&mut self, id: &str) -> [String; 5] {
        let at = self.written.iter().position(|written| written.id == id);
        let written = at.map(|at| std::mem::take(&mut self.written[at])).unwrap_or_default();
        let all_cases = std::mem::take(&mut self.cases);
        let cases = asked_for(&all_cases, id);
        let row = [
            self.name(id, &written),
            format!("{}{}", written.sentence, sections(id, &cases)),
            self.headings(id, &written),
            names(&cases),
            self.lines(id, &written, &cases),
        ];
        let what = ["name", "sentence", "heading", "case", "line"];
        for (cell, what) in row.iter().zip(what) {
            if cell.is_empty() {
                self.fault(id, &format!("it has no {what}"));
            }
        }
        self.cases = all_cases;
        row
    }

    fn name(&mut self, id: &str, written: &Written) -> String {
        let anchor = anchor(id);
        let name = id.strip_prefix("attack ").unwrap_or(id).replace('_', " ");
        let name = if id.starts_with("--") { format!("`{id}`") } else { name };
        let default = match (&written.default, limits().iter().any(|limit| limit == id)) {
            (_, false) => None,
            (Some(default), true) => Some(default.clone()),
            (None, true) => self.code.default(id).or_else(|| {
                self.fault(id, "it has no default");
                None
            }),
        };
        let default = default.map(|default| format!(" {default}")).unwrap_or_default();
        format!("<span id=\"{anchor}\">{name}</span>{default}")
    }

    fn headings(&mut self, id: &str, written: &Written) -> String {
        let mut numbers = match (id.starts_with("--"), id.contains(' ')) {
            (true, _) => self.places.of_flag(id),
            (_, true) => Vec::new(),
            _ => self.places.naming(id),
        };
        numbers.extend(written.at.iter().cloned());
        let mut links = Vec::new();
        for number in self.places.sorted(numbers) {
            match self.places.link(&number) {
                Some(link) => links.push(link),
                None => self.fault(id, &format!("there is no heading {number}")),
            }
        }
        links.join(", ")
    }

    fn lines(&mut self, id: &str, written: &Written, cases: &[&Case]) -> String {
        let mut lines = match (id.starts_with("--"), id.contains(' ')) {
            (true, _) => self.code.using(id),
            (_, true) => Vec::new(),
            _ => self.code.naming(id),
        };
        for (file, text) in &written.lines {
            match self.code.holding(file, text) {
                Some(line) => lines.push(line),
                None => self.fault(id, &format!("{file} has no line with `{text}`")),
            }
        }
        let is_attack = id.starts_with("attack ");
        let ids = cases.iter().flat_map(|case| case.also.iter().chain([&case.id]));
        let ids: Vec<&str> = ids.copied().chain(written.rules.iter().map(String::as_str)).collect();
        let rules = rules().into_iter().filter(|rule| is_attack && ids.contains(&rule.as_str()));
        let rules = rules.map(|rule| format!("[{rule}](#{})", anchor(&rule)));
        let flags = limits().into_iter().filter(|flag| is_attack && ids.contains(&flag.as_str()));
        let flags = flags.map(|flag| format!("[`{flag}`](#{})", anchor(&flag)));
        let found: Vec<String> = rules.chain(flags).chain(lines.iter().map(Line::shown)).collect();
        let found = Some(found.join(", ")).filter(|found| !found.is_empty());
        found.into_iter().chain(written.kept.clone()).collect::<Vec<_>>().join("; ")
    }

    fn fault(&mut self, id: &str, what: &str) {
        self.faults.push(format!("{id}: {what}"));
    }
}

impl Line {
    fn shown(&self) -> String {
        format!("`{}:{}` (`{}`)", self.file, self.number, self.item)
    }
}

/// `h1`, `flag-max-message`, `attack-room-flood`: no other page has such places.
fn anchor(id: &str) -> String {
    let id = id.strip_prefix("--").map_or(id.into(), |flag| format!("flag-{flag}"));
    id.replace([' ', '_'], "-").to_lowercase()
}

/// The cases that `--only` takes for an id: its own, else those that prove it too.
fn asked_for<'a>(cases: &'a [Case], id: &str) -> Vec<&'a Case> {
    let own: Vec<&Case> = cases.iter().filter(|case| case.id == id).collect();
    match own.is_empty() {
        true => cases.iter().filter(|case| case.also.contains(&id)).collect(),
        false => own,
    }
}

/// `9, such as “…”, “…”`, with the names as the checker prints them.
fn names(cases: &[&Case]) -> String {
    let name = |case: &&Case| format!("“{}”", case.name.replace('_', " "));
    let shown: Vec<String> = cases.iter().take(SHOWN).map(name).collect();
    match cases.len() > SHOWN {
        true => format!("{}, such as {}", cases.len(), shown.join(", ")),
        false => shown.join(", "),
    }
}

/// The sections that the cases of a rule name most, as links.
fn sections(id: &str, cases: &[&Case]) -> String {
    if !rules().iter().any(|rule| rule == id) {
        return String::new();
    }
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for case in cases {
        match counted.iter_mut().find(|(section, _)| *section == case.section) {
            Some((_, count)) => *count += 1,
            None => counted.push((case.section, 1)),
        }
    }
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted.iter().take(SECTIONS).map(|(section, _)| link_to_rfc(section)).collect()
}

/// ` [RFC 6455 §5.2](https://…)`
fn link_to_rfc(section: &str) -> String {
    let (rfc, number) = section.split_once(" §").unwrap_or((section, ""));
    let rfc = rfc.replace(' ', "").to_lowercase();
    let section = section.replace(' ', "&nbsp;");
    format!(" [{section}](https://www.rfc-editor.org/rfc/{rfc}#section-{number})")
}
