//! What does Redis need to pass on what is published? `--help` tells what it takes.
#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bench::figures::median;
use bench::flags::Measuring;
use bench::link::PATIENCE;
use bench::redis::Redis;
use bench::{ending, files, machine, system};
use clap::Parser;

/// Redis alone, on a core of its own: its CPU time for a publication, with more and more who
/// listen. All of them read it before the next ones are published.
#[derive(Debug, Parser)]
struct Flags {
    /// Bytes of a publication
    #[arg(long, value_name = "NUMBER", default_value_t = 150)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=4096))]
    size: u32,
    #[command(flatten)]
    measuring: Measuring,
}

const LISTENERS: [usize; 5] = [0, 1, 2, 5, 10];
const AT_A_TIME: [usize; 2] = [1, 16];
const CHANNEL: &str = "room:chat";

fn main() -> ExitCode {
    ending(run(&Flags::parse()))
}

fn run(flags: &Flags) -> Result<(), String> {
    let machine = machine::machine(); // before there is one core only
    let cores = system::cores();
    if let Some(cores) = cores {
        system::pin(cores.load)?;
    }
    // Turn by turn: machines have good and bad minutes.
    let mut measured = vec![[const { Vec::new() }; AT_A_TIME.len()]; LISTENERS.len()];
    for _ in 0..flags.measuring.rounds {
        for (listeners, row) in LISTENERS.into_iter().zip(&mut measured) {
            for (count, cell) in AT_A_TIME.into_iter().zip(row) {
                let redis = Redis::start(cores)?;
                let mut channel = Channel::open(&redis, listeners, count, flags.size as usize)?;
                cell.push(measure(&redis, &mut channel, flags.measuring.seconds)?);
            }
        }
    }
    let medians = measured.iter().map(|row| row.each_ref().map(|m| median(m.iter().copied())));
    let medians: Vec<_> = medians.map(|row| row.map(Option::unwrap_or_default)).collect();
    let table = table(flags, &machine, &medians);
    print!("{table}");
    files::write(flags.measuring.out.as_deref(), false, &[("redis.md", table)])
}

/// Seconds of Redis' CPU time for a publication.
fn measure(redis: &Redis, channel: &mut Channel, seconds: f64) -> Result<f64, String> {
    channel.run(seconds / 5.0)?;
    let time = || system::cpu_time(redis.process()).ok_or("the system tells no CPU times");
    let before = time()?;
    let published = channel.run(seconds)?;
    Ok((time()? - before).as_secs_f64() / published as f64)
}

/// A channel, with one who publishes and others who listen.
struct Channel {
    publisher: TcpStream,
    listeners: Vec<TcpStream>,
    /// What is published at a time, and what comes back to the publisher and to each listener:
    /// Redis' own protocol.
    commands: Vec<u8>,
    answers: Vec<u8>,
    messages: Vec<u8>,
    count: usize,
}

impl Channel {
    fn open(redis: &Redis, listeners: usize, count: usize, size: usize) -> Result<Self, String> {
        let text = ".".repeat(size);
        let [publish, message] = ["PUBLISH", "message"].map(|what| {
            let parts = [what, CHANNEL, &text].map(|part| format!("${}\r\n{part}\r\n", part.len()));
            format!("*3\r\n{}", parts.concat())
        });
        let subscribed = format!("*3\r\n$9\r\nsubscribe\r\n$9\r\n{CHANNEL}\r\n:1\r\n");
        let listeners = (0..listeners).map(|_| {
            let mut socket = connect(redis)?;
            send(&mut socket, format!("SUBSCRIBE {CHANNEL}\r\n").as_bytes())?;
            expect(&mut socket, subscribed.as_bytes())?;
            Ok(socket)
        });
        let listeners = listeners.collect::<Result<Vec<_>, String>>()?;
        Ok(Self {
            publisher: connect(redis)?,
            commands: publish.repeat(count).into_bytes(),
            answers: format!(":{}\r\n", listeners.len()).repeat(count).into_bytes(),
            messages: message.repeat(count).into_bytes(),
            listeners,
            count,
        })
    }

    /// How many publications all have heard in this time.
    fn run(&mut self, seconds: f64) -> Result<usize, String> {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        let mut published = 0;
        while Instant::now() < end {
            send(&mut self.publisher, &self.commands)?;
            expect(&mut self.publisher, &self.answers)?;
            for listener in &mut self.listeners {
                expect(listener, &self.messages)?;
            }
            published += self.count;
        }
        Ok(published)
    }
}

fn connect(redis: &Redis) -> Result<TcpStream, String> {
    let explain = |error| format!("no connection to Redis: {error}");
    let socket = TcpStream::connect(redis.address).map_err(explain)?;
    socket.set_nodelay(true).map_err(explain)?;
    socket.set_read_timeout(Some(PATIENCE)).map_err(explain)?;
    Ok(socket)
}

fn send(socket: &mut TcpStream, bytes: &[u8]) -> Result<(), String> {
    socket.write_all(bytes).map_err(|error| format!("Redis takes nothing: {error}"))
}

fn expect(socket: &mut TcpStream, wanted: &[u8]) -> Result<(), String> {
    let mut bytes = vec![0; wanted.len()];
    socket.read_exact(&mut bytes).map_err(|error| format!("Redis says nothing: {error}"))?;
    match bytes == wanted {
        true => Ok(()),
        false => Err(format!("Redis says {:?}", String::from_utf8_lossy(&bytes))),
    }
}

fn table(flags: &Flags, machine: &str, medians: &[[f64; AT_A_TIME.len()]]) -> String {
    let (date, Measuring { rounds, seconds, .. }) = (machine::date(), &flags.measuring);
    let (size, [one, many]) = (flags.size, AT_A_TIME);
    let mut text = format!(
        "{machine}, {date}. {size} bytes; medians of {rounds} rounds of {seconds} s.\n\n\
         | who listen | CPU time for a publication, µs: {one} at a time | {many} at a time |\n\
         |--:|--:|--:|\n"
    );
    for (listeners, row) in LISTENERS.iter().zip(medians) {
        let [one, many] = row.map(|seconds| seconds * 1e6);
        text += &format!("| {listeners} | {one:.2} | {many:.2} |\n");
    }
    if let (Some(first), Some(last), Some(most)) =
        (medians.first(), medians.last(), LISTENERS.last())
    {
        let each = |at: usize| (last[at] - first[at]) / *most as f64 * 1e6;
        text += &format!("| for each who listens | {:.2} | {:.2} |\n", each(0), each(1));
    }
    text
}
