//! Prints the log in a thread of its own. Whoever looks at it may stop the
//! terminal, or the pipe: that must not stop the server.

use std::io::{self, Write};
use std::mem;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

/// Texts that may wait to be printed.
const MAX_WAITING: usize = 16;
/// How long the end of the server waits for the last lines.
const PATIENCE: Duration = Duration::from_secs(1);

pub struct Printer {
    texts: SyncSender<String>,
    /// Says nothing, and ends with the thread.
    thread: Receiver<()>,
}

impl Printer {
    pub fn start() -> io::Result<Self> {
        let (texts, waiting) = mpsc::sync_channel::<String>(MAX_WAITING);
        let (alive, thread) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let _alive = alive;
            for text in waiting {
                // `print!` panics when nobody reads what we print any more
                // (`server | head`).
                let _ = io::stdout().lock().write_all(text.as_bytes());
            }
        })?;
        Ok(Self { texts, thread })
    }

    /// Takes `log` and empties it, unless too much waits already.
    pub fn print(&self, log: &mut String) {
        if log.is_empty() {
            return;
        }
        let result = self.texts.try_send(mem::take(log));
        if let Err(TrySendError::Full(text)) = result {
            *log = text;
        }
    }

    /// Waits until all is printed, unless that takes too long.
    pub fn finish(self) {
        drop(self.texts);
        let _ = self.thread.recv_timeout(PATIENCE);
    }
}
