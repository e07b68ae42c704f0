//! Runs the cases: most side by side, the rest one by one, and what failed once more.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::host::Host;
use super::progress::Progress;
use super::trial::{Place, Trial, place, try_case};
use crate::case::Case;
use crate::failure::{BUSY, Sort};
use crate::play::Options;
use crate::run::Verdict;

/// Cases wait more than they work.
const SIDE_BY_SIDE: usize = 12;
/// When so many answers were late, the next are not waited for as long.
const MANY_LATE: usize = 6;
const SHORT_PATIENCE: Duration = Duration::from_secs(1);
/// So many late answers are waited for once more. The others are believed.
const LATE_REPEATS: usize = 3;
/// So many cases that fail in company and pass alone: nothing is tried side by side any more.
const TOO_MANY_RECOVERED: usize = 5;

pub struct Schedule<'a> {
    host: &'a Host,
    options: Options,
    progress: &'a Progress,
    /// Nothing is begun after it.
    deadline: Instant,
    side_by_side: usize,
    late: AtomicUsize,
    late_repeats: usize,
    /// The cases that failed beside others and passed alone.
    pub recovered: Vec<Arc<Case>>,
}

/// A case, its place in the list, and where it is run.
type Job = (usize, Arc<Case>, Place);

impl<'a> Schedule<'a> {
    pub fn new(
        host: &'a Host,
        options: Options,
        progress: &'a Progress,
        deadline: Instant,
    ) -> Schedule<'a> {
        let side_by_side = if host.first_look.is_one_at_a_time { 1 } else { SIDE_BY_SIDE };
        let late = AtomicUsize::new(if host.first_look.answers { 0 } else { MANY_LATE });
        let recovered = Vec::new();
        Schedule {
            host,
            options,
            progress,
            deadline,
            side_by_side,
            late,
            late_repeats: 0,
            recovered,
        }
    }

    /// Runs these cases and gives what came of them, in the same order.
    pub fn run(&mut self, cases: &[Arc<Case>]) -> Vec<Trial> {
        let places = cases.iter().map(|case| place(case, self.host, self.options));
        let jobs: Vec<Job> =
            cases.iter().cloned().zip(places).enumerate().map(|(at, (c, p))| (at, c, p)).collect();
        let (quiet, mut others): (Vec<Job>, Vec<Job>) =
            jobs.into_iter().partition(|(_, _, place)| *place == Place::Alone);
        // Who waits for a deadline, on a server of its own, waits while the others work: earlier
        // stages first.
        others.sort_by_key(|(_, case, place)| {
            let waits = *place == Place::Own && case.is_slow();
            (!case.long, !waits, *case.stages.start(), *place != Place::Own, !case.is_slow())
        });
        let mut trials: Vec<Option<Trial>> = cases.iter().map(|_| None).collect();
        for (at, trial) in self.run_all(others, self.side_by_side) {
            trials[at] = Some(trial);
        }
        if 1 < self.side_by_side {
            self.repeat_failures(&mut trials);
        }
        for (at, trial) in self.run_all(quiet, 1) {
            trials[at] = Some(trial);
        }
        let missing = |at: usize| Trial::skipped(&cases[at], self.options, "it was not tried");
        trials.into_iter().enumerate().map(|(at, t)| t.unwrap_or_else(|| missing(at))).collect()
    }

    fn run_all(&self, jobs: Vec<Job>, threads: usize) -> Vec<(usize, Trial)> {
        let threads = threads.min(jobs.len());
        let queue: Mutex<VecDeque<Job>> = Mutex::new(jobs.into());
        let done = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                        let Some((at, case, place)) = next else { break };
                        let trial = self.run_one(&case, &place);
                        self.progress.one_more(trial.failure().is_some());
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, trial));
                    }
                });
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn run_one(&self, case: &Arc<Case>, place: &Place) -> Trial {
        if let Some(gone) = self.host.gone() {
            return Trial::skipped(case, self.options, gone);
        }
        if self.deadline < Instant::now() {
            return Trial::skipped(case, self.options, "the time for the whole run was up");
        }
        let mut options = self.options;
        if MANY_LATE <= self.late.load(Ordering::Relaxed) {
            options.patience = options.patience.min(SHORT_PATIENCE);
        }
        let trial = try_case(case, place, self.host, options);
        match trial.failure().map(|failure| failure.sort) {
            Some(Sort::Late | Sort::Hung) => {
                self.late.fetch_add(1, Ordering::Relaxed);
            }
            Some(Sort::Gone) => self.host.notice_that_it_is_gone(),
            _ => {}
        }
        trial
    }

    /// What failed beside others is tried once more while nobody else is there: another case may
    /// have ended the server, or have held all its places. So is what found no time to be tried.
    fn repeat_failures(&mut self, trials: &mut [Option<Trial>]) {
        for slot in trials.iter_mut() {
            let Some(trial) = slot else { continue };
            let is_late = match &trial.verdict {
                Verdict::Pass => continue,
                Verdict::Skip(reason) if reason.starts_with(BUSY) => false,
                Verdict::Skip(_) => continue,
                Verdict::Fail(failure) => matches!(failure.sort, Sort::Late | Sort::Hung),
            };
            let has_failed = trial.failure().is_some();
            if is_late && LATE_REPEATS <= self.late_repeats {
                continue;
            }
            if self.host.gone().is_some() || self.deadline < Instant::now() {
                break;
            }
            let case = Arc::clone(&trial.case);
            let place = place(&case, self.host, self.options);
            let again = self.run_one(&case, &place);
            self.late_repeats += usize::from(is_late && again.failure().is_some());
            match again.verdict {
                Verdict::Skip(_) => {}
                Verdict::Pass if has_failed => {
                    self.progress.recovered();
                    self.recovered.push(case);
                    *slot = Some(again);
                }
                Verdict::Pass | Verdict::Fail(_) => *slot = Some(again),
            }
        }
        if TOO_MANY_RECOVERED <= self.recovered.len() {
            self.side_by_side = 1;
        }
    }
}
