//! What a run came to, as a table.

use std::fmt::Write;
use std::time::Duration;

use super::flags::Shape;
use super::ground::Tally;
use super::watch::{Sample, Thirds};
use crate::machine;

#[derive(Default)]
pub struct Report {
    pub shape: Shape,
    pub tally: Tally,
    pub start: Sample,
    pub thirds: Thirds,
    pub after: Sample,
    /// Clients that were there at the end, and how long the end took.
    pub stopped: u64,
    pub shutdown: Duration,
    pub faults: Vec<String>,
}

impl Report {
    pub fn markdown(&self) -> String {
        let Self { shape, tally, start, thirds, after, .. } = self;
        let minutes = shape.time.as_secs_f64() / 60.0;
        let mut text = format!(
            "Measured on {}: {}. Seed {}.\n\n| what | how much |\n|---|---|\n",
            machine::date(),
            machine::machine(),
            shape.seed
        );
        let mut row = |name: &str, value: String| {
            let _ = writeln!(text, "| {name} | {value} |");
        };
        row("time", format!("{minutes:.1} minutes"));
        row("clients at a time", format!("{}", shape.clients));
        row("clients in all", number(tally.opened));
        let ends: Vec<String> =
            tally.ends.iter().map(|(how, count)| format!("{how}: {}", number(*count))).collect();
        row("how they went", ends.join(", "));
        row("hostile clients", number(tally.wages.values().sum()));
        row("messages said in the rooms", number(tally.said));
        row("heard by members and checked, with who joined and left", number(tally.deliveries));
        row("echoes checked", number(tally.echoes));
        row("other frames and pages checked", number(tally.others));
        if let (Some(half), Some(most)) = (tally.latency(0.5), tally.latency(0.99)) {
            let text = format!("{:.1} ms, {:.1} ms", half * 1e3, most * 1e3);
            row("time to each member, 50 % and 99 %", text);
        }
        let memory = [start, &thirds.first, &thirds.last, after].map(Sample::mib);
        row(
            "memory: start, first third, last third, when all had left",
            memory.map(|mib| format!("{mib:.1} MiB")).join(", "),
        );
        let descriptors = [start, &thirds.first, &thirds.last, after];
        row(
            "descriptors: the same",
            descriptors.map(|sample| format!("{:.0}", sample.descriptors)).join(", "),
        );
        let (clients, time) = (self.stopped, self.shutdown.as_secs_f64());
        row("SIGTERM", format!("{clients} clients, all gone in {time:.1} s"));
        row("faults", self.faults.len().to_string());
        text += "\nThe allocator was told to give back what is free (`MALLOC_TRIM_THRESHOLD_`), so that \
                 the memory is what the server holds.\n";
        text += "\n| what hostile clients did | what they got | how many |\n|---|---|---|\n";
        for ((name, got), count) in &tally.wages {
            let _ = writeln!(text, "| {name} | {got} | {} |", number(*count));
        }
        text
    }
}

/// With commas between thousands.
fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands() {
        assert_eq!(super::number(1), "1");
        assert_eq!(super::number(1234567), "1,234,567");
    }
}
