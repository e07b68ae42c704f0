//! F: the framing rules (RFC 6455 §5.2–5.5), for stages 3 and 4.

mod control;
mod first_byte;
mod lengths;
mod limits;
mod log_lines;
mod masking;
mod stream;

use crate::case::Case;
use crate::frame::Frame;
use crate::script::Script;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(lengths::cases());
    cases.extend(masking::cases());
    cases.extend(stream::cases());
    cases.extend(first_byte::cases());
    cases.extend(limits::cases());
    cases.extend(control::cases());
    cases.extend(log_lines::cases());
    cases
}

/// A payload in which a byte that is lost, doubled or unmasked with the wrong byte of the key
/// shows: its period is no multiple of 4.
fn letters(count: usize) -> String {
    let mut letters = "abcdefghijklmnopqrstuvwxyz".repeat(count / 26 + 1);
    letters.truncate(count);
    letters
}

fn taken(frame: Frame) -> Script {
    Script::new().upgrade("/websocket").taken(frame)
}

fn failed(frame: Frame, code: u16) -> Script {
    Script::new().upgrade("/websocket").send(frame).failed(code)
}
