//! The states of the code. State 0 is what `cargo new` writes, and every change gives the next
//! number. What a change starts from is mostly the state that the one before it gave; the first
//! change of a branch starts from a checkpoint.

use std::ops::Range;

use super::contents::{Book, Item};
use super::tree::{Tree, base};

impl Book {
    /// The files in every state.
    pub fn states(&self) -> Result<Vec<Tree>, String> {
        let mut states = vec![base()];
        for change in self.changes() {
            let mut tree = states[change.before].clone();
            let fault = |e| format!("{}: it does not apply.\n{e}", self.describe(change));
            self.apply(change, &mut tree).map_err(fault)?;
            states.push(tree);
        }
        Ok(states)
    }

    /// The states on the way to this one, from 0 on; it is the last of them.
    pub fn way(&self, state: usize) -> Vec<usize> {
        let befores: Vec<usize> = self.changes().map(|change| change.before).collect();
        let before = |state: &usize| state.checked_sub(1).map(|change| befores[change]);
        let mut way: Vec<usize> = std::iter::successors(Some(state), before).collect();
        way.reverse();
        way
    }

    /// The state that a place in the text is about: after the last change above it. The pages behind
    /// a branch are about the end of the main line.
    pub fn state_at(&self, chapter: usize, offset: usize) -> usize {
        let above = |item: &&Item| {
            let place = item.place();
            (place.chapter, place.span.start) < (chapter, offset)
        };
        let mut state = 0;
        let mut main = None;
        for item in self.items.iter().take_while(above) {
            state = match item {
                Item::Change(change) => change.after,
                Item::Branch(branch) => {
                    main.get_or_insert(state);
                    branch.before
                }
                Item::Checkpoint(end) if !end.has_crate && end.place.chapter < chapter => {
                    main.unwrap_or_default()
                }
                Item::Checkpoint(_) => state,
            };
        }
        state
    }

    /// The changes that a reader means with `3.2/1`, with `3.2` (all of a heading) or with
    /// `step1-http` (the last one before a checkpoint): places among the changes. The last one
    /// gives the state of the range's end; the first starts from its `before`.
    pub fn find(&self, step: &str) -> Result<Range<usize>, String> {
        let meant = |item: &Item| match item {
            Item::Change(change) => {
                let matches = change.id == step || self.number(change) == step;
                matches.then_some(change.after)
            }
            Item::Checkpoint(checkpoint) => (checkpoint.name == step).then_some(checkpoint.state),
            Item::Branch(_) => None,
        };
        let states: Vec<usize> = self.items.iter().filter_map(meant).collect();
        if let (Some(first), Some(last)) = (states.first(), states.last()) {
            return Ok(first - 1..*last);
        }
        Err(match (self.changes().next(), self.changes().last()) {
            (Some(first), Some(last)) => format!(
                "the book has no step `{step}`. It goes from {} to {}; name a heading (`{}`), a \
                 block (`{}`) or a checkpoint (`step1-http`).",
                first.id,
                last.id,
                self.number(first),
                first.id
            ),
            _ => "the book has no blocks yet.".into(),
        })
    }
}
