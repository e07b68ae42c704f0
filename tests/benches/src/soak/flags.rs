//! What can be said on the command line, and the shape of a run.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Lets clients come and go at the server of stage 4 for a while, some of them hostile. Every
/// message is checked, and that the server leaks nothing. All traffic stays on 127.0.0.1.
#[derive(Debug, Default, Parser)]
pub struct Flags {
    /// About half a minute with 300 clients
    #[arg(long)]
    pub quick: bool,
    /// How long clients come and go (default: 15, or half a minute if quick)
    #[arg(long, value_name = "NUMBER", value_parser = minutes)]
    pub minutes: Option<f64>,
    /// How many are there at a time (default: 2000, or 300 if quick)
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(10..=9000))]
    pub clients: Option<u64>,
    /// Repeats the plan of an earlier run
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Our server, built already (default: it is built first)
    #[arg(long, value_name = "PATH")]
    pub ours: Option<PathBuf>,
    /// Folder for the table (default: the book's after a full run, else the target folder)
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

const FULL: (f64, u64) = (15.0, 2000);
const QUICK: (f64, u64) = (0.3, 300);

/// What the plans are drawn from.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    pub seed: u64,
    pub time: Duration,
    pub clients: u64,
    /// How long the longest stay.
    pub longest: Duration,
    /// One client in so many means no good.
    pub hostile_every: Option<u64>,
    /// A room is flooded when all kinds of mischief have come so many times.
    pub rounds_between_floods: u64,
    /// Deeds too that take most of a minute.
    pub is_long: bool,
    /// Shares of echo, chat, drawing board, job, page.
    pub mix: [u64; 5],
    /// Messages a second in each room, of all members together.
    pub talk: f64,
    /// A run with so many faults goes on no longer.
    pub max_faults: usize,
    /// The server's `--shutdown-timeout`.
    pub shutdown_timeout: Duration,
}

impl Flags {
    pub fn shape(&self, seed: u64) -> Shape {
        let (minutes, clients) = if self.quick { QUICK } else { FULL };
        let time = Duration::from_secs_f64(self.minutes.unwrap_or(minutes) * 60.0);
        Shape {
            seed,
            time,
            clients: self.clients.unwrap_or(clients),
            longest: (time / 3).min(Duration::from_secs(120)),
            // A short run has few clients, and is to have each kind of mischief.
            hostile_every: Some(if self.quick { 25 } else { 100 }),
            rounds_between_floods: if self.quick { 16 } else { 4 },
            is_long: !self.quick,
            mix: [40, 20, 20, 12, 8],
            talk: 10.0,
            max_faults: 20,
            shutdown_timeout: Duration::from_secs(10),
        }
    }

    /// Long and large enough to be shown in the book.
    pub fn is_full(&self) -> bool {
        let minutes = self.minutes.unwrap_or(FULL.0);
        !self.quick && minutes >= FULL.0 && self.clients.unwrap_or(FULL.1) >= FULL.1
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if (0.05..=600.0).contains(&minutes) => Ok(minutes),
        _ => Err("must be between 0.05 and 600".into()),
    }
}
