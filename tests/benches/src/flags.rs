//! What can be said on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::cells::{CELLS, Cell};
use crate::peers::Peer;

const FULL: (u32, f64) = (7, 1.0);
const QUICK: (u32, f64) = (3, 0.25);

/// Measures the server of stage 4 beside other servers: messages a second, CPU time per message,
/// latency, memory. Every answer is compared byte for byte. All traffic stays on 127.0.0.1.
#[derive(Debug, Parser)]
pub struct Flags {
    /// About a minute: fewer cells, shorter rounds; the figures swing
    #[arg(long)]
    pub quick: bool,
    /// This cell only (repeatable)
    #[arg(long, value_name = "NAME", value_parser = cell_named)]
    pub cell: Vec<&'static Cell>,
    /// Ours beside this peer only (repeatable)
    #[arg(long, value_name = "NAME")]
    pub peer: Vec<Peer>,
    /// How often each cell is measured
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: Option<u32>,
    /// How long each measurement takes
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<f64>,
    /// Our server, built already (default: it is built first)
    #[arg(long, value_name = "PATH")]
    pub ours: Option<PathBuf>,
    /// Another build of our server, as one more peer: what did a change do?
    #[arg(long, value_name = "PATH")]
    pub before: Option<PathBuf>,
    /// Folder for the table and the chart (default: the book's, if all cells were measured in at
    /// least 7 rounds; else the target folder)
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    #[command(subcommand)]
    pub hidden: Option<Hidden>,
}

/// What the programs take that measure one thing only.
#[derive(Debug, Args)]
pub struct Measuring {
    /// How often each is measured
    #[arg(long, value_name = "NUMBER", default_value_t = FULL.0)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
    /// How long each measurement takes
    #[arg(long, value_name = "SECONDS", default_value_t = FULL.1, value_parser = seconds)]
    pub seconds: f64,
    /// Folder for the table (default: the target folder)
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Hidden {
    /// Be one of the servers; the bench starts itself so
    #[command(hide = true)]
    Serve {
        peer: Peer,
        /// What one client says is sent to all
        #[arg(long)]
        room: bool,
    },
}

impl Flags {
    pub fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { QUICK.0 } else { FULL.0 })
    }

    pub fn time(&self) -> Duration {
        let seconds = if self.quick { QUICK.1 } else { FULL.1 };
        Duration::from_secs_f64(self.seconds.unwrap_or(seconds))
    }

    pub fn cells(&self) -> Vec<&'static Cell> {
        if !self.cell.is_empty() {
            return self.cell.clone();
        }
        CELLS.iter().filter(|cell| cell.quick || !self.quick).collect()
    }

    /// Ours is always there: the figures are ratios.
    pub fn peers(&self) -> Vec<Peer> {
        let wanted = |peer: &Peer| match peer {
            Peer::Ours => true,
            Peer::Before => self.before.is_some(),
            _ => self.peer.is_empty() || self.peer.contains(peer),
        };
        Peer::ALL.into_iter().filter(wanted).collect()
    }

    /// Everything was measured, and often enough to be shown.
    pub fn is_full(&self) -> bool {
        let all = !self.quick && self.cell.is_empty() && self.peer.is_empty();
        all && self.rounds() >= FULL.0 && self.time().as_secs_f64() >= FULL.1
    }
}

fn cell_named(name: &str) -> Result<&'static Cell, String> {
    let names = || CELLS.iter().map(|cell| cell.name).collect::<Vec<_>>().join(", ");
    let found = CELLS.iter().find(|cell| cell.name == name);
    found.ok_or_else(|| format!("the cells are {}", names()))
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.05..=60.0).contains(&seconds) => Ok(seconds),
        _ => Err("must be between 0.05 and 60".into()),
    }
}
