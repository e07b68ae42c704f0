//! The whole: all cells, all servers, round by round, then the tables and the chart.

use std::env;
use std::time::{Duration, Instant};

use crate::cells::{Cell, IDLE_CLIENTS, Kind};
use crate::figures::{self, Round};
use crate::flags::Flags;
use crate::measure::measure;
use crate::memory::{self, Burst, Idle};
use crate::peers::Peer;
use crate::server::Launcher;
use crate::{chart, files, machine, markdown, ours, system};

/// Descriptors beside those of the clients.
const SPARE_DESCRIPTORS: u64 = 100;
/// Other programs that want to run while we measure.
const QUIET: f64 = 0.5;

#[derive(Default)]
pub struct Results {
    /// Where, when, and with what it was measured.
    pub about: Vec<String>,
    pub cells: Vec<&'static Cell>,
    pub rounds: Vec<Round>,
    pub idle: Vec<(Peer, Vec<Idle>)>,
    pub burst: Vec<(Peer, Burst)>,
    /// What one should know to read the figures.
    pub notes: Vec<String>,
    /// Our server has failed.
    pub is_faulty: bool,
}

pub fn run(flags: &Flags) -> Result<(), String> {
    let (cells, peers) = (flags.cells(), flags.peers());
    let other_work = machine::other_work().filter(|&work| work > QUIET); // before we build
    let ours = flags.ours.clone().map_or_else(ours::build, Ok)?;
    let bench = env::current_exe().map_err(|error| error.to_string())?;
    let cores = system::cores();
    let launcher = Launcher { bench, ours, before: flags.before.clone(), cores };
    let mut results = Results { cells, about: about(flags), ..Results::default() };
    match cores {
        Some(cores) => system::pin(cores.load)?,
        None => results.note("Server and load were not kept on a core each: not possible here."),
    }
    if let Some(work) = other_work {
        let note = format!("Other programs were at work (load average {work:.1}): a trial only.");
        results.note(&note);
    }
    let clients = results.cells.iter().map(|cell| most_clients(cell, flags)).max().unwrap_or(0);
    if let Err(error) = system::allow_descriptors(clients as u64 + SPARE_DESCRIPTORS) {
        results.note(&format!("Cells with many clients may fail: {error}."));
    }
    eprintln!("About {}", humantime::format_duration(estimate(flags)));
    results.measure_speed(flags, &launcher, &peers);
    let (disturbed, all) = (figures::disturbed(&results.rounds), results.rounds.len());
    if disturbed > 0 {
        let what = "other programs had the load's core";
        results.note(&format!("In {disturbed} of {all} measurements {what}: these say little."));
    }
    results.measure_memory(flags, &launcher, &peers);
    let mut files = markdown::pages(&results);
    for (_, text) in &files {
        println!("{text}");
    }
    files.push(("speed.svg", chart::chart(&results)));
    files::write(flags.out.as_deref(), flags.is_full(), &files)?;
    if results.is_faulty { Err("our server failed, see above".into()) } else { Ok(()) }
}

impl Results {
    fn note(&mut self, note: &str) {
        eprintln!("{note}");
        self.notes.push(note.to_owned());
    }

    /// Round after round, so that all cells share the good and the bad minutes of the machine;
    /// in each another server begins.
    fn measure_speed(&mut self, flags: &Flags, launcher: &Launcher, peers: &[Peer]) {
        let start = Instant::now();
        for number in 1..=flags.rounds() {
            for cell in self.cells.clone() {
                if matches!(cell.kind, Kind::Idle | Kind::Burst) {
                    continue;
                }
                let mut peers: Vec<Peer> =
                    peers.iter().copied().filter(|peer| cell.is_for(*peer)).collect();
                let first = number as usize % peers.len();
                peers.rotate_left(first);
                for peer in peers {
                    match measure(launcher, peer, cell, flags.time()) {
                        Ok(measured) => self.rounds.push(Round { cell, number, peer, measured }),
                        Err(error) => self.fault(cell, peer, &error),
                    }
                }
            }
            let (rounds, time) = (flags.rounds(), start.elapsed().as_secs());
            eprintln!("round {number} of {rounds}, {time} s");
        }
    }

    /// Once: memory does not swing.
    fn measure_memory(&mut self, flags: &Flags, launcher: &Launcher, peers: &[Peer]) {
        for cell in self.cells.clone() {
            for &peer in peers {
                let result = match cell.kind {
                    Kind::Idle => {
                        let counts = &IDLE_CLIENTS[..if flags.quick { 1 } else { 3 }];
                        let points = memory::idle(launcher, peer, counts);
                        points.map(|points| self.idle.push((peer, points)))
                    }
                    Kind::Burst => {
                        let burst = memory::burst(launcher, peer, cell);
                        burst.map(|burst| self.burst.push((peer, burst)))
                    }
                    _ => continue,
                };
                if let Err(error) = result {
                    self.fault(cell, peer, &error);
                }
            }
        }
    }

    fn fault(&mut self, cell: &Cell, peer: Peer, error: &str) {
        self.is_faulty |= peer == Peer::Ours;
        self.note(&format!("{}, {}: {error}", cell.name, peer.name()));
    }
}

fn about(flags: &Flags) -> Vec<String> {
    let rounds = match (flags.rounds(), flags.time().as_secs_f64()) {
        (1, time) => format!("One round of {time} s"),
        (rounds, time) => format!("Medians of {rounds} rounds of {time} s"),
    };
    vec![
        format!("Measured on {}: {}.", machine::date(), machine::machine()),
        format!("{}.", machine::versions()),
        format!("{rounds}; server on one core, load on another; every answer compared."),
    ]
}

fn most_clients(cell: &Cell, flags: &Flags) -> usize {
    match cell.kind {
        Kind::Idle if flags.quick => IDLE_CLIENTS[0],
        _ => cell.clients,
    }
}

fn estimate(flags: &Flags) -> Duration {
    let each = flags.cells().into_iter().map(|cell| {
        let peers = flags.peers().into_iter().filter(|peer| cell.is_for(*peer)).count();
        cell.estimate(peers, flags.rounds(), flags.time(), flags.quick)
    });
    Duration::from_secs(each.sum::<Duration>().as_secs())
}
