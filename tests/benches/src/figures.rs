//! From measurements to figures: medians over the rounds, and ratios of what was measured in the
//! same round.

use crate::cells::{Cell, Kind};
use crate::measure::Measurement;
use crate::peers::Peer;

/// From this share of a core on, the load is what limits the rate.
pub const BUSY: f64 = 0.95;

/// The load may wait for its core for this share of the time.
const QUIET: f64 = 0.02;

pub struct Round {
    pub cell: &'static Cell,
    pub number: u32,
    pub peer: Peer,
    pub measured: Measurement,
}

/// One server in one cell.
pub struct Figures {
    pub peer: Peer,
    pub rate: f64,
    pub cpu: Option<f64>,
    pub server_share: Option<f64>,
    pub load_share: Option<f64>,
    pub p50: f64,
    pub p99: f64,
    pub rounds: usize,
    /// Ours / peer. `None` for ours.
    pub ratio: Option<Ratio>,
}

pub struct Ratio {
    pub value: f64,
    /// CPU time for a message, peer / ours, instead of the rates: the load was the limit.
    pub by_cpu: bool,
    /// The same by CPU time, which swings less on a machine that is not quiet.
    pub cpu: Option<f64>,
    pub goal: Option<f64>,
}

impl Ratio {
    /// `None`: there is no goal.
    pub fn is_met(&self) -> Option<bool> {
        // As printed: 0.949 is shown, and counts, as 0.95.
        self.goal.map(|goal| (self.value * 100.0).round() >= (goal * 100.0).round())
    }
}

pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        size if size % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// In how many measurements other programs were in the way.
pub fn disturbed(rounds: &[Round]) -> usize {
    let is_disturbed = |round: &&Round| round.measured.disturbed.is_some_and(|share| share > QUIET);
    rounds.iter().filter(is_disturbed).count()
}

/// All servers of a cell, ours first.
pub fn of_cell(cell: &Cell, rounds: &[Round]) -> Vec<Figures> {
    let rounds: Vec<&Round> = rounds.iter().filter(|round| round.cell.name == cell.name).collect();
    Peer::ALL.into_iter().filter_map(|peer| of_peer(cell, peer, &rounds)).collect()
}

fn of_peer(cell: &Cell, peer: Peer, rounds: &[&Round]) -> Option<Figures> {
    let mine = || measured(rounds, peer);
    let mut figures = Figures {
        peer,
        rate: median(mine().map(|m| m.rate))?,
        cpu: median(mine().filter_map(|m| m.cpu)),
        server_share: median(mine().filter_map(|m| m.server_share)),
        load_share: median(mine().filter_map(|m| m.load_share)),
        p50: median(mine().map(|m| m.p50))?,
        p99: median(mine().map(|m| m.p99))?,
        rounds: mine().count(),
        ratio: None,
    };
    if peer != Peer::Ours {
        let load =
            [figures.load_share, median(measured(rounds, Peer::Ours).filter_map(|m| m.load_share))];
        let was_busy = load.iter().flatten().any(|&share| share >= BUSY);
        figures.ratio = ratio(cell, peer, rounds, was_busy);
    }
    Some(figures)
}

fn measured<'a>(rounds: &'a [&Round], peer: Peer) -> impl Iterator<Item = &'a Measurement> {
    rounds.iter().filter(move |round| round.peer == peer).map(|round| &round.measured)
}

fn ratio(cell: &Cell, peer: Peer, rounds: &[&Round], was_busy: bool) -> Option<Ratio> {
    let ours = rounds.iter().filter(|round| round.peer == Peer::Ours);
    let pairs: Vec<(&Measurement, &Measurement)> = ours
        .filter_map(|ours| {
            let is_its = |round: &&&Round| round.peer == peer && round.number == ours.number;
            Some((&ours.measured, &rounds.iter().find(is_its)?.measured))
        })
        .collect();
    let cpu = median(pairs.iter().filter_map(|(ours, peer)| Some(peer.cpu? / ours.cpu?)));
    let rate = median(pairs.iter().map(|(ours, peer)| ours.rate / peer.rate));
    let by_cpu = cpu.is_some() && (was_busy || cell.kind == Kind::Handshakes);
    let value = if by_cpu { cpu? } else { rate? };
    Some(Ratio { value, by_cpu, cpu, goal: cell.goal(peer) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::CELLS;

    fn round(number: u32, peer: Peer, rate: f64, cpu: f64, load: f64) -> Round {
        let measured = Measurement {
            rate,
            cpu: Some(cpu),
            server_share: Some(1.0),
            load_share: Some(load),
            disturbed: Some(0.0),
            p50: 1e-5,
            p99: 2e-5,
        };
        Round { cell: &CELLS[0], number, peer, measured }
    }

    fn only_ratio(rounds: &[Round]) -> Ratio {
        of_cell(&CELLS[0], rounds).remove(1).ratio.expect("a peer has a ratio")
    }

    #[test]
    fn a_ratio_is_taken_in_each_round_and_then_the_median() {
        // The machine was slow in round 2: that says nothing about either server.
        let rounds = [(1, 100.0, 100.0), (2, 50.0, 25.0), (3, 110.0, 100.0)];
        let rounds = rounds.iter().flat_map(|&(number, ours, raw)| {
            [round(number, Peer::Ours, ours, 1.0, 0.5), round(number, Peer::Raw, raw, 2.0, 0.5)]
        });
        let ratio = only_ratio(&rounds.collect::<Vec<_>>());
        assert_eq!((ratio.value, ratio.by_cpu), (1.1, false));
        assert_eq!(ratio.is_met(), Some(true));
    }

    #[test]
    fn cpu_time_counts_when_the_load_was_the_limit() {
        let rounds = [round(1, Peer::Ours, 100.0, 2.0, 0.96), round(1, Peer::Raw, 100.0, 1.0, 0.5)];
        let ratio = only_ratio(&rounds);
        assert_eq!((ratio.value, ratio.by_cpu), (0.5, true));
        assert_eq!(ratio.is_met(), Some(false));
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two() {
        assert_eq!(median([4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median([]), None);
    }
}
