//! One measurement: a fresh server, its clients, some time to warm up, then what counts.

use std::time::Duration;

use crate::cells::{Cell, Kind};
use crate::handshakes::Handshakes;
use crate::load::{Load, Tally};
use crate::peers::Peer;
use crate::server::Launcher;
use crate::system;

#[derive(Clone, Debug)]
pub struct Measurement {
    /// Messages a second; in a room, deliveries.
    pub rate: f64,
    /// Seconds of the server's CPU time for one message.
    pub cpu: Option<f64>,
    /// Share of a core that the server had.
    pub server_share: Option<f64>,
    /// Share of a core that the load had.
    pub load_share: Option<f64>,
    /// Share of the time in which the load waited for its core: other programs had it.
    pub disturbed: Option<f64>,
    /// Seconds.
    pub p50: f64,
    pub p99: f64,
}

pub fn measure(
    launcher: &Launcher,
    peer: Peer,
    cell: &Cell,
    time: Duration,
) -> Result<Measurement, String> {
    let server = launcher.start(peer, cell.kind)?;
    let path = peer.path(cell.kind);
    let process = server.process();
    if cell.kind == Kind::Handshakes {
        let path = path.ok_or("raw TCP has no handshake")?;
        let mut load = Handshakes::open(server.address, path, cell.clients)?;
        return observe(process, time, |time| load.run(time));
    }
    let mut load = Load::open(server.address, path, cell)?;
    observe(process, time, |time| load.run(time))
}

fn observe(
    process: u32,
    time: Duration,
    mut run: impl FnMut(Duration) -> Result<Tally, String>,
) -> Result<Measurement, String> {
    run(time / 5)?;
    let times = || (system::cpu_time(process), system::own_cpu_time(), system::own_wait());
    let before = times();
    let tally = run(time)?;
    let after = times();
    if tally.messages == 0 {
        return Err("not one answer in time".into());
    }
    let used = |before: Option<Duration>, after: Option<Duration>| {
        Some(after?.saturating_sub(before?).as_secs_f64())
    };
    let (server, load) = (used(before.0, after.0), used(before.1, after.1));
    let (messages, seconds) = (tally.messages as f64, tally.time.as_secs_f64());
    let quantile = |share| tally.latency.value_at_quantile(share) as f64 / 1e9;
    Ok(Measurement {
        rate: messages / seconds,
        cpu: server.map(|used| used / messages),
        server_share: server.map(|used| used / seconds),
        load_share: load.map(|used| used / seconds),
        disturbed: used(before.2, after.2).map(|waited| waited / seconds),
        p50: quantile(0.5),
        p99: quantile(0.99),
    })
}
