//! The commands of `cargo course` that have to do with the book.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::contents::Book;
use super::replay::{Options, replay};
use super::roll::{Request, roll};
use super::unroll::unroll;
use super::{Project, apply, compare, goto};

#[derive(Subcommand)]
pub enum Tool {
    /// Check the book: apply and compile every block, and compare with the step crates
    Replay {
        /// The first heading (`3.2`) or block (`3.2/1`) to check; those before are applied only
        #[arg(long, value_name = "STEP")]
        from: Option<String>,
        #[command(flatten)]
        course: Course,
    },
    /// Write the book as a git repository, a commit for each block, to change it with git rebase
    Unroll {
        /// A new folder outside the clone
        dir: PathBuf,
        #[command(flatten)]
        course: Course,
    },
    /// Write the commits of such a repository back into the book and the step crates
    Roll {
        /// The folder that `unroll` made
        dir: PathBuf,
        /// A block that leaves the book, such as 3.2/1
        #[arg(long, value_name = "BLOCK")]
        drop: Vec<String>,
        /// Write even if the blocks do not compile
        #[arg(long)]
        unchecked: bool,
        #[command(flatten)]
        course: Course,
    },
    /// Make the changes of a step in your crate
    Apply(Step),
    /// Bring your crate to the end of a step; what you have not committed stays
    Goto(Step),
    /// Show where your crate parts from the book at the end of a step
    Compare(Step),
}

#[derive(Args)]
pub struct Step {
    /// A heading (`3.2`), a block (`3.2/1`), a stage (`step1-http`) or a branch, to its end
    step: String,
    /// The folder of your crate
    dir: PathBuf,
    #[command(flatten)]
    course: Course,
}

#[derive(Args)]
pub struct Course {
    /// Another clone of the course than the one this program is from
    #[arg(long = "course", value_name = "CLONE")]
    clone: Option<PathBuf>,
}

impl Course {
    fn open(&self) -> Result<(Project, Book), String> {
        let project = self.project();
        let book = Book::read(&project.source())?;
        Ok((project, book))
    }

    fn project(&self) -> Project {
        let mut project = Project::ours();
        if let Some(clone) = &self.clone {
            project.root = clone.clone();
        }
        project
    }
}

impl Step {
    /// The book, for a crate that is not in the clone.
    fn open(&self) -> Result<Book, String> {
        self.course.project().is_beside(&self.dir)?;
        Ok(self.course.open()?.1)
    }
}

pub fn main(tool: &Tool) -> ExitCode {
    match run(tool) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(tool: &Tool) -> Result<ExitCode, String> {
    match tool {
        Tool::Replay { from, course } => {
            let (project, book) = course.open()?;
            let options = Options { from: from.clone(), without_crates: false, keep: true };
            replay(&project, &book, &options, &mut say)?;
        }
        Tool::Unroll { dir, course } => {
            let (project, book) = course.open()?;
            let count = unroll(&project, &book, dir)?;
            say(&format!("{count} commits in {}. Change them:", dir.display()));
            say("  git rebase -i base");
            for branch in book.branches() {
                say(&format!("  git rebase -i --keep-base book {}", branch.name));
            }
            say("Leave the titles and the lines `Block:` and `Checkpoint:`. Then roll it up:");
            say(&format!("  cargo course roll {}", dir.display()));
        }
        Tool::Roll { dir, drop, unchecked, course } => {
            let (project, book) = course.open()?;
            let request = Request { dropped: drop.clone(), unchecked: *unchecked };
            let told = roll(&project, &book, dir, &request, &mut say)?;
            told.iter().for_each(|line| say(line));
            match told.is_empty() {
                true => say("Nothing has changed."),
                false => {
                    say("Look at it with `git diff`, mend the prose, then `cargo course replay`.")
                }
            }
            say(&format!("{} is spent.", dir.display()));
        }
        Tool::Apply(theirs @ Step { step, dir, .. }) => {
            let book = theirs.open()?;
            apply::apply(&book, step, dir)?.iter().for_each(|line| say(line));
        }
        Tool::Goto(theirs @ Step { step, dir, .. }) => {
            let book = theirs.open()?;
            goto::goto(&book, step, dir)?.iter().for_each(|line| say(line));
            say(&format!("{} is at {step}.", dir.display()));
        }
        Tool::Compare(theirs @ Step { step, dir, .. }) => {
            let book = theirs.open()?;
            let faults = compare::compare(&book, step, dir)?;
            faults.iter().for_each(|line| say(line));
            if !faults.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
            say(&format!("{} has the code of {step}.", dir.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A pipe that nobody reads any more is no fault of ours.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
