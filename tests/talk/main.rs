//! `cargo course talk`: its lines, its sessions, and that the hints of the cases can be typed.

mod command;
mod lines;
mod round_trip;
mod sessions;
mod tables;
mod transcripts;

use std::process::Command;
use std::time::Duration;

use course::binary;
use course::server::Server;
use course::talk::session::{Options, Session};
use course::talk::{address, input};

/// The server of a stage, on a port of its own.
fn server(stage: u8) -> Server {
    let binary = binary::build(binary::package(stage)).expect("the crate builds");
    let mut command = Command::new(binary);
    command.arg("127.0.0.1:0");
    Server::start(command).expect("the server starts")
}

/// How long frames wait for an answer: longer where a server answers all, on a busy machine too.
fn patience(stage: u8) -> Duration {
    Duration::from_millis(if stage == 4 { 2000 } else { 500 })
}

/// What a session prints, and whether all was well.
fn talk(address: &str, patience: Duration, script: &str) -> (String, bool) {
    talk_as(address, options(patience), script)
}

fn options(patience: Duration) -> Options {
    Options { interactive: false, patience, random_key: false, answer_pings: false }
}

fn talk_as(address: &str, options: Options, script: &str) -> (String, bool) {
    let address = address::read(address).expect("an address");
    let mut out = Vec::new();
    let well = Session::new(address, options, &mut out).run(&input::text(script));
    let printed = String::from_utf8(out).expect("what is printed is UTF-8");
    (printed, well.expect("writing to memory works"))
}
