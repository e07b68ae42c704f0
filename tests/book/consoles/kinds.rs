//! Says of every block what it is: part of a scene, the compiler's complaint, or left out.

use std::collections::BTreeMap;

use course::book::contents::Book;

use super::compare::is_shown;
use super::page::{Block, Label, blocks};
use super::scene::{Act, Scene};
use super::shell::exists;
use super::typed::{Step, steps};

/// What commands need besides bash.
const TOOLS: [&str; 8] = ["curl", "git", "ps", "python3", "node", "seq", "openssl", "base64"];

#[derive(Default)]
pub struct Sorted {
    pub scenes: Vec<Scene>,
    pub complaints: Vec<Complaint>,
    /// Why each of these blocks is not run.
    pub left_out: Vec<String>,
    /// Blocks that are of no kind, with their places.
    pub faults: Vec<String>,
}

/// What the compiler says of a block that does not compile on purpose.
pub struct Complaint {
    pub block: Block,
}

impl Complaint {
    /// Whether its lines are in what cargo said, in this order.
    pub fn is_in(&self, said: &str) -> Result<(), String> {
        let mut lines = said.lines();
        for shown in &self.block.lines {
            if !lines.by_ref().any(|line| is_shown(shown, line)) {
                return Err(format!(
                    "line {}: cargo does not say `{shown}` there:\n{said}",
                    self.block.line
                ));
            }
        }
        Ok(())
    }
}

pub fn sorted(book: &Book) -> Result<Sorted, String> {
    let mut sorted = Sorted::default();
    let mut before: Option<(Block, bool)> = None;
    for block in blocks(book)? {
        let place = format!("book/src/{}:{}", book.chapters[block.page].name, block.line);
        if let Some(reason) = left_out(&block) {
            sorted.left_out.push(reason);
            before = Some((block, false));
            continue;
        }
        match block.label {
            Label::Console => {
                match steps(&block.lines) {
                    Ok(steps) => sorted.add(block.clone(), steps),
                    Err(what) => sorted.faults.push(format!("{place}: {what}")),
                }
                before = Some((block, true));
            }
            Label::Other => {}
            Label::Text => {
                let is_behind = |other: &&(Block, bool)| is_near(&other.0, &block);
                let fails = book.changes().nth(block.above.wrapping_sub(1));
                let fails = fails.is_some_and(|change| change.expects.is_some());
                match before.as_ref().filter(is_behind) {
                    Some((_, true)) => sorted.add_log(block),
                    None if fails => sorted.complaints.push(Complaint { block }),
                    _ => sorted.faults.push(format!(
                        "{place}: this text stands behind no console block that is run. \
                         Mark it `<!-- not run: why -->`, or show what leads to it."
                    )),
                }
            }
        }
    }
    Ok(sorted)
}

impl Sorted {
    fn add(&mut self, block: Block, steps: Vec<Step>) {
        let act = Act::Console(steps);
        match self.scenes.last_mut() {
            Some(scene) if goes_on(&scene.blocks[0].0, &block) => {
                scene.blocks.push((block, act));
            }
            _ => {
                let state = block.state.clone();
                self.scenes.push(Scene { state, blocks: vec![(block, act)] });
            }
        }
    }

    fn add_log(&mut self, block: Block) {
        if let Some(scene) = self.scenes.last_mut() {
            scene.blocks.push((block, Act::Log));
        }
    }
}

/// Whether a block belongs to the scene that this one began: one with `at` begins its own.
fn goes_on(first: &Block, block: &Block) -> bool {
    is_near(first, block) && first.markers.at.is_none() && block.markers.at.is_none()
}

/// Whether they stand under one heading, and no change of the code between them.
fn is_near(one: &Block, other: &Block) -> bool {
    (one.page, one.heading, one.above) == (other.page, other.heading, other.above)
}

fn left_out(block: &Block) -> Option<String> {
    match (&block.markers.not_run, block.markers.browser) {
        (Some(reason), _) => Some(reason.clone()),
        (None, true) => Some("browser".into()),
        (None, false) => None,
    }
}

/// The reasons, and how often each is given.
pub fn summary(left_out: &[String]) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in left_out {
        *reasons.entry(reason).or_default() += 1;
    }
    let reasons = reasons.iter().map(|(reason, count)| format!("{count} × {reason}"));
    reasons.collect::<Vec<_>>().join("; ")
}

/// The first program that the scene needs and this machine lacks.
pub fn missing(scene: &Scene) -> Option<&'static str> {
    let commands = scene.commands();
    if commands.is_empty() {
        return None;
    }
    if cfg!(windows) || !exists("bash") {
        return Some("bash");
    }
    let words: Vec<&str> =
        commands.iter().flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).collect();
    if words.contains(&"nlwp") && !cfg!(target_os = "linux") {
        return Some("Linux");
    }
    TOOLS.into_iter().find(|tool| words.contains(tool) && !exists(tool))
}
