//! Where the lines come from: a file, a pipe or a terminal.

use std::fs;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// So many lines are read ahead of what has been done.
const READ_AHEAD: usize = 1000;

/// The lines of a text. The channel ends behind the last.
pub fn text(text: &str) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    // Editors on Windows put a mark in front of a text that says how it is encoded.
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _ = sender.send(line.to_string());
    }
    receiver
}

pub fn file(path: &Path) -> io::Result<Receiver<String>> {
    Ok(text(&String::from_utf8_lossy(&fs::read(path)?)))
}

/// The lines that are typed, or come from a pipe: on a thread of their own, because what the
/// server says meanwhile is shown too.
pub fn standard() -> Receiver<String> {
    let (sender, receiver) = mpsc::sync_channel(READ_AHEAD);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        while matches!(input.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line).into_owned();
            if sender.send(text.trim_end_matches(['\r', '\n']).to_string()).is_err() {
                return;
            }
            line.clear();
        }
    });
    receiver
}
