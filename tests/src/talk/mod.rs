//! `cargo course talk`: a hand on the wire. It sends what browsers cannot, and shows every byte.

pub mod address;
mod client;
mod deeds;
pub mod escape;
mod frame_line;
pub mod help;
pub mod hint;
pub mod input;
pub mod line;
mod request_line;
mod sending;
pub mod session;
pub mod settings;
pub mod write;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use session::{Options, Session};

/// How long somebody who types has to wait for the next line, in seconds.
const PATIENCE_TYPING: f64 = 0.3;
const PATIENCE_SCRIPT: f64 = 1.0;
const LONGEST_PATIENCE: f64 = 3600.0;
/// It could not run: the usual code for that.
const USAGE_ERROR: u8 = 2;

#[derive(clap::Args)]
#[command(after_help = help::LINES, after_long_help = format!("{}\n{}", help::LINES, help::SCRIPTS))]
pub struct Talk {
    /// Where the server listens: 127.0.0.1:6969, or ws://127.0.0.1:6969/chat to be upgraded at
    /// once
    pub address: String,
    /// Lines to send; without it they are typed or come from a pipe
    pub file: Option<PathBuf>,
    /// How long frames may wait for an answer before the next line [default: 1, typed: 0.3]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub patience: Option<f64>,
    /// Mask each frame with another key, not with that of the RFC's example
    #[arg(long)]
    pub random_key: bool,
    /// Answer each Ping with a Pong, as a browser does
    #[arg(long)]
    pub answer_pings: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=LONGEST_PATIENCE).contains(&seconds) => Ok(seconds),
        _ => Err("a number of seconds, such as 0.5".into()),
    }
}

/// What is said to somebody who types, before the first line.
pub fn greeting(address: &address::Address) -> String {
    format!("Lines go to {}, for example: get /   help   quit", address.words)
}

/// Talks until the lines end.
pub fn main(talk: &Talk) -> ExitCode {
    match run(talk) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(USAGE_ERROR)
        }
    }
}

fn run(talk: &Talk) -> Result<bool, String> {
    let address = address::read(&talk.address)?;
    let interactive = talk.file.is_none() && io::stdin().is_terminal();
    let lines = match &talk.file {
        Some(path) => {
            input::file(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?
        }
        None => input::standard(),
    };
    let usual = if interactive { PATIENCE_TYPING } else { PATIENCE_SCRIPT };
    let options = Options {
        interactive,
        patience: Duration::from_secs_f64(talk.patience.unwrap_or(usual)),
        random_key: talk.random_key,
        answer_pings: talk.answer_pings,
    };
    if interactive {
        println!("{}", greeting(&address));
    }
    let mut out = io::stdout().lock();
    // Nobody reads what we print any more (`talk … | head`): there is nothing left to do.
    let done = Session::new(address, options, &mut out).run(&lines);
    Ok(interactive || done.unwrap_or(false))
}
