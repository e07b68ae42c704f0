//! One line on a terminal that says how far the run is.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Goes to the start of the line and clears it.
const CLEAR: &str = "\r\x1b[K";

pub struct Progress {
    is_shown: bool,
    all: usize,
    done: AtomicUsize,
    failed: AtomicUsize,
}

impl Progress {
    /// `wanted`: a person looks on, if it is a terminal.
    pub fn new(all: usize, wanted: bool) -> Progress {
        let is_shown = wanted && stderr().is_terminal();
        Progress { is_shown, all, done: AtomicUsize::new(0), failed: AtomicUsize::new(0) }
    }

    pub fn one_more(&self, has_failed: bool) {
        self.failed.fetch_add(usize::from(has_failed), Ordering::Relaxed);
        self.done.fetch_add(1, Ordering::Relaxed);
        self.show();
    }

    /// One that failed has passed, after all.
    pub fn recovered(&self) {
        self.failed.fetch_sub(1, Ordering::Relaxed);
        self.show();
    }

    fn show(&self) {
        if !self.is_shown {
            return;
        }
        let (done, failed) =
            (self.done.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed));
        let failed = match failed {
            0 => String::new(),
            count => format!(", {count} failed"),
        };
        self.write(&format!("{CLEAR}{done} of {} cases{failed} …", self.all));
    }

    /// Makes room for other output.
    pub fn clear(&self) {
        if self.is_shown {
            self.write(CLEAR);
        }
    }

    fn write(&self, text: &str) {
        let mut stderr = stderr().lock();
        let _ = stderr.write_all(text.as_bytes());
        let _ = stderr.flush();
    }
}
