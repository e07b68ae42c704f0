//! What came of one attack, and whether that is good.

use std::collections::BTreeMap;

use super::script::Attack;
use super::watch::Shares;

/// Times the victim's p99 of the time alone.
pub const MOST_SLOWDOWN: f64 = 3.0;
/// Server and victim that have waited for a core longer than this share of the time were disturbed
/// by other programs: their p99 says little, even though this time is not counted.
const DISTURBED: f64 = 0.2;
/// Bytes that a process may have more whatever is done to it: buffers that all clients share.
const SHARED: u64 = 3 * 1024 * 1024;
/// What the allocator and the tables of clients keep for later: glibc up to twice the largest piece
/// that it was ever given back, here 2 MiB; a tenth of all that it was; and for each client its own
/// place, without what it sent.
const KEPT: u64 = 4 * 1024 * 1024;
const KEPT_SHARE: u64 = 10;
const PLACE: u64 = 512;

#[derive(Debug)]
pub struct Outcome {
    pub attack: Attack,
    /// The p99 of each window, in seconds.
    pub alone: Vec<f64>,
    pub meanwhile: Vec<f64>,
    pub shares: Vec<Shares>,
    /// Bytes that the server had more at its worst moment than before.
    pub growth: u64,
    /// The same when the attackers had left.
    pub kept: u64,
    pub descriptors: usize,
    pub descriptors_kept: usize,
    /// Attackers that were there when their limit ought to have stopped them.
    pub still_there: Option<usize>,
    pub opened: u64,
    pub sent: u64,
    pub ends: BTreeMap<String, u64>,
    /// What else went wrong.
    pub faults: Vec<String>,
    /// Deadlines were waited for.
    pub is_full: bool,
}

impl Outcome {
    pub fn new(attack: &Attack) -> Self {
        Self {
            attack: attack.clone(),
            alone: Vec::new(),
            meanwhile: Vec::new(),
            shares: Vec::new(),
            growth: 0,
            kept: 0,
            descriptors: 0,
            descriptors_kept: 0,
            still_there: None,
            opened: 0,
            sent: 0,
            ends: BTreeMap::new(),
            faults: Vec::new(),
            is_full: false,
        }
    }

    /// A line of the attackers: what, and how often.
    pub fn note(&mut self, line: &str) {
        let Some((what, count)) = line.rsplit_once(' ') else {
            return;
        };
        let count: u64 = count.parse().unwrap_or(0);
        match what {
            "opened" => self.opened += count,
            "sent" => self.sent += count,
            _ => *self.ends.entry(what.to_owned()).or_default() += count,
        }
    }

    pub fn slowdown(&self) -> f64 {
        median(&self.meanwhile) / median(&self.alone)
    }

    pub fn share(&self, of: impl Fn(&Shares) -> f64) -> f64 {
        median(&self.shares.iter().map(of).collect::<Vec<_>>())
    }

    pub fn is_disturbed(&self) -> bool {
        self.share(|shares| shares.waited) > DISTURBED
    }

    pub fn is_slow(&self) -> bool {
        self.slowdown() > MOST_SLOWDOWN
    }

    /// Bytes that the limits allow all of the attackers together.
    pub fn bound(&self) -> u64 {
        SHARED + self.attack.clients as u64 * self.attack.memory
    }

    pub fn has_memory_back(&self) -> bool {
        let places = self.attack.clients as u64 * PLACE;
        self.kept <= KEPT + self.growth / KEPT_SHARE + places
    }

    /// What was not held.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        if self.is_slow() {
            let disturbed = if self.is_disturbed() { " (others were at work)" } else { "" };
            faults.push(format!("p99 {:.1} times as long{disturbed}", self.slowdown()));
        }
        if self.growth > self.bound() {
            faults.push("more memory than the limits allow".into());
        }
        if !self.has_memory_back() {
            faults.push(format!("{} KiB of memory kept", self.kept / 1024));
        }
        if self.descriptors_kept > 0 {
            faults.push(format!("{} descriptors kept", self.descriptors_kept));
        }
        if let Some(still @ 1..) = self.still_there {
            faults.push(format!("{still} attackers still there after {:?}", self.attack.hold));
        }
        faults.extend(self.wrong_ends());
        faults
    }

    /// What the attackers ought to have got and did not, or the contrary.
    fn wrong_ends(&self) -> Vec<String> {
        let wanted = self.attack.gets;
        if wanted.is_empty() {
            return Vec::new();
        }
        let waits = !self.attack.hold.is_zero() && !self.is_full;
        let missing = wanted.iter().filter(|end| !waits && !self.ends.contains_key(**end));
        let missing = missing.map(|end| format!("nobody got {end}"));
        let others = self.ends.iter().filter(|(end, _)| {
            !wanted.contains(&end.as_str()) && !self.attack.may_get.contains(&end.as_str())
        });
        missing.chain(others.map(|(end, count)| format!("{count} got {end}"))).collect()
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len(), values.len() % 2) {
        (0, _) => f64::NAN,
        (_, 1) => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}
