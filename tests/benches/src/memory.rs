//! What clients cost a server in memory: those who are silent, and those who were loud once.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::block::Block;
use crate::cells::{Cell, Kind};
use crate::link;
use crate::load::Load;
use crate::peers::Peer;
use crate::server::{Launcher, Server};
use crate::system;

/// Memory that has not changed for so long will not: our server looks every second for clients
/// who were silent since the last look.
const CALM: Duration = Duration::from_millis(2500);
const CALM_AT_LAST: Duration = Duration::from_secs(8);

#[derive(Debug)]
pub struct Idle {
    pub clients: usize,
    /// Bytes of the whole process.
    pub resident: u64,
    /// Bytes for each client, beyond what the process held with one.
    pub growth: f64,
}

/// Bytes of the whole process.
#[derive(Debug)]
pub struct Burst {
    pub before: u64,
    pub most: u64,
    pub after: u64,
}

impl Burst {
    /// Which share of what the burst took is still there.
    pub fn left(&self) -> f64 {
        let taken = self.most.saturating_sub(self.before).max(1);
        self.after.saturating_sub(self.before) as f64 / taken as f64
    }
}

/// Each client has one message echoed and is silent then; they stay while more come.
pub fn idle(launcher: &Launcher, peer: Peer, counts: &[usize]) -> Result<Vec<Idle>, String> {
    let server = launcher.start(peer, Kind::Idle)?;
    let mut clients = vec![visit(&server, peer)?];
    let base = settled(&server)?;
    let mut points = Vec::new();
    for &count in counts {
        while clients.len() < count {
            clients.push(visit(&server, peer)?);
        }
        let resident = settled(&server)?;
        let open = system::descriptors(server.process()).unwrap_or(count);
        if open < count {
            return Err(format!("the server has {open} descriptors for {count} clients"));
        }
        let growth = resident.saturating_sub(base) as f64 / (count - 1) as f64;
        points.push(Idle { clients: count, resident, growth });
    }
    Ok(points)
}

/// Each client sends one message at the same time and has it echoed.
pub fn burst(launcher: &Launcher, peer: Peer, cell: &Cell) -> Result<Burst, String> {
    let server = launcher.start(peer, cell.kind)?;
    let mut load = Load::open(server.address, peer.path(cell.kind), cell)?;
    let before = settled(&server)?;
    load.once()?;
    let after = settled(&server)?;
    let most = system::most_resident(server.process()).ok_or("no figures of memory here")?;
    Ok(Burst { before, most, after })
}

fn visit(server: &Server, peer: Peer) -> Result<TcpStream, String> {
    let path = peer.path(Kind::Idle);
    let mut stream = link::open(server.address, path)?;
    let block = if path.is_some() { Block::websocket(0, 32, 1) } else { Block::raw(0, 32, 1) };
    let mut answer = vec![0; block.answer.len()];
    let echoed = stream.write_all(&block.request).and_then(|()| stream.read_exact(&mut answer));
    echoed.map_err(|error| format!("no echo: {error}"))?;
    if answer != block.answer {
        return Err("a wrong answer".into());
    }
    Ok(stream)
}

/// Watches the memory until it stays as it is.
fn settled(server: &Server) -> Result<u64, String> {
    let start = Instant::now();
    let (mut last, mut since) = (0, start);
    loop {
        let now = Instant::now();
        let resident = system::resident(server.process()).ok_or("no figures of memory here")?;
        if resident != last {
            (last, since) = (resident, now);
        }
        if now - since > CALM || now - start > CALM_AT_LAST {
            return Ok(last);
        }
        thread::sleep(Duration::from_millis(100));
    }
}
