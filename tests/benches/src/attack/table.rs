//! What came of all attacks, as a table for the book and for the terminal.

use std::fmt::Write;

use super::verdict::{MOST_SLOWDOWN, Outcome, median};

pub fn head() -> String {
    "| attack | stopped by | they got | the server had | p99 | held |\n|---|---|---|---|---|---|\n"
        .to_owned()
}

pub fn row(outcome: &Outcome) -> String {
    let mut text = String::new();
    let (alone, meanwhile) = (median(&outcome.alone), median(&outcome.meanwhile));
    let faults = outcome.faults();
    let held = match faults.is_empty() {
        true => "yes".to_owned(),
        false => format!("**no: {}**", faults.join("; ")),
    };
    let disturbed = if outcome.is_disturbed() { " ?" } else { "" };
    let _ = writeln!(
        text,
        "| `{}`: {}; {} connections, {} MiB | {} | {} | {} MiB ({}), {} descriptors, {} of its core \
         (attackers {}) | {} → {}, {:.2}{disturbed} | {held} |",
        outcome.attack.name,
        outcome.attack.about,
        outcome.opened,
        outcome.sent / 1024 / 1024,
        outcome.attack.limits,
        ends(outcome),
        mib(outcome.growth),
        mib(outcome.bound()),
        outcome.descriptors,
        percent(outcome.share(|shares| shares.server)),
        percent(outcome.share(|shares| shares.load)),
        time(alone),
        time(meanwhile),
        outcome.slowdown(),
    );
    text
}

pub fn notes() -> String {
    format!(
        "Memory: resident, more than before the attack, and in brackets the most that the limits \
         allow. p99: of a client with a small message each millisecond, alone and attacked; it may be \
         {MOST_SLOWDOWN} times as long. Held: that, the bound of memory, and memory and descriptors \
         that come back when the attackers have left. A question mark: other programs had a core, so \
         that the ratio says little.\n"
    )
}

fn ends(outcome: &Outcome) -> String {
    let each = outcome.ends.iter().map(|(end, count)| format!("{end} × {count}"));
    let all: Vec<String> = each.collect();
    match (all.is_empty(), outcome.attack.is_deaf) {
        (false, _) => all.join(", "),
        (true, true) => "not read".into(),
        (true, false) => "no refusal".into(),
    }
}

fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1024.0 / 1024.0)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn time(seconds: f64) -> String {
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        1e-3.. => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}
