//! The command. `--help` tells what it takes.
#![forbid(unsafe_code)]

use std::process::{Command, ExitCode};
use std::time::SystemTime;

use bench::server::Server;
use bench::soak::flags::Flags;
use bench::{ending, files, ours, soak, system};
use clap::Parser;

/// Descriptors beside those of the clients.
const SPARE_DESCRIPTORS: u64 = 200;

fn main() -> ExitCode {
    ending(run(&Flags::parse()))
}

fn run(flags: &Flags) -> Result<(), String> {
    let by_chance = || {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(1, |since| u64::from(since.subsec_nanos()))
    };
    let shape = flags.shape(flags.seed.unwrap_or_else(by_chance));
    let ours = flags.ours.clone().map_or_else(ours::build, Ok)?;
    system::allow_descriptors(shape.clients + SPARE_DESCRIPTORS)?;
    let mut command = Command::new(ours);
    command.arg("127.0.0.1:0").envs(system::give_back());
    let mut server = Server::start(&mut command)?;
    let (minutes, clients) = (shape.time.as_secs_f64() / 60.0, shape.clients);
    eprintln!("{minutes:.1} minutes, {clients} clients at a time, --seed {}", shape.seed);
    let report = soak::soak(&shape, &mut server)?;
    let table = report.markdown();
    print!("{table}");
    files::write(flags.out.as_deref(), flags.is_full(), &[("soak.md", table)])?;
    match report.faults.len() {
        0 => Ok(()),
        count => Err(format!("{count} faults, see above; again: --seed {}", shape.seed)),
    }
}
