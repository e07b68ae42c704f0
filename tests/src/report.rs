//! A failure told in full: the rule, what was said with a caret, what was expected, why, the hint.

use std::net::SocketAddr;

use crate::case::{Act, Case, Delivery};
use crate::failure::Failure;
use crate::play::Options;
use crate::script::Script;
use crate::talk::write;
use crate::transcript::Transcript;
use crate::words;

/// So many lines of what was said stand at its beginning, where it is cut.
const FIRST_LINES: usize = 3;
/// Lines of `talk` that are shown.
const TALK_LINES: usize = 5;
/// Lines that a server printed.
const GOT_LINES: usize = 5;
/// A line is cut here.
const WIDTH: usize = 110;

/// Where a reader finds the server that was checked, to try a failure by hand.
pub struct ByHand {
    pub address: SocketAddr,
    /// Where it speaks WebSocket, if not where our stages do.
    pub websocket: Option<String>,
}

/// The report of a case that failed, whole.
pub fn report(case: &Case, options: Options, transcript: &Transcript, failure: &Failure) -> String {
    let mut lines = vec![title(case), format!("delivered {}", options.delivery.words()), "".into()];
    lines.extend(transcript.render().lines().map(|line| format!("    {line}")));
    lines.push(String::new());
    lines.extend(explanation(case, options, failure, None));
    lines.join("\n") + "\n"
}

/// The same in at most `most` lines: of what was said the middle is left out.
pub fn short_report(
    case: &Case,
    options: Options,
    transcript: &Transcript,
    failure: &Failure,
    by_hand: &ByHand,
    most: usize,
) -> Vec<String> {
    let explanation = explanation(case, options, failure, Some(by_hand));
    let said: Vec<String> =
        transcript.render().lines().map(|line| format!("    {}", cut(line))).collect();
    // Title, delivery and two blank lines.
    let room = most.saturating_sub(explanation.len() + 4).max(FIRST_LINES + 2);
    let mut lines = vec![title(case)];
    if options.delivery != Delivery::Whole {
        lines.push(format!("  delivered {}", options.delivery.words()));
    }
    if !said.is_empty() {
        lines.push(String::new());
    }
    if said.len() <= room {
        lines.extend(said);
    } else {
        let last = said.len() - (room - FIRST_LINES - 1);
        lines.extend_from_slice(&said[..FIRST_LINES]);
        lines.push(format!("    … {} lines …", last - FIRST_LINES));
        lines.extend_from_slice(&said[last..]);
    }
    lines.push(String::new());
    lines.extend(explanation.iter().map(|line| cut(line)));
    lines
}

/// The rule in words, and where it stands.
pub fn title(case: &Case) -> String {
    format!("{} {} ({})", case.id, case.name.replace('_', " "), case.section)
}

/// What was expected, what came, why it matters and what helps.
fn explanation(
    case: &Case,
    options: Options,
    failure: &Failure,
    by_hand: Option<&ByHand>,
) -> Vec<String> {
    let mut lines = vec![format!("  expected: {}", failure.expected)];
    if let Some(bytes) = &failure.expected_bytes {
        let (hex, _) = words::hex_around(bytes, failure.wrong_at);
        lines.push(format!("            {hex}"));
    }
    let got = failure.got_lines(GOT_LINES);
    lines.push(format!("  got:      {}", got.first().unwrap_or(&"")));
    lines.extend(got.iter().skip(1).map(|line| format!("            {line}")));
    lines.push(format!("  why:      {}", case.why));
    lines.push(format!("  hint:     {}", case.hint));
    lines.push(format!("  book:     {}", case.chapter));
    let Act::Script(script) = &case.act else { return lines };
    let mut script = script.clone();
    if let Some(ByHand { address, websocket }) = by_hand {
        lines.push(format!("  by hand:  cargo course talk {address}"));
        script = script.at(websocket.as_deref());
    }
    let talk = talk(&script, options);
    let shown = talk.iter().take(TALK_LINES);
    lines.extend(shown.map(|line| format!("  try it:   {line}")));
    match talk.len().saturating_sub(TALK_LINES) {
        0 => {}
        1 => lines.push("            … and 1 more line".to_string()),
        more => lines.push(format!("            … and {more} more lines")),
    }
    lines
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_string(),
    }
}

/// The lines for `talk` that send what a script sends, in the delivery that failed.
pub fn talk(script: &Script, options: Options) -> Vec<String> {
    write::script(script, options).iter().map(|line| cut(line)).collect()
}
