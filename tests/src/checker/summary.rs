//! The last sentences: what works, what is left, and what could not be tried.

use super::trial::Trial;
use crate::case::{Case, Track};
use crate::run::Verdict;

/// How many cases passed, failed, and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Pass => self.passed += 1,
            Verdict::Fail(_) => self.failed += 1,
            Verdict::Skip(_) => self.skipped += 1,
        }
    }

    fn tried(&self) -> usize {
        self.passed + self.failed
    }

    fn words(&self) -> String {
        format!("{} of {}", self.passed, self.tried())
    }
}

/// What came of one stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Result {
    pub stage: u8,
    pub main_line: Count,
    pub hard_to_hurt: Count,
}

/// The counts of each stage whose cases were run.
pub fn results(trials: &[Trial]) -> Vec<Result> {
    let mut results: Vec<Result> = Vec::new();
    for trial in trials {
        let stage = stage_of(&trial.case);
        if results.last().is_none_or(|last| last.stage != stage) {
            let none = Count::default();
            results.push(Result { stage, main_line: none, hard_to_hurt: none });
        }
        if let Some(last) = results.last_mut() {
            match trial.case.track {
                Track::MainLine => last.main_line.add(&trial.verdict),
                Track::HardToHurt => last.hard_to_hurt.add(&trial.verdict),
            }
        }
    }
    results
}

/// The stage that brings a case.
pub fn stage_of(case: &Case) -> u8 {
    *case.stages.start()
}

impl Result {
    pub fn is_good(&self) -> bool {
        self.main_line.failed == 0 && 0 < self.main_line.passed
    }

    /// `Stage 2 works: 9 of 9. Hard to hurt: 11 of 14.`
    pub fn sentence(&self) -> String {
        let Result { stage, main_line, hard_to_hurt } = self;
        let mut parts = Vec::new();
        let state = match main_line {
            Count { passed: 0, failed: 0, .. } => "was not tried in its main line",
            Count { failed: 1.., .. } => "does not work yet",
            Count { skipped: 1.., .. } => "works as far as it was tried",
            _ => "works",
        };
        parts.push(format!("Stage {stage} {state}: {}.", main_line.words()));
        if 0 < hard_to_hurt.tried() {
            parts.push(format!("Hard to hurt: {}.", hard_to_hurt.words()));
        }
        let skipped = main_line.skipped + hard_to_hurt.skipped;
        if 0 < skipped {
            parts.push(format!("Skipped: {skipped}."));
        }
        parts.join(" ")
    }
}

/// The last sentence where only some cases were asked for.
pub fn sentence_of_some(trials: &[Trial]) -> String {
    let mut count = Count::default();
    trials.iter().for_each(|trial| count.add(&trial.verdict));
    match count.skipped {
        0 => format!("Passed: {}.", count.words()),
        skipped => format!("Passed: {}. Skipped: {skipped}.", count.words()),
    }
}

/// The reasons of what was skipped, each once, with the number of cases.
pub fn skips(trials: &[Trial]) -> Vec<String> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for trial in trials {
        let Verdict::Skip(reason) = &trial.verdict else { continue };
        // Cases that differ in the flags they need have one reason.
        let reason = match reason.split_once(" --") {
            Some((start, _)) => format!("{} flags", start.trim_end_matches(',')),
            None => reason.clone(),
        };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    let line = |(reason, count): (String, usize)| format!("Skipped {count}: {reason}.");
    reasons.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_of_a_stage() {
        let main_line = Count { passed: 9, failed: 0, skipped: 0 };
        let hard_to_hurt = Count { passed: 11, failed: 3, skipped: 2 };
        let result = Result { stage: 2, main_line, hard_to_hurt };
        let sentence = "Stage 2 works: 9 of 9. Hard to hurt: 11 of 14. Skipped: 2.";
        assert_eq!(result.sentence(), sentence);
        let main_line = Count { passed: 0, failed: 7, skipped: 0 };
        let result = Result { stage: 1, main_line, hard_to_hurt: Count::default() };
        assert_eq!(result.sentence(), "Stage 1 does not work yet: 0 of 7.");
    }
}
