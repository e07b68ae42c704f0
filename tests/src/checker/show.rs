//! What the checker prints: failures, the first of them whole, and a sentence for each stage.

use std::io::{IsTerminal, Write, stdout};
use std::net::SocketAddr;
use std::{env, io};

use serde_json::json;

use super::arguments::Arguments;
use super::trial::Trial;
use crate::case::Track;
use crate::failure::{Failure, Sort};
use crate::report::{short_report, title};
use crate::run::Verdict;

/// A whole report has so many lines at most.
const MOST_LINES: usize = 29;
/// So many failures that are not of a main line are told in three lines each.
const TOLD: usize = 10;
const WIDTH: usize = 100;

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

pub struct Show<'a> {
    arguments: &'a Arguments,
    address: SocketAddr,
    has_colours: bool,
    /// One failure was told whole.
    was_one_whole: bool,
}

impl<'a> Show<'a> {
    pub fn new(arguments: &'a Arguments, address: SocketAddr) -> Show<'a> {
        let is_colourless = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let has_colours = stdout().is_terminal() && !is_colourless && !arguments.json;
        Show { arguments, address, has_colours, was_one_whole: false }
    }

    /// A line, unless programs read along.
    pub fn say(&self, text: &str) {
        if !self.arguments.json {
            print(&format!("{text}\n"));
        }
    }

    /// What came of the cases: every failure of a main line, the first of all of them whole; and
    /// the others once the main lines work.
    pub fn trials(&mut self, trials: &[Trial]) {
        for trial in trials {
            if self.arguments.json {
                print(&format!("{}\n", json_line(trial)));
            } else if self.arguments.verbose {
                self.verbose(trial);
            }
        }
        if self.arguments.json {
            return;
        }
        let failed = trials.iter().filter(|trial| trial.failure().is_some());
        let (main_line, hard): (Vec<&Trial>, Vec<&Trial>) =
            failed.partition(|trial| trial.case.track == Track::MainLine);
        self.failures(&main_line);
        let wants_all = self.arguments.verbose || !self.arguments.only.is_empty();
        let told = match wants_all {
            true => hard.len(),
            false if !main_line.is_empty() => 0,
            false => hard.len().min(TOLD),
        };
        self.failures(&hard[..told]);
        if told < hard.len() {
            let more = if told == 0 { "" } else { " more" };
            self.say(&format!("{} cases{more} that make it hard to hurt fail:", hard.len() - told));
            for line in by_rule(&hard[told..]) {
                self.say(&format!("  {line}"));
            }
            self.say("They are told with --only and the rule, or all with --verbose.\n");
        }
    }

    fn failures(&mut self, trials: &[&Trial]) {
        for trial in trials {
            let Some(failure) = trial.failure() else { continue };
            match self.was_one_whole {
                false => self.whole(trial, failure),
                true => self.brief(trial, failure),
            }
            self.was_one_whole = true;
        }
    }

    fn verbose(&self, trial: &Trial) {
        match &trial.verdict {
            Verdict::Pass => {
                self.say(&self.in_colour(GREEN, &format!("ok    {}", title(&trial.case))));
                for line in trial.transcript.render().lines() {
                    self.say(&format!("    {line}"));
                }
                self.say("");
            }
            Verdict::Skip(reason) => self.say(&format!("skip  {}: {reason}\n", title(&trial.case))),
            Verdict::Fail(_) => {}
        }
    }

    fn whole(&self, trial: &Trial, failure: &Failure) {
        let lines = short_report(
            &trial.case,
            trial.options,
            &trial.transcript,
            failure,
            self.address,
            MOST_LINES,
        );
        let mut lines = lines.iter();
        let head = format!("{}  {}", sort(failure.sort), lines.next().map_or("", String::as_str));
        self.say(&self.in_colour(&format!("{BOLD}{RED}"), &head));
        for line in lines {
            let colour = match line.trim_start() {
                "^" => RED,
                text if text.starts_with("expected:") => GREEN,
                text if text.starts_with("got:") => RED,
                _ => "",
            };
            self.say(&self.in_colour(colour, line));
        }
        self.say("");
    }

    fn brief(&self, trial: &Trial, failure: &Failure) {
        let head = format!("{}  {}", sort(failure.sort), title(&trial.case));
        self.say(&self.in_colour(RED, &head));
        let got = failure.got.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let how = match trial.options.delivery {
            crate::case::Delivery::Whole => String::new(),
            other => format!("delivered {}: ", other.words()),
        };
        self.say(&cut(&format!("      {how}expected {}; got {got}", failure.expected)));
        self.say(&format!("      {}\n", self.arguments.again(trial.case.name)));
    }

    fn in_colour(&self, colour: &str, text: &str) -> String {
        match self.has_colours && !colour.is_empty() {
            true => format!("{colour}{text}{PLAIN}"),
            false => text.to_string(),
        }
    }

    /// The last words about a stage.
    pub fn sentence(&self, text: &str, is_good: bool) {
        self.say(&self.in_colour(if is_good { GREEN } else { RED }, text));
    }
}

/// The sort of a failure, as the first word about it.
fn sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Wrong => "FAIL",
        Sort::Late => "FAIL, no answer in time:",
        Sort::Ended => "FAIL, closed too early:",
        Sort::Gone => "FAIL, the server is gone:",
        Sort::Hung => "FAIL, it hangs:",
    }
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(2 * WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_string(),
    }
}

/// Which rules, and how many cases of each: `H4 (3)  H5 (8)`.
fn by_rule(trials: &[&Trial]) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for trial in trials {
        match counts.iter_mut().find(|(id, _)| *id == trial.case.id) {
            Some((_, count)) => *count += 1,
            None => counts.push((trial.case.id, 1)),
        }
    }
    let mut lines = vec![String::new()];
    for (id, count) in counts {
        let words = if count == 1 { id.to_string() } else { format!("{id} ({count})") };
        if let Some(line) = lines.last_mut().filter(|line| line.len() + words.len() < WIDTH) {
            let gap = if line.is_empty() { "" } else { "  " };
            line.push_str(&format!("{gap}{words}"));
        } else {
            lines.push(words);
        }
    }
    lines
}

/// A case for programs to read.
fn json_line(trial: &Trial) -> String {
    let (verdict, why) = match &trial.verdict {
        Verdict::Pass => ("pass", String::new()),
        Verdict::Skip(reason) => ("skip", reason.clone()),
        Verdict::Fail(failure) => {
            ("fail", format!("expected {}; got {}", failure.expected, failure.got))
        }
    };
    let case = &trial.case;
    let fields = [
        ("id", json!(case.id)),
        ("name", json!(case.name)),
        ("stage", json!(case.stages.start())),
        ("verdict", json!(verdict)),
        ("why", json!(why)),
    ];
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

/// Like `print!`, which panics when nobody reads any more (`| head`).
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
