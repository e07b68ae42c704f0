//! The console blocks of the book are real: each is run at the state of the code at its place, and
//! compared. `COURSE_UPDATE=1` writes what came into the pages. See book/MAINTAINING.md.

mod build;
mod compare;
mod curl;
mod judge;
mod kinds;
mod page;
mod report;
mod rules;
mod scene;
mod shell;
mod stage;
mod typed;

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs, process, thread};

use course::book::Project;
use course::book::contents::Book;
use course::processes;
use libtest_mimic::{Arguments, Failed, Trial};

use build::Builder;
use kinds::{Complaint, Sorted};
use scene::Scene;

/// Scenes mostly wait: for answers that do not come, for commands that sleep.
const SCENES_AT_A_TIME: usize = 8;
/// Whatever hangs, the test ends.
const HARD_DEADLINE: Duration = Duration::from_secs(540);
const INTERRUPTED: i32 = 130;

/// What the pages are to have in place of what they have.
type Edits = Mutex<Vec<(usize, Range<usize>, String)>>;

#[derive(Default)]
struct Counts {
    compared: usize,
    only_run: usize,
}

struct Work {
    book: Book,
    builder: Builder,
    edits: Edits,
    counts: Mutex<Counts>,
}

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(SCENES_AT_A_TIME));
    guard();
    let read = Book::read(&Project::ours().source()).and_then(|book| {
        let sorted = kinds::sorted(&book)?;
        Ok((Builder::new(&book)?, book, sorted))
    });
    let (builder, book, sorted) = match read {
        Ok(read) => read,
        Err(error) => {
            let failing = Trial::test("the_book_can_be_read", || Err(Failed::from(error)));
            libtest_mimic::run(&arguments, vec![failing]).exit()
        }
    };
    let Sorted { scenes, complaints, left_out, faults } = sorted;
    let known = Trial::test("every_block_is_of_a_known_kind", move || match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n").into()),
    });
    let work = Arc::new(Work { book, builder, edits: Mutex::default(), counts: Mutex::default() });
    let mut trials = rules::trials();
    trials.push(known);
    trials.extend(scenes.into_iter().map(|scene| trial(&work, scene)));
    trials.extend(complaints.into_iter().map(|complaint| complains(&work, complaint)));
    let is_list = arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !is_list {
        let counts = work.counts.lock().unwrap_or_else(PoisonError::into_inner);
        println!("{} blocks run and compared, {} run only", counts.compared, counts.only_run);
        println!("{} left out: {}", left_out.len(), kinds::summary(&left_out));
    }
    if let Err(error) = work.write() {
        eprintln!("{error}");
        process::exit(1);
    }
    drop(work);
    conclusion.exit();
}

/// What we start ends with us, whatever happens.
fn guard() {
    processes::group();
    let end = |code| {
        processes::end_all();
        process::exit(code);
    };
    let _ = ctrlc::set_handler(move || end(INTERRUPTED));
    thread::spawn(move || {
        thread::sleep(HARD_DEADLINE);
        eprintln!("no end after {HARD_DEADLINE:?}");
        end(1);
    });
}

fn trial(work: &Arc<Work>, scene: Scene) -> Trial {
    let block = &scene.blocks[0].0;
    let page = &work.book.chapters[block.page].name;
    let place = format!("{page}:{}", block.line);
    let heading = block.heading.map(|at| &work.book.headings[at]);
    let words = heading.map(|heading| match &heading.number {
        Some(number) => format!("{number} {}", heading.title),
        None => heading.title.clone(),
    });
    let name = format!("{place} {}", words.unwrap_or_default());
    let missing = kinds::missing(&scene);
    let work = Arc::clone(work);
    let trial = Trial::test(name, move || work.play(&scene).map_err(Failed::from));
    match missing {
        Some(tool) => trial.with_kind(format!("needs {tool}")).with_ignored_flag(true),
        None => trial,
    }
}

fn complains(work: &Arc<Work>, complaint: Complaint) -> Trial {
    let block = &complaint.block;
    let name = format!("{}:{} the compiler", work.book.chapters[block.page].name, block.line);
    let work = Arc::clone(work);
    Trial::test(name, move || {
        let said = work.builder.complaint(&complaint.block.state)?;
        work.count(true);
        complaint.is_in(&said).map_err(Failed::from)
    })
}

impl Work {
    fn play(&self, scene: &Scene) -> Result<(), String> {
        let page = &self.book.chapters[scene.blocks[0].0.page];
        let outcomes = scene
            .play(&self.builder, &page.text)
            .map_err(|error| format!("book/src/{}: {error}", page.name))?;
        let mut faults = Vec::new();
        for ((block, _), outcome) in scene.blocks.iter().zip(&outcomes) {
            self.count(outcome.compared);
            if outcome.faults.is_empty() {
                continue;
            }
            if env::var_os("COURSE_UPDATE").is_some() {
                let edit = (block.page, block.body.clone(), block.quote(&outcome.lines));
                self.edits.lock().unwrap_or_else(PoisonError::into_inner).push(edit);
                continue;
            }
            let place = format!("book/src/{}:{}", page.name, block.line);
            faults.extend(outcome.faults.iter().map(|fault| format!("{place}: {fault}")));
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults.join("\n")),
        }
    }

    fn count(&self, compared: bool) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match compared {
            true => counts.compared += 1,
            false => counts.only_run += 1,
        }
    }

    /// Writes what came into the pages, from the last block to the first.
    fn write(&self) -> Result<(), String> {
        let mut edits = self.edits.lock().unwrap_or_else(PoisonError::into_inner);
        edits.sort_by_key(|(page, range, _)| (*page, range.start));
        let mut texts: Vec<String> = self.book.chapters.iter().map(|c| c.text.clone()).collect();
        for (page, range, text) in edits.iter().rev() {
            texts[*page].replace_range(range.clone(), text);
        }
        for (chapter, text) in self.book.chapters.iter().zip(texts) {
            if chapter.text != text {
                let path = Project::ours().source().join(&chapter.name);
                fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
                println!("written: {}", path.display());
            }
        }
        Ok(())
    }
}
