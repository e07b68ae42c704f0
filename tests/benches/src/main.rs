//! The command. `--help` tells what it takes.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use bench::flags::{Flags, Hidden};
use bench::{peers, run};
use clap::Parser;

fn main() -> ExitCode {
    let flags = Flags::parse();
    let result = match flags.hidden {
        Some(Hidden::Serve { peer, room }) => peers::serve(peer, room),
        None => run::run(&flags),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
