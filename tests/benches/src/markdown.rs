//! The figures as tables, for the book and for the terminal.

use std::fmt::Write;

use crate::cells::{BURST_GOAL, IDLE_GOAL};
use crate::figures::{self, BUSY, Figures, Ratio};
use crate::peers::Peer;
use crate::run::Results;

/// A file each for the book: its name and its text. Who measured nothing for one gets none.
pub fn pages(results: &Results) -> Vec<(&'static str, String)> {
    let about = results.about.join("\n") + "\n";
    let notes: String = results.notes.iter().map(|note| format!("- {note}\n")).collect();
    let speed = [about, ratios(results), notes];
    let memory = [idle(results), burst(results)];
    [("speed.md", joined(&speed)), ("details.md", details(results)), ("memory.md", joined(&memory))]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn joined(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// Ours / peer beside what is to be reached.
fn ratios(results: &Results) -> String {
    let peers = peers_of(results);
    if results.rounds.is_empty() {
        return String::new();
    }
    let mut text = "How many times the peer's speed is ours? Medians of the ratios of each round, \
                    beside the goal; what falls short is bold.\n\"c\": the load was the limit (or it is \
                    a handshake), so CPU time for a message is compared.\n\n| messages | ours |"
        .to_owned();
    for peer in &peers {
        let _ = write!(text, " {} |", peer.name());
    }
    text += "\n|---|---|";
    text += &"---|".repeat(peers.len());
    text += "\n";
    for cell in &results.cells {
        let all = figures::of_cell(cell, &results.rounds);
        let Some(ours) = all.iter().find(|figures| figures.peer == Peer::Ours) else {
            continue;
        };
        let _ = write!(text, "| {} | {}/s |", cell.title, number(ours.rate));
        for peer in &peers {
            let found = all.iter().find(|figures| figures.peer == *peer);
            let ratio = found.and_then(|figures| figures.ratio.as_ref());
            let _ = write!(text, " {} |", ratio.map_or("–".into(), judged));
        }
        text += "\n";
    }
    text
}

/// The spaces do not break, or narrow tables would.
fn judged(ratio: &Ratio) -> String {
    let by = if ratio.by_cpu { "\u{a0}c" } else { "" };
    match (ratio.goal, ratio.is_met()) {
        (Some(goal), Some(true)) => format!("{:.2}{by}\u{a0}≥\u{a0}{goal}", ratio.value),
        (Some(goal), _) => format!("**{:.2}**{by}\u{a0}<\u{a0}{goal}", ratio.value),
        _ => format!("{:.2}{by}", ratio.value),
    }
}

fn details(results: &Results) -> String {
    if results.rounds.is_empty() {
        return String::new();
    }
    let mut text = "CPU: the server's time for one message. Latency: of half of the messages, and \
                    of 99 in 100. Cores: which share of its core the server had, and the load. Last: the \
                    peer's CPU time for a message by ours.\n\n\
                    | messages | server | a second | CPU | 50 % | 99 % | server's core | load's core | CPU |\n\
                    |---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for cell in &results.cells {
        for figures in figures::of_cell(cell, &results.rounds) {
            let Figures { peer, rate, cpu, p50, p99, server_share, load_share, .. } = figures;
            let cpu_ratio = figures.ratio.as_ref().and_then(|ratio| ratio.cpu);
            let limit = if load_share >= Some(BUSY) { ", the limit" } else { "" };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} | {}{limit} | {} |",
                cell.title,
                peer.name(),
                number(rate),
                cpu.map_or("–".into(), time),
                time(p50),
                time(p99),
                percent(server_share),
                percent(load_share),
                cpu_ratio.map_or("–".into(), |ratio| format!("{ratio:.2}"))
            );
        }
    }
    text
}

fn idle(results: &Results) -> String {
    let mut text = String::new();
    for (peer, points) in &results.idle {
        for point in points {
            let kib = point.growth / 1024.0;
            let goal = match (peer, kib <= IDLE_GOAL) {
                (Peer::Ours, true) => format!(" (≤ {IDLE_GOAL}: met)"),
                (Peer::Ours, false) => format!(" (≤ {IDLE_GOAL}: **not met**)"),
                _ => String::new(),
            };
            let resident = mib(point.resident);
            let clients = point.clients;
            let name = peer.name();
            let _ = writeln!(text, "| {clients} | {name} | {resident} | {kib:.2}{goal} |");
        }
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "Idle clients: each has had one message echoed, then silence.\n\n\
         | clients | server | resident MiB | KiB a client |\n|---|---|---|---|\n{text}"
    )
}

fn burst(results: &Results) -> String {
    let mut text = String::new();
    for (peer, burst) in &results.burst {
        let left = burst.left();
        let goal = match (peer, left <= BURST_GOAL) {
            (Peer::Ours, true) => format!(" (≤ {:.0} %: met)", BURST_GOAL * 100.0),
            (Peer::Ours, false) => format!(" (≤ {:.0} %: **not met**)", BURST_GOAL * 100.0),
            _ => String::new(),
        };
        let (before, most, after) = (mib(burst.before), mib(burst.most), mib(burst.after));
        let name = peer.name();
        let left = left * 100.0;
        let _ = writeln!(text, "| {name} | {before} | {most} | {after} | {left:.1} %{goal} |");
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "1,000 clients send 1 MiB each at the same time, have it echoed, and are silent.\n\n\
         | server | MiB before | most | after | kept |\n|---|---|---|---|---|\n{text}"
    )
}

/// The peers that were measured, in the order of the table.
pub fn peers_of(results: &Results) -> Vec<Peer> {
    let was_there = |peer: &Peer| results.rounds.iter().any(|round| round.peer == *peer);
    Peer::ALL.into_iter().filter(|peer| *peer != Peer::Ours && was_there(peer)).collect()
}

/// Three digits.
fn number(value: f64) -> String {
    match value {
        1e6.. => format!("{:.2} M", value / 1e6),
        1e5.. => format!("{:.0} k", value / 1e3),
        1e3.. => format!("{:.1} k", value / 1e3),
        _ => format!("{value:.0}"),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        1e-3.. => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.2} µs", seconds * 1e6),
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".into(), |share| format!("{:.0} %", share * 100.0))
}

fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1024.0 / 1024.0)
}
