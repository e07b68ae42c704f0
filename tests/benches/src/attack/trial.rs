//! One attack, put to one server: alone, attacked, alone, attacked, … so that the good and the bad
//! moments of the machine fall on both.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::namespace;
use super::script::{Attack, Special};
use super::verdict::Outcome;
use super::victim::Victim;
use super::watch::{Clocks, Watch, descriptors};
use crate::server::Server;
use crate::system::{self, Cores};
use strikers::Strikers;

mod strikers;

/// How long a server may take to be as it was once the attackers have left: its close timeout,
/// and as long again.
const RECOVERY: Duration = Duration::from_secs(12);
/// Between looks at whether something has happened.
const SLICE: Duration = Duration::from_millis(20);

/// How attacks are put, and to what.
pub struct Stage {
    /// The program with the attackers in it.
    pub attack: PathBuf,
    pub server: PathBuf,
    /// What the server is told: the address only, unless a test wants a weaker server.
    pub arguments: Vec<String>,
    pub cores: Option<Cores>,
    pub rounds: usize,
    pub window: Duration,
    /// Attacks that wait for a deadline are given the time.
    pub holds: bool,
}

impl Stage {
    pub fn start(&self, special: Special) -> Result<Server, String> {
        let mut command = match special {
            Special::FewDescriptors => {
                let mut shell = Command::new("sh");
                shell.args(["-c", "ulimit -n 64; exec \"$0\" \"$@\""]).arg(&self.server);
                shell
            }
            _ => Command::new(&self.server),
        };
        command.args(&self.arguments).envs(system::give_back());
        Server::start_on(self.cores, &mut command)
    }

    /// A fault of the server is in the outcome; an error is ours.
    pub fn put(&self, attack: &Attack) -> Result<Outcome, String> {
        let server = self.start(attack.special)?;
        let mut trial = Trial { stage: self, attack, server, outcome: Outcome::new(attack) };
        trial.outcome.is_full = self.holds;
        if let Err(fault) = trial.run() {
            trial.outcome.faults.push(fault);
        }
        Ok(trial.outcome)
    }
}

struct Trial<'a> {
    stage: &'a Stage,
    attack: &'a Attack,
    server: Server,
    outcome: Outcome,
}

impl Trial<'_> {
    fn run(&mut self) -> Result<(), String> {
        let process = self.server.process();
        let mut victim = Victim::open(self.server.address, self.attack.seat)?;
        victim.measure(process, Duration::from_millis(200))?;
        let before = descriptors(process);
        let resident = system::resident(process).unwrap_or(0);
        let watch = Watch::new(process);
        let rounds = if self.attack.special == Special::Vanish { 1 } else { self.stage.rounds };
        for round in 1..=rounds {
            self.measure_alone(&mut victim)?;
            let result = self.round(round == rounds, before, &mut victim);
            self.outcome.descriptors = watch.most_descriptors();
            self.outcome.growth =
                system::most_resident(process).unwrap_or(0).saturating_sub(resident);
            result.map_err(|error| format!("the victim: {error}"))?;
            self.recover(before, &mut victim)?;
        }
        self.measure_alone(&mut victim)?;
        let start = Instant::now();
        loop {
            self.outcome.kept = system::resident(process).unwrap_or(0).saturating_sub(resident);
            if self.outcome.has_memory_back() || start.elapsed() > RECOVERY {
                break;
            }
            victim.measure(self.server.process(), SLICE)?;
        }
        Victim::visit(self.server.address).map_err(|error| format!("a fresh client: {error}"))
    }

    fn measure_alone(&mut self, victim: &mut Victim) -> Result<(), String> {
        let tally = victim.measure(self.server.process(), self.stage.window)?;
        self.outcome.alone.push(p99(&tally));
        Ok(())
    }

    /// Attackers come, the victim measures, and they leave.
    fn round(&mut self, last: bool, before: usize, victim: &mut Victim) -> Result<(), String> {
        let can_vanish = self.attack.special == Special::Vanish;
        if can_vanish {
            namespace::set_source(true)?;
        }
        let mut strikers = Strikers::start(self.stage, self.attack, self.server.address)?;
        while !strikers.are_ready() {
            victim.measure(self.server.process(), SLICE)?;
        }
        if can_vanish {
            namespace::set_source(false)?;
            strikers.end(&mut self.outcome);
        }
        let start = Instant::now();
        let hold = match last && self.stage.holds {
            true => self.attack.hold,
            false => Duration::ZERO,
        };
        loop {
            let clocks = Clocks::start(self.server.process(), strikers.process());
            let tally = victim.measure(self.server.process(), self.stage.window)?;
            self.outcome.shares.push(clocks.stop());
            self.outcome.meanwhile.push(p99(&tally));
            if start.elapsed() >= hold {
                break;
            }
        }
        if let Some(count) = self.attack.may_stay
            && !hold.is_zero()
        {
            let still = descriptors(self.server.process()).saturating_sub(before);
            self.outcome.still_there = Some(still.saturating_sub(count));
        }
        strikers.end(&mut self.outcome);
        Ok(())
    }

    /// Waits until the server has let go of everybody.
    fn recover(&mut self, before: usize, victim: &mut Victim) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let now = descriptors(self.server.process());
            self.outcome.descriptors_kept = now.saturating_sub(before);
            if now <= before || start.elapsed() > RECOVERY {
                break;
            }
            victim.measure(self.server.process(), SLICE)?;
        }
        // Calm between rounds: two looks of the server at its deadlines.
        let calm = if self.stage.holds { 2000 } else { 300 };
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(calm) {
            victim.measure(self.server.process(), SLICE)?;
            thread::sleep(SLICE);
        }
        Ok(())
    }
}

/// Seconds.
fn p99(tally: &crate::load::Tally) -> f64 {
    tally.latency.value_at_quantile(0.99) as f64 / 1e9
}
