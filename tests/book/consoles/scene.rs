//! A scene: the blocks under one heading between two changes of the code. They share the folders
//! of a reader, and the server.

use std::sync::{Mutex, PoisonError};

use course::book::Temporary;

use super::build::Builder;
use super::page::{Block, State};
use super::report::Outcome;
use super::stage::Stage;
use super::typed::Step;

/// Who calls cargo is alone with it. All of them build in one folder, where the dependencies are
/// built already, and a program there is overwritten by the next. Also, a check measures how fast a
/// server answers.
static CARGO: Mutex<()> = Mutex::new(());

/// What a block of a scene is.
pub enum Act {
    Console(Vec<Step>),
    /// What the server has printed since the last console block.
    Log,
}

pub struct Scene {
    pub state: State,
    pub blocks: Vec<(Block, Act)>,
}

impl Scene {
    /// Every command of the scene.
    pub fn commands(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (block, act) in &self.blocks {
            all.extend(block.markers.first.iter().cloned());
            let Act::Console(steps) = act else { continue };
            for step in steps {
                match step {
                    Step::Talk { .. } => {}
                    Step::Shell(commands) => all.extend(commands.iter().map(|c| c.line.clone())),
                    Step::Run(command) => all.push(command.line.clone()),
                }
            }
        }
        all
    }

    /// Plays it; gives what came of each block.
    pub fn play(&self, builder: &Builder, page: &str) -> Result<Vec<Outcome>, String> {
        let folder = Temporary::new("consoles")?;
        let calls = ["course check", "cargo check", "cargo build", "cargo clippy", "cargo test"];
        let calls_cargo = |command: &String| calls.iter().any(|call| command.contains(call));
        let _alone = self
            .commands()
            .iter()
            .any(calls_cargo)
            .then(|| CARGO.lock().unwrap_or_else(PoisonError::into_inner));
        // Not before: what cargo built last has to be older than these files, or passes for theirs.
        let mut stage = Stage::new(self, builder, &folder, page)?;
        let mut outcomes = Vec::new();
        for (block, act) in &self.blocks {
            let outcome = stage.act(block, act);
            outcomes.push(outcome.map_err(|error| format!("line {}: {error}", block.line))?);
        }
        Ok(outcomes)
    }
}
