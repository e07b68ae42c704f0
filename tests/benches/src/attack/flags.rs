//! What can be said on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::list;
use super::script::Attack;

/// Attacks the server of stage 4 with its default flags and tells how it and a well-behaved client
/// fare. All traffic stays on 127.0.0.1. Exit code 1: something was not held.
#[derive(Debug, Parser)]
#[command(name = "attack")]
pub struct Flags {
    /// Shorter: each attack lasts about a second, and what waits for a deadline is left out
    #[arg(long)]
    pub quick: bool,
    /// This attack only (repeatable)
    #[arg(long, value_name = "NAME", value_parser = known)]
    pub only: Vec<String>,
    /// Names the attacks
    #[arg(long)]
    pub list: bool,
    /// Folder for the table (default: the book's, if all attacks were run in full; else the target
    /// folder)
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Our server, built already (default: it is built first)
    #[arg(long, value_name = "PATH")]
    pub ours: Option<PathBuf>,
    /// Stay in the system's network; peers that vanish are then left out
    #[arg(long)]
    pub no_namespace: bool,
    #[command(subcommand)]
    pub hidden: Option<Hidden>,
}

#[derive(Debug, Subcommand)]
pub enum Hidden {
    /// Be the attackers; the program starts itself so
    #[command(hide = true)]
    Strike { attack: String, address: SocketAddr },
}

impl Flags {
    pub fn attacks(&self) -> Vec<Attack> {
        let wanted = |attack: &Attack| {
            self.only.is_empty() || self.only.iter().any(|name| name == attack.name)
        };
        list::all().into_iter().filter(wanted).collect()
    }

    /// Everything was tried, for as long as it takes.
    pub fn is_full(&self) -> bool {
        !self.quick && self.only.is_empty()
    }
}

fn known(name: &str) -> Result<String, String> {
    let all = list::all();
    match all.iter().any(|attack| attack.name == name) {
        true => Ok(name.to_owned()),
        false => {
            let names: Vec<&str> = all.iter().map(|attack| attack.name).collect();
            Err(format!("the attacks are {}", names.join(", ")))
        }
    }
}
