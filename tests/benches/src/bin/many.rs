//! What do several servers with Redis between them cost? `--help` tells what it takes.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use bench::figures::median;
use bench::flags::Measuring;
use bench::many::{MAX_SPEAKERS, Many, Shape};
use bench::redis::Redis;
use bench::server::Server;
use bench::system::{self, Cores};
use bench::{ending, files, machine};
use clap::Parser;

/// One room on 1, 2 and 4 servers with Redis between them, and on one without: deliveries a second,
/// and CPU time for a delivery. All servers and Redis share one core, the members have another, so
/// it is the CPU time that counts: the rate is that of one core.
#[derive(Debug, Parser)]
struct Flags {
    /// The server of chapter 5, built with --release
    #[arg(long, value_name = "PATH")]
    server: PathBuf,
    #[arg(long, value_name = "NUMBER", default_value_t = 400)]
    #[arg(value_parser = clap::value_parser!(u32).range(MAX_SPEAKERS as i64..=4000))]
    members: u32,
    /// How many of them speak, once each in a round (repeatable; default: 1, 8 and 64)
    #[arg(long, value_name = "NUMBER")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=MAX_SPEAKERS as i64))]
    speakers: Vec<u32>,
    /// Bytes of a message
    #[arg(long, value_name = "NUMBER", default_value_t = 32)]
    #[arg(value_parser = clap::value_parser!(u32).range(8..=4096))]
    size: u32,
    #[command(flatten)]
    measuring: Measuring,
}

/// How many servers, and whether Redis is between them.
const ROWS: [(usize, bool); 4] = [(1, false), (1, true), (2, true), (4, true)];

const SPARE_DESCRIPTORS: u64 = 200;

struct Measurement {
    /// Deliveries a second.
    rate: f64,
    /// Seconds of CPU time for a delivery: of all servers, and of Redis.
    servers: f64,
    redis: f64,
    /// Share of a core that the members had.
    load: f64,
}

fn main() -> ExitCode {
    ending(run(&Flags::parse()))
}

fn run(flags: &Flags) -> Result<(), String> {
    system::allow_descriptors(u64::from(flags.members) + SPARE_DESCRIPTORS)?;
    let machine = machine::machine(); // before there is one core only
    let cores = system::cores();
    if let Some(cores) = cores {
        system::pin(cores.load)?;
    }
    let usual = vec![1, 8, MAX_SPEAKERS as u32];
    let mut table = head(flags, &machine);
    for speakers in if flags.speakers.is_empty() { &usual } else { &flags.speakers } {
        let shape = Shape {
            members: flags.members as usize,
            speakers: *speakers as usize,
            size: flags.size as usize,
        };
        // Turn by turn: machines have good and bad minutes.
        let mut all: [Vec<Measurement>; ROWS.len()] = Default::default();
        for _ in 0..flags.measuring.rounds {
            for (row, measured) in ROWS.iter().zip(&mut all) {
                let time = Duration::from_secs_f64(flags.measuring.seconds);
                measured.push(measure(&flags.server, *row, shape, time, cores)?);
            }
        }
        for (row, measured) in ROWS.iter().zip(&all) {
            table += &line(*speakers, *row, measured, &all[0]);
        }
    }
    print!("{table}");
    files::write(flags.measuring.out.as_deref(), false, &[("many.md", table)])
}

fn measure(
    path: &Path,
    (count, shared): (usize, bool),
    shape: Shape,
    time: Duration,
    cores: Option<Cores>,
) -> Result<Measurement, String> {
    let redis = if shared { Some(Redis::start(cores)?) } else { None };
    let mut servers = Vec::new();
    for _ in 0..count {
        let mut command = Command::new(path);
        // The pace of a room is the bench's own; all other limits are on.
        command.args(["127.0.0.1:0", "--room-rate", &u32::MAX.to_string()]);
        if let Some(redis) = &redis {
            command.args(["--backplane", &redis.url()]);
        }
        servers.push(Server::start_on(cores, &mut command)?);
    }
    let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
    let mut many = Many::open(&addresses, shape)?;
    many.run(time / 5)?;
    let times = || {
        let servers = servers.iter().map(|server| system::cpu_time(server.process()));
        let servers: Option<Duration> = servers.sum();
        let redis = redis.as_ref().map_or(Some(Duration::ZERO), |r| system::cpu_time(r.process()));
        Some([servers?, redis?, system::own_cpu_time()?])
    };
    let before = times();
    let tally = many.run(time)?;
    let (before, after) = before.zip(times()).ok_or("the system tells no CPU times")?;
    let used = |at: usize| after[at].saturating_sub(before[at]).as_secs_f64();
    let deliveries = (tally.rounds * (shape.members * shape.speakers) as u64) as f64;
    let seconds = tally.time.as_secs_f64();
    Ok(Measurement {
        rate: deliveries / seconds,
        servers: used(0) / deliveries,
        redis: used(1) / deliveries,
        load: used(2) / seconds,
    })
}

fn head(flags: &Flags, machine: &str) -> String {
    format!(
        "{machine}, {}. {} members of one room, messages of {} bytes; medians of {} rounds of {} s. \
         All servers and Redis share one core.\n\n\
         | who speak at once | servers | Redis | CPU time for a delivery, µs: servers | Redis \
         | together | × one alone | deliveries a second | the members' share of a core |\n\
         |--:|--:|---|--:|--:|--:|--:|--:|--:|\n",
        machine::date(),
        flags.members,
        flags.size,
        flags.measuring.rounds,
        flags.measuring.seconds
    )
}

fn line(
    speakers: u32,
    (count, shared): (usize, bool),
    measured: &[Measurement],
    alone: &[Measurement],
) -> String {
    let middle = |value: fn(&Measurement) -> f64| median(measured.iter().map(value)).unwrap_or(0.0);
    let both = |m: &Measurement| m.servers + m.redis;
    let ratios = measured.iter().zip(alone).map(|(this, alone)| both(this) / both(alone));
    let redis = if shared { "yes" } else { "no" };
    format!(
        "| {speakers} | {count} | {redis} | {:.3} | {:.3} | {:.3} | {:.2} | {:.0} | {:.0} % |\n",
        middle(|m| m.servers) * 1e6,
        middle(|m| m.redis) * 1e6,
        middle(|m| m.servers + m.redis) * 1e6,
        median(ratios).unwrap_or(0.0),
        middle(|m| m.rate),
        middle(|m| m.load) * 100.0
    )
}
