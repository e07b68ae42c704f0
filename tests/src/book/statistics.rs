//! How long the blocks are: what the replay tells at its end.

use super::contents::{Book, Content};

/// Lines that come and go in a block: what is aimed at, and what is not passed.
pub const AIM: usize = 25;
pub const CAP: usize = 45;
const MEDIAN: usize = 15;
/// What `roll` writes above a new block.
pub const UNEXPLAINED: &str = "TODO: explain.";
const BLOCKS_A_HEADING: usize = 3;

#[derive(Default)]
pub struct Statistics {
    /// Changed lines and id of each diff block.
    sizes: Vec<(usize, String)>,
    files: usize,
    checkpoints: usize,
    branches: usize,
    crowded: Vec<String>,
    /// Blocks that `roll` has put in and nobody has explained yet.
    unexplained: usize,
}

impl Statistics {
    pub fn of(book: &Book) -> Statistics {
        let mut statistics = Statistics::default();
        for change in book.changes() {
            match &change.content {
                Content::Patch(patch, _) => {
                    let (added, removed) = patch.size();
                    statistics.sizes.push((added + removed, change.id.clone()));
                }
                Content::File { .. } => statistics.files += 1,
            }
            if change.id.ends_with(&format!("/{}", BLOCKS_A_HEADING + 1)) {
                statistics.crowded.push(book.number(change).to_string());
            }
        }
        let chapters = book.chapters.iter().map(|chapter| chapter.text.as_str());
        statistics.unexplained = chapters.map(|text| text.matches(UNEXPLAINED).count()).sum();
        statistics.checkpoints = book.checkpoints().count();
        statistics.branches = book.branches().count();
        statistics.sizes.sort();
        statistics
    }

    pub fn blocks(&self) -> usize {
        self.sizes.len()
    }

    /// Half of the blocks have at most as many changed lines.
    pub fn median(&self) -> usize {
        let middle = self.sizes.len().saturating_sub(1) / 2;
        self.sizes.get(middle).map_or(0, |(size, _)| *size)
    }

    /// What to say, a line each.
    pub fn lines(&self) -> Vec<String> {
        let Some((longest, id)) = self.sizes.last() else {
            return vec!["The book has no blocks yet: nothing to replay.".into()];
        };
        let sum: usize = self.sizes.iter().map(|(size, _)| size).sum();
        let branches = match self.branches {
            0 => String::new(),
            count => format!(", {count} branches"),
        };
        let mut lines = vec![format!(
            "{} blocks, {} whole files, {} checkpoints{branches}. Changed lines: median {}, mean {:.1}, \
             longest {longest} ({id}).",
            self.sizes.len(),
            self.files,
            self.checkpoints,
            self.median(),
            sum as f64 / self.sizes.len() as f64,
        )];
        if MEDIAN < self.median() {
            lines.push(format!("The median is over the aim of {MEDIAN}."));
        }
        let long = self.sizes.iter().filter(|(size, _)| AIM < *size);
        let long: Vec<String> = long.map(|(size, id)| format!("{id} ({size})")).collect();
        if !long.is_empty() {
            lines.push(format!("Over the aim of {AIM} changed lines: {}.", long.join(", ")));
        }
        if !self.crowded.is_empty() {
            let headings = self.crowded.join(", ");
            lines.push(format!("More than {BLOCKS_A_HEADING} blocks under: {headings}."));
        }
        if 0 < self.unexplained {
            lines.push(format!("{} blocks still say `{UNEXPLAINED}`", self.unexplained));
        }
        lines
    }
}
