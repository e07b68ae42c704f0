//! What the figures were measured on, and with what. No names of hosts.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::SystemTime;

/// The versions that cargo has chosen.
const LOCK: &str = include_str!("../Cargo.lock");

const COMPARED: [&str; 4] = ["mio", "fastwebsockets", "tokio-tungstenite", "tungstenite"];

/// What the machine is, on one line.
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("processor unknown", |model| model.trim_start_matches([' ', '\t', ':']));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // The version's number only: what follows may name its builder.
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let kernel = kernel.split(|c| !is_number(c)).next().unwrap_or("");
    let os = std::env::consts::OS;
    format!("{model}, {cores} cores, {os} {kernel} ({})", std::env::consts::ARCH)
}

/// What was compared, on one line.
pub fn versions() -> String {
    let compiler = Command::new("rustc").arg("--version").output();
    let compiler = compiler.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    let compiler = compiler.unwrap_or_else(|_| "compiler unknown".into());
    let compiler = compiler.split(" (").next().unwrap_or_default().to_owned();
    let peers = COMPARED.map(|name| format!("{name} {}", version(LOCK, name)));
    format!("{}, {compiler}", peers.join(", "))
}

/// The day, UTC.
pub fn date() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

/// How many programs wanted to run in the last minute, on average.
pub fn other_work() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

fn version<'a>(lock: &'a str, name: &str) -> &'a str {
    let name = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next().and_then(|line| line.strip_prefix("version = \""));
    version.map_or("?", |version| version.trim_end_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_has_a_version() {
        for name in COMPARED {
            assert!(version(LOCK, name).starts_with(|c: char| c.is_ascii_digit()), "{name}");
        }
    }
}
