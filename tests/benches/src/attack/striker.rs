//! The attackers: a process of its own, so that its CPU time is its own, it can be given the
//! lowest priority, and its end is the end of all of them at once.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::list;
use super::script::Attack;
use client::{Client, Fate};
use plan::Plan;

mod client;
mod plan;

/// The line that says that all attackers are there.
pub const READY: &str = "ready";
/// Nobody attacks for longer than this, even if nobody says stop.
const LONGEST: Duration = Duration::from_secs(120);
/// All attackers ought to be there by then.
const GATHERING: Duration = Duration::from_secs(6);
const BUFFER: usize = 64 * 1024;
const EVENTS: usize = 1024;

/// What the attackers did and got.
#[derive(Default)]
pub struct Tally {
    pub opened: u64,
    pub sent: u64,
    /// How connections came to an end, and how many did.
    pub ends: BTreeMap<String, u64>,
}

/// Attacks until the standard input ends, then tells what came of it.
pub fn strike(name: &str, address: SocketAddr) -> Result<(), String> {
    let attack = list::named(name).ok_or_else(|| format!("no attack is called {name}"))?;
    let is_over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_over);
    thread::spawn(move || {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        told.store(true, Ordering::Relaxed);
    });
    let tally = Striker::new(&attack, address).and_then(|mut all| all.run(&is_over));
    let Tally { opened, sent, ends } = tally.map_err(|error| format!("{name}: {error}"))?;
    println!("opened {opened}\nsent {sent}");
    for (end, count) in ends {
        println!("{end} {count}");
    }
    Ok(())
}

struct Striker<'a> {
    attack: &'a Attack,
    address: SocketAddr,
    plans: Vec<Vec<Plan>>,
    poll: Poll,
    clients: Vec<Client>,
    tally: Tally,
    start: Instant,
}

impl<'a> Striker<'a> {
    fn new(attack: &'a Attack, address: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            attack,
            address,
            plans: attack
                .scripts
                .iter()
                .map(|steps| steps.iter().map(Plan::new).collect())
                .collect(),
            poll: Poll::new()?,
            clients: (0..attack.clients).map(|number| Client::new(number, attack)).collect(),
            tally: Tally::default(),
            start: Instant::now(),
        })
    }

    fn run(&mut self, is_over: &AtomicBool) -> io::Result<Tally> {
        let mut events = Events::with_capacity(EVENTS);
        let mut buffer = vec![0; BUFFER];
        let (mut is_busy, mut is_ready) = (true, false);
        while !is_over.load(Ordering::Relaxed) && self.start.elapsed() < LONGEST {
            let patience = Duration::from_millis(if is_busy { 0 } else { 1 });
            match self.poll.poll(&mut events, Some(patience)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => result?,
            }
            for event in &events {
                let Token(number) = event.token();
                self.clients[number].note(event);
            }
            is_busy = self.advance(&mut buffer);
            if !is_ready && self.are_there() {
                is_ready = true;
                println!("{READY}");
                io::stdout().flush()?;
            }
        }
        Ok(std::mem::take(&mut self.tally))
    }

    /// Each client has its turn. True: one of them has more to do at once.
    fn advance(&mut self, buffer: &mut [u8]) -> bool {
        let now = Instant::now();
        let allowed = (now - self.start).as_secs_f64() * f64::from(self.attack.opens) + 1.0;
        let mut is_busy = false;
        for client in &mut self.clients {
            if !client.is_open() {
                if self.tally.opened as f64 >= allowed {
                    continue;
                }
                self.tally.opened += 1;
                if client.open(self.address, self.poll.registry()).is_err() {
                    count(&mut self.tally, "not connected");
                    continue;
                }
            }
            match client.advance(&self.plans, now, buffer, &mut self.tally.sent) {
                Fate::Waits => {}
                Fate::Busy => is_busy = true,
                Fate::Ended(how) => count(&mut self.tally, &how),
                Fate::Left => {}
            }
        }
        is_busy
    }

    fn are_there(&self) -> bool {
        self.start.elapsed() > GATHERING || self.clients.iter().all(|client| client.has_begun)
    }
}

fn count(tally: &mut Tally, end: &str) {
    *tally.ends.entry(end.to_owned()).or_default() += 1;
}
