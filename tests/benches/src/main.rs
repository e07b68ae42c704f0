//! The command. `--help` tells what it takes.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use bench::flags::{Flags, Hidden};
use bench::{ending, peers, run};
use clap::Parser;

fn main() -> ExitCode {
    let flags = Flags::parse();
    ending(match flags.hidden {
        Some(Hidden::Serve { peer, room }) => peers::serve(peer, room),
        None => run::run(&flags),
    })
}
