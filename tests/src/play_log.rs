//! What a server prints while a case is played.

use crate::failure::{Failure, Played, Sort, Stop};
use crate::play::Play;

/// Lines that a server printed in place of the one that was waited for.
const LAST_LINES: usize = 12;

impl Play<'_> {
    /// Waits for a line of the server behind those already looked at.
    pub fn logged(&mut self, text: &str) -> Result<String, Stop> {
        let log = self.server.log()?;
        match log.wait_for(text, self.log_from, self.deadline()) {
            Some((line, next)) => {
                self.log_from = next;
                Ok(line)
            }
            None => {
                let printed = log.since(self.log_from);
                let last = &printed[printed.len().saturating_sub(LAST_LINES)..];
                let got = match last.is_empty() {
                    true => "no further line".to_string(),
                    false => format!("other lines:\n    {}", last.join("\n    ")),
                };
                let expected = format!("the server prints a line with: {text}");
                Err(Failure::new(Sort::Late, expected, got).into())
            }
        }
    }

    /// The server has printed no line with this text since the case began.
    pub fn not_logged(&mut self, text: &str) -> Played {
        let lines = self.server.log()?.since(self.log_start);
        match lines.iter().find(|line| line.contains(text)) {
            None => Ok(()),
            Some(line) => {
                let expected = format!("the server prints no line with: {}", text.escape_debug());
                Err(Failure::wrong(expected, line.escape_debug().to_string()).into())
            }
        }
    }
}
