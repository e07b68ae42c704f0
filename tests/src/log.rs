//! The lines that a server printed, kept, with a way to wait for one.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// So many lines are kept; a flood must not fill our memory.
const KEPT: usize = 200_000;

#[derive(Default)]
pub struct Log {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Default)]
struct Lines {
    /// How many lines were dropped before the first that is kept.
    dropped: usize,
    kept: VecDeque<String>,
    /// Streams that are still read.
    open: usize,
}

impl Log {
    /// Reads lines from a pipe of the server on a thread of its own until the pipe ends.
    pub fn drain(self: &Arc<Log>, pipe: impl Read + Send + 'static) {
        self.lock().open += 1;
        let log = Arc::clone(self);
        thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while matches!(pipe.read_until(b'\n', &mut line), Ok(1..)) {
                let text = String::from_utf8_lossy(&line);
                log.add(text.trim_end_matches(['\r', '\n']).to_string());
                line.clear();
            }
            log.lock().open -= 1;
            log.changed.notify_all();
        });
    }

    fn add(&self, line: String) {
        let mut lines = self.lock();
        lines.kept.push_back(line);
        if KEPT < lines.kept.len() {
            lines.kept.pop_front();
            lines.dropped += 1;
        }
        drop(lines);
        self.changed.notify_all();
    }

    /// A panic while it was held leaves the lines as good as they were.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place behind the last line.
    pub fn end(&self) -> usize {
        let lines = self.lock();
        lines.dropped + lines.kept.len()
    }

    /// The lines from `from` on.
    pub fn since(&self, from: usize) -> Vec<String> {
        let lines = self.lock();
        let skipped = from.saturating_sub(lines.dropped);
        lines.kept.iter().skip(skipped).cloned().collect()
    }

    /// Waits until the server has closed its output, as it does at its end.
    pub fn wait_for_end(&self, deadline: Instant) {
        let mut lines = self.lock();
        while 0 < lines.open && Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            let waited = self.changed.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for the first line from `from` on that holds `text`; gives the line and the place
    /// behind it. `None`: it did not come until the deadline, or the server ended.
    pub fn wait_for(&self, text: &str, from: usize, deadline: Instant) -> Option<(String, usize)> {
        let mut next = from;
        let mut lines = self.lock();
        loop {
            let skipped = next.saturating_sub(lines.dropped);
            if let Some(at) = lines.kept.iter().skip(skipped).position(|line| line.contains(text)) {
                let line = lines.kept[skipped + at].clone();
                return Some((line, lines.dropped + skipped + at + 1));
            }
            next = lines.dropped + lines.kept.len();
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || lines.open == 0 {
                return None;
            }
            let waited = self.changed.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
