//! The lines of `talk` that do what a script does: the hints in a failure.

use std::collections::HashMap;

use super::escape::escape;
use super::{frame_line, request_line};
use crate::batch;
use crate::case::Delivery;
use crate::expect::Expect;
use crate::frame::CLOSE;
use crate::play::Options;
use crate::request::upgrade;
use crate::script::{Action, Message, Script};
use crate::words;

/// The line that sends this.
pub fn line(message: &Message) -> String {
    match message {
        Message::Request(request) => request_line::line(request),
        Message::Upgrade(path) => request_line::line(&upgrade(path)),
        Message::Frame(frame) => frame_line::line(frame),
        Message::Lines(bytes) => format!("http {}", escape(bytes)),
        Message::Raw(bytes, _) => {
            let part = frame_line::repeating_part(bytes);
            match part.len() < bytes.len() {
                true => format!("fill={} raw {}", bytes.len(), words::hex(part)),
                false => format!("raw {}", words::hex(bytes)),
            }
        }
    }
}

/// The lines that do what a script does, delivered as the options say. Where there are several clients, each
/// line begins with a name.
pub fn script(script: &Script, options: Options) -> Vec<String> {
    let delivery = options.delivery;
    let glue = match delivery {
        Delivery::Glued => glue(script, options.rules_only),
        _ => HashMap::new(),
    };
    let mut lines = Vec::new();
    for (at, step) in script.steps.iter().enumerate() {
        let client = name(step.client);
        let line = match &step.action {
            Action::Send(message) if message.bytes().is_empty() => "open".into(),
            Action::Send(message) if glue.contains_key(&at) => format!("hold {}", line(message)),
            // After the answer the connection ends, and what follows would go to a new one.
            Action::Send(message) if is_close(message) && sends(script, at + 1, step.client) => {
                format!("hold {}", line(message))
            }
            Action::Send(message) if delivery == Delivery::ByteByByte => {
                format!("bytewise {}", line(message))
            }
            Action::Send(message) => line(message),
            Action::Expect(Expect::Silence(time)) => format!("pause {}", time.as_secs_f64()),
            Action::FinishSending => "end".into(),
            Action::Reset => "reset".into(),
            Action::Leave => "leave".into(),
            Action::Expect(_) | Action::Log(_) | Action::NotLogged(_) => continue,
        };
        lines.push(format!("{client}{line}"));
        if let Some(Some(late)) = glue.get(&at) {
            lines.push(format!("{client}{late}"));
        }
    }
    lines
}

fn is_close(message: &Message) -> bool {
    matches!(message, Message::Frame(frame) if frame.opcode == CLOSE && frame.fin)
}

/// Whether a client sends something from this step on.
fn sends(script: &Script, from: usize, client: &str) -> bool {
    let mut later = script.steps.iter().skip(from);
    later.any(|step| step.client == client && matches!(step.action, Action::Send(_)))
}

/// The sends that are held back to travel with the next, and what is put behind the last of them
/// although the script does not send it.
fn glue(script: &Script, rules_only: bool) -> HashMap<usize, Option<String>> {
    let mut held = HashMap::new();
    let mut next = 0;
    for (at, step) in script.steps.iter().enumerate() {
        let Action::Send(_) = step.action else { continue };
        if at < next {
            continue;
        }
        let batch = match rules_only {
            true => batch::glued_after_101(script, at),
            false => batch::glued(script, at),
        };
        let Some((&last, others)) = batch.members.split_last() else { continue };
        held.extend(others.iter().map(|&member| (member, None)));
        held.extend(batch.late.map(|late| (last, Some(line(&late)))));
        next = last + 1;
    }
    held
}

/// The name of a client as a line begins with it: letters and digits.
fn name(client: &str) -> String {
    let letters: String = client.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { String::new() } else { format!("{letters}: ") }
}
