//! What the checker prints: failures, the first of them whole, and a sentence for each stage.

use serde_json::json;

use super::arguments::Arguments;
use super::summary::stage_of;
use super::trial::Trial;
use crate::case::{Delivery, Track};
use crate::failure::{Failure, Sort};
use crate::report::{ByHand, short_report, title};
use crate::run::Verdict;

/// A whole report has so many lines at most.
const MOST_LINES: usize = 29;
/// So many failures that are not of a main line are told in three lines each.
const TOLD: usize = 10;
/// Lines that a server printed, in one of the three.
const BRIEF_LINES: usize = 2;
const WIDTH: usize = 100;

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

pub struct Show<'a> {
    arguments: &'a Arguments,
    by_hand: &'a ByHand,
    has_colours: bool,
    /// One failure was told whole.
    was_one_whole: bool,
    pub text: String,
}

impl<'a> Show<'a> {
    pub fn new(arguments: &'a Arguments, by_hand: &'a ByHand, has_colours: bool) -> Show<'a> {
        Show { arguments, by_hand, has_colours, was_one_whole: false, text: String::new() }
    }

    /// One more line.
    pub fn say(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// What came of the cases: the failures of the first main line that does not work; when all
    /// do, the others. The first of them is told whole, of the last only the rules.
    pub fn trials(&mut self, trials: &[Trial]) {
        if self.arguments.verbose {
            trials.iter().for_each(|trial| self.verbose(trial));
        }
        let failed: Vec<&Trial> = trials.iter().filter(|t| t.failure().is_some()).collect();
        let is_main = |trial: &&Trial| trial.case.track == Track::MainLine;
        let first = failed.iter().find(|trial| is_main(trial)).map(|trial| stage_of(&trial.case));
        let wants_all = self.arguments.verbose || !self.arguments.only.is_empty();
        let is_next = |trial: &&Trial| {
            first.is_none_or(|stage| is_main(trial) && stage_of(&trial.case) == stage)
        };
        let (mut next, others): (Vec<&Trial>, Vec<&Trial>) =
            failed.into_iter().partition(|trial| wants_all || is_next(trial));
        // The shortest case shows a fault most clearly.
        next.sort_by_key(|trial| (stage_of(&trial.case), trial.case.length()));
        let told = if wants_all { next.len() } else { next.len().min(TOLD) };
        self.failures(&next[..told]);
        let rest = [&next[told..], &others[..]].concat();
        if !rest.is_empty() {
            self.say(&match rest.len() {
                1 => "One more case fails:".to_string(),
                count => format!("{count} more cases fail:"),
            });
            for line in by_rule(&rest) {
                self.say(&format!("  {line}"));
            }
            self.say("For more of a rule add --only and its name, for all --verbose.\n");
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

    fn verbose(&mut self, trial: &Trial) {
        match &trial.verdict {
            Verdict::Pass => {
                self.say_in(GREEN, &format!("ok    {}", title(&trial.case)));
                for line in trial.transcript.render().lines() {
                    self.say(&format!("    {line}"));
                }
                self.say("");
            }
            Verdict::Skip(reason) => self.say(&format!("skip  {}: {reason}\n", title(&trial.case))),
            Verdict::Fail(_) => {}
        }
    }

    fn whole(&mut self, trial: &Trial, failure: &Failure) {
        let lines = short_report(
            &trial.case,
            trial.options,
            &trial.transcript,
            failure,
            self.by_hand,
            MOST_LINES,
        );
        let mut lines = lines.iter();
        let head = format!("{}  {}", sort(failure.sort), lines.next().map_or("", String::as_str));
        self.say_in(&format!("{BOLD}{RED}"), &head);
        for line in lines {
            let colour = match line.trim_start() {
                "^" => RED,
                text if text.starts_with("expected:") => GREEN,
                text if text.starts_with("got:") => RED,
                _ => "",
            };
            self.say_in(colour, line);
        }
        self.say("");
    }

    fn brief(&mut self, trial: &Trial, failure: &Failure) {
        let head = format!("{}  {}", sort(failure.sort), title(&trial.case));
        self.say_in(RED, &head);
        let got = failure.got_lines(BRIEF_LINES).join(" ");
        let how = match trial.options.delivery {
            Delivery::Whole => String::new(),
            other => format!("delivered {}: ", other.words()),
        };
        self.say(&cut(&format!("      {how}expected {}; got {got}", failure.expected)));
        self.say(&format!("      {}\n", self.arguments.again(trial.case.name)));
    }

    fn say_in(&mut self, colour: &str, line: &str) {
        match self.has_colours && !colour.is_empty() {
            true => self.say(&format!("{colour}{line}{PLAIN}")),
            false => self.say(line),
        }
    }

    /// The last words about a stage.
    pub fn sentence(&mut self, text: &str, is_good: bool) {
        self.say_in(if is_good { GREEN } else { RED }, text);
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

/// Which rules, and how many cases of each: `H4 (3)  H5 (8)`. As `--only` takes them: a shell
/// needs quotes around a space.
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
        let id = if id.contains(' ') { format!("\"{id}\"") } else { id.to_string() };
        let words = if count == 1 { id } else { format!("{id} ({count})") };
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
pub fn json_line(trial: &Trial) -> String {
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
