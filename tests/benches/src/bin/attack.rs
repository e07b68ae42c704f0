//! Attacks on the server of stage 4. `--help` tells what it takes.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use bench::attack::flags::{Flags, Hidden};
use bench::attack::{run, striker};
use bench::ending;
use clap::Parser;

fn main() -> ExitCode {
    let flags = Flags::parse();
    ending(match &flags.hidden {
        Some(Hidden::Strike { attack, address }) => striker::strike(attack, *address),
        None => run::run(&flags),
    })
}
