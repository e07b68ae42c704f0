//! The command line of `check`, and what it means.

use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::book::Project;

const USAGE: &str = "cargo course check STAGE ADDRESS
       cargo course check STAGE FOLDER
       cargo course check STAGE --dir FOLDER -- COMMAND…";
const EXAMPLES: &str = "\
Examples:
  cargo course check 1 127.0.0.1:6969                   a server that runs
  cargo course check 2 ../server                        a Rust crate: built and started
  cargo course check 3 --dir ../server -- node main.js  any program: started in that folder
  cargo course check 2 ../server --only U2              one rule
  cargo course check 4 127.0.0.1:9001 --rules-only --path /  somebody else's server

A server that is started says `Listening on http://ADDRESS:PORT`, or listens on 127.0.0.1:6969.
A crate is started with the argument 127.0.0.1:0; port 0 picks a free one.
It ends with 0 if all passed, 1 if something failed, 2 if it could not be tried.";

/// Put the cases of a stage, and of those before it, to a server in any language
#[derive(Args, Clone, Debug)]
#[command(override_usage = USAGE, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Arguments {
    /// What the server is to be: 1 HTTP, 2 the handshake, 3 frames, 4 complete
    #[arg(value_parser = stage)]
    pub stage: u8,
    /// Where it listens, such as 127.0.0.1:6969, or the folder of its crate
    #[arg(value_name = "ADDRESS or FOLDER", conflicts_with_all = ["dir", "command"])]
    pub target: Option<String>,
    /// Start COMMAND in this folder (else in the present one)
    #[arg(long, value_name = "FOLDER", requires = "command")]
    pub dir: Option<PathBuf>,
    /// What starts the server, behind `--`
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
    /// Only this rule or case; the beginning of its name is enough. May be repeated
    #[arg(long, value_name = "ID")]
    pub only: Vec<String>,
    /// Only what holds for any WebSocket server, not what the four stages choose
    #[arg(long)]
    pub rules_only: bool,
    /// Only the main line of each stage
    #[arg(long)]
    pub main_line: bool,
    /// Where the server speaks WebSocket, if not at /websocket
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub path: Option<String>,
    /// How long an answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "4", value_parser = seconds)]
    pub patience: Duration,
    /// How long a case may take before it is given up, in seconds. Only our tests need it
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, hide = true)]
    pub case_time: Duration,
    /// Where random bytes begin; the same number gives the same bytes
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub seed: Option<u64>,
    /// Show what was sent and received in the cases that passed, too
    #[arg(long, short)]
    pub verbose: bool,
    /// One line of JSON for each case, for programs
    #[arg(long)]
    pub json: bool,
}

/// What is checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A server that somebody else runs.
    At(Vec<SocketAddr>),
    /// A crate in this folder.
    Crate(PathBuf),
    Command {
        dir: PathBuf,
        command: Vec<OsString>,
    },
}

impl Arguments {
    /// What is to be checked, and at which path, or what is wrong with the command line.
    pub fn target(&self) -> Result<(Target, Option<String>), String> {
        let path = self.path.clone();
        if !self.command.is_empty() {
            let dir = self.dir.clone().unwrap_or(".".into());
            if !dir.is_dir() {
                return Err(format!("there is no folder {}", dir.display()));
            }
            return Ok((Target::Command { dir, command: self.command.clone() }, path));
        }
        let Some(target) = &self.target else {
            return Err(format!(
                "which server? An address, a folder, or a command:\n\nUsage: {USAGE}\n\n{EXAMPLES}"
            ));
        };
        let folder = PathBuf::from(target);
        if folder.join("Cargo.toml").is_file() {
            Project::ours().is_other(&folder)?;
            return Ok((Target::Crate(folder), path));
        }
        if folder.is_dir() {
            return Err(format!(
                "{target} has no Cargo.toml, so it is not known how to start what is in it.\n\
                 Say how:  cargo course check {} --dir {target} -- COMMAND…",
                self.stage
            ));
        }
        if ["wss://", "https://"].iter().any(|scheme| target.starts_with(scheme)) {
            return Err("the checker speaks no TLS (wss, https): give the plain address".into());
        }
        if let Some((authority, inside)) = address(target) {
            let all: Vec<SocketAddr> =
                authority.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
            if !all.is_empty() {
                return Ok((Target::At(all), path.or(inside)));
            }
        }
        Err(format!(
            "{target} is no folder, and no address such as 127.0.0.1:6969 or localhost:6969"
        ))
    }

    /// The command that checks the same server once more, for `only` this case.
    pub fn again(&self, only: &str) -> String {
        let mut words = vec![format!("cargo course check {}", self.stage)];
        words.extend(self.target.as_deref().map(quoted));
        if self.rules_only {
            words.push("--rules-only".into());
        }
        if let Some(path) = &self.path {
            words.push(format!("--path {}", quoted(path)));
        }
        words.push(format!("--only {only}"));
        if !self.command.is_empty() {
            words.extend(
                self.dir.as_ref().map(|dir| format!("--dir {}", quoted(&dir.to_string_lossy()))),
            );
            words.push("--".into());
            words.extend(self.command.iter().map(|word| quoted(&word.to_string_lossy())));
        }
        words.join(" ")
    }

    /// The server in words.
    pub fn server(&self) -> String {
        if self.command.is_empty() {
            return self.target.clone().unwrap_or_default();
        }
        let words: Vec<String> =
            self.command.iter().map(|word| quoted(&word.to_string_lossy())).collect();
        format!("`{}`", words.join(" "))
    }
}

/// Host and port out of `127.0.0.1:6969`, `6969` or `ws://127.0.0.1:6969/websocket`, and the path
/// of the latter.
fn address(text: &str) -> Option<(String, Option<String>)> {
    let rest = ["ws://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let (authority, inside) = match (rest, rest.unwrap_or(text).split_once('/')) {
        (_, None) => (rest.unwrap_or(text), None),
        (Some(_), Some((authority, path))) => {
            let is_websocket = text.starts_with("ws://") && !path.is_empty();
            (authority, is_websocket.then(|| format!("/{path}")))
        }
        (None, Some(_)) => return None,
    };
    match authority.trim_start_matches(':').parse::<u16>() {
        Ok(port) => Some((format!("127.0.0.1:{port}"), inside)),
        Err(_) => authority.contains(':').then(|| (authority.to_string(), inside)),
    }
}

/// A word as a shell wants it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@,+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

fn stage(text: &str) -> Result<u8, String> {
    let stage = text.parse().ok().filter(|stage| (1..=4).contains(stage));
    stage
        .ok_or("the stage comes first: 1, 2, 3 or 4, as in `cargo course check 2 ../server`".into())
}

fn path(text: &str) -> Result<String, String> {
    match text.starts_with('/') {
        true => Ok(text.to_string()),
        false => Err("a path begins with /".into()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.05..=60.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or("a number of seconds from 0.05 to 60".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_all_their_forms() {
        let plain = |text| address(text).map(|(authority, _)| authority);
        assert_eq!(plain("127.0.0.1:1"), Some("127.0.0.1:1".into()));
        assert_eq!(plain("6969"), Some("127.0.0.1:6969".into()));
        assert_eq!(plain("http://127.0.0.1:1/"), Some("127.0.0.1:1".into()));
        assert_eq!(plain("../server"), None);
        let path = address("ws://localhost:1/echo").and_then(|(_, path)| path);
        assert_eq!(path, Some("/echo".into()));
    }

    #[test]
    fn words_with_spaces_are_quoted() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("../server"), "../server");
    }
}
