//! What the server holds while clients come and go: memory and descriptors, and whether that
//! grows.

use crate::figures::median;
use crate::server::Server;
use crate::system;

const MIB: f64 = 1024.0 * 1024.0;

/// Memory is flat if the median of the last third is not above that of the first by more than
/// this share and these bytes: the number of clients swings, and the allocator rounds.
const GROWTH: (f64, f64) = (0.10, 4.0 * MIB);
/// Descriptors that are not (yet, or any more) a client of ours: the same in both thirds, give or
/// take this share of all clients and these.
const STRAY: (f64, f64) = (0.02, 10.0);
/// What may stay behind when all have left: tables that have grown and pieces that the allocator
/// keeps. It does not depend on how long the run was.
const REMAINS: f64 = 8.0 * MIB;

#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    pub resident: f64,
    pub descriptors: f64,
    /// Clients that we know to be there.
    pub clients: f64,
}

impl Sample {
    /// What a system cannot tell is 0, and so never too much.
    pub fn take(server: &Server, clients: usize) -> Self {
        Self {
            resident: system::resident(server.process()).unwrap_or(0) as f64,
            descriptors: system::descriptors(server.process()).unwrap_or(0) as f64,
            clients: clients as f64,
        }
    }

    pub fn mib(&self) -> f64 {
        self.resident / MIB
    }
}

/// Medians of the first and of the last third.
#[derive(Clone, Copy, Debug, Default)]
pub struct Thirds {
    pub first: Sample,
    pub last: Sample,
}

impl Thirds {
    pub fn of(samples: &[Sample]) -> Option<Self> {
        let third = (samples.len() / 3).max(1);
        let first = middle(samples.get(..third)?)?;
        let last = middle(&samples[samples.len() - third..])?;
        Some(Self { first, last })
    }

    /// Says what grew.
    pub fn faults(&self) -> Vec<String> {
        let Self { first, last } = self;
        let mut faults = Vec::new();
        if last.resident > first.resident * (1.0 + GROWTH.0) + GROWTH.1 {
            let (first, last) = (first.mib(), last.mib());
            faults.push(format!("memory grew: {first:.1} MiB in the first third, {last:.1} last"));
        }
        let stray = |sample: &Sample| sample.descriptors - sample.clients;
        if stray(last) > stray(first) + STRAY.0 * last.clients + STRAY.1 {
            let (first, last) = (stray(first), stray(last));
            faults.push(format!(
                "descriptors grew: {first} more than clients in the first third, {last} in the last"
            ));
        }
        faults
    }
}

/// Says what is left when all have gone.
pub fn remains(start: &Sample, after: &Sample) -> Vec<String> {
    let mut faults = Vec::new();
    if after.descriptors != start.descriptors {
        let (start, after) = (start.descriptors, after.descriptors);
        faults.push(format!("descriptors are left: {start} at the start, {after} after all left"));
    }
    if after.resident > start.resident + REMAINS {
        let (start, after) = (start.mib(), after.mib());
        faults.push(format!(
            "memory is left: {start:.1} MiB at the start, {after:.1} after all left"
        ));
    }
    faults
}

fn middle(samples: &[Sample]) -> Option<Sample> {
    let of = |value: fn(&Sample) -> f64| median(samples.iter().map(value));
    Some(Sample {
        resident: of(|sample| sample.resident)?,
        descriptors: of(|sample| sample.descriptors)?,
        clients: of(|sample| sample.clients)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(growth: impl Fn(f64) -> Sample) -> Vec<Sample> {
        (0..90).map(|at| growth(f64::from(at))).collect()
    }

    #[test]
    fn a_leak_is_seen_and_a_swing_is_not() {
        let swing = |at: f64| 20.0 + (at % 7.0) / 7.0;
        let of = |resident: f64, stray: f64| Sample {
            resident: resident * MIB,
            descriptors: 1000.0 + stray,
            clients: 1000.0,
        };
        let faults = |all: Vec<Sample>| Thirds::of(&all).expect("samples").faults().len();
        assert_eq!(faults(samples(|at| of(swing(at), at % 5.0))), 0);
        assert_eq!(faults(samples(|at| of(swing(at) + at / 6.0, 5.0))), 1);
        assert_eq!(faults(samples(|at| of(swing(at), at))), 1);
    }

    #[test]
    fn one_descriptor_left_is_a_fault() {
        let start = Sample { resident: MIB, descriptors: 8.0, clients: 2.0 };
        assert!(remains(&start, &start).is_empty());
        assert_eq!(remains(&start, &Sample { descriptors: 9.0, ..start }).len(), 1);
        assert_eq!(remains(&start, &Sample { resident: 10.0 * MIB, ..start }).len(), 1);
    }
}
