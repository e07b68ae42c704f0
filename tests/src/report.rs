//! A failure told in full: the rule, what was said with a caret, what was expected, why, the hint.

use crate::case::{Act, Case};
use crate::failure::Failure;
use crate::play::Options;
use crate::script::{Action, Message, Script};
use crate::transcript::Transcript;
use crate::words;

/// The lines of a report about a case that failed.
pub fn report(case: &Case, options: Options, transcript: &Transcript, failure: &Failure) -> String {
    let rule = case.name.replace('_', " ");
    let mut out = format!("{} {rule} ({})\n", case.id, case.section);
    out.push_str(&format!("delivered {}\n\n", options.delivery.words()));
    for line in transcript.render().lines() {
        out.push_str(&format!("    {line}\n"));
    }
    out.push_str(&format!("\n  expected: {}\n", failure.expected));
    if let Some(bytes) = &failure.expected_bytes {
        let (hex, _) = words::hex_around(bytes, failure.wrong_at);
        out.push_str(&format!("            {hex}\n"));
    }
    out.push_str(&format!("  got:      {}\n", failure.got));
    out.push_str(&format!("  why:      {}\n", case.why));
    out.push_str(&format!("  hint:     {}\n", case.hint));
    out.push_str(&format!("  book:     {}\n", case.chapter));
    if let Act::Script(script) = &case.act {
        for line in talk(script) {
            out.push_str(&format!("  try it:   {line}\n"));
        }
    }
    out
}

/// The lines for `talk` that send what the first client of a script sends.
pub fn talk(script: &Script) -> Vec<String> {
    let client = script.steps.first().map_or("", |step| step.client);
    let steps = script.steps.iter().filter(|step| step.client == client);
    steps.filter_map(|step| talk_line(&step.action)).collect()
}

fn talk_line(action: &Action) -> Option<String> {
    let line = match action {
        Action::Send(Message::Request(request)) => request.talk(),
        Action::Send(Message::Upgrade(path)) => format!("upgrade {path}"),
        Action::Send(Message::Frame(frame)) => frame.talk(),
        Action::Send(Message::Raw(bytes, _)) => format!("raw {}", words::hex(bytes)),
        Action::Send(Message::Lines(bytes)) => {
            format!("http {}", words::escaped(&String::from_utf8_lossy(bytes)))
        }
        Action::FinishSending => "end".into(),
        Action::Reset => "reset".into(),
        _ => return None,
    };
    let short: String = line.chars().take(100).collect();
    Some(if short.len() < line.len() { format!("{short}…") } else { line })
}
