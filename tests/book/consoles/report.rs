//! What came of a block, in words, and how it would stand in the page.

use pretty_assertions::StrComparison;

use super::compare::{Came, is_shown, trimmed};
use super::typed::{ADDRESS, ELISION};

/// What came of a block.
#[derive(Default)]
pub struct Outcome {
    /// The block as it has to stand in the page.
    pub lines: Vec<String>,
    /// Where that is not what stands there.
    pub faults: Vec<String>,
    /// Whether something was shown that could be compared.
    pub compared: bool,
}

pub fn mismatch(shown: &[String], came: &[String]) -> String {
    let comparison = StrComparison::new(&shown.join("\n"), &came.join("\n")).to_string();
    format!("what the page shows (<) is not what came (>):\n{comparison}")
}

impl Came {
    /// What came, as a page would show it in place of what it shows now: lines that count as the
    /// same stay, and header lines are left out where they were.
    pub fn page_lines(&self, shown: &[String], real: &str) -> Vec<String> {
        let is_brief = shown
            .windows(2)
            .any(|pair| pair[0].contains("← HTTP/1.1") && pair[1].trim_end().ends_with('←'));
        let lines = self.lines.iter().zip(&self.optional);
        let lines = lines.filter(|(_, optional)| !(is_brief && **optional));
        let lines = lines.map(|(line, _)| {
            let is_same = |old: &&String| old.trim() != ELISION && is_shown(old, line);
            match (shown.iter().find(is_same), real.is_empty()) {
                (Some(old), _) => old.clone(),
                (None, true) => line.trim_end().to_string(),
                (None, false) => line.replace(real, ADDRESS).trim_end().to_string(),
            }
        });
        let lines: Vec<String> = lines.collect();
        trimmed(&lines).to_vec()
    }
}
