//! What all clients of a run share: the rooms, the counts, and the way to the server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::flags::Shape;
use super::room::Room;

pub struct Ground {
    pub shape: Shape,
    pub address: SocketAddr,
    pub rooms: [Room; 2],
    pub tally: Tally,
    /// The first page that came. All others must be the same.
    pub page: Option<Vec<u8>>,
    /// The server has been told to stop.
    pub is_stopping: bool,
    pub faults: Vec<String>,
    /// For whoever reads.
    pub buffer: Vec<u8>,
}

#[derive(Default)]
pub struct Tally {
    /// How clients went, and how many.
    pub ends: BTreeMap<&'static str, u64>,
    /// What the hostile ones did, what they got, and how many.
    pub wages: BTreeMap<(&'static str, String), u64>,
    pub opened: u64,
    /// Messages sent to rooms.
    pub said: u64,
    /// Messages of rooms that came, echoes, and other frames: each was checked.
    pub deliveries: u64,
    pub echoes: u64,
    pub others: u64,
    /// Microseconds from a message's sending to its coming at each member.
    latency: Option<Histogram<u64>>,
}

impl Ground {
    pub fn new(shape: Shape, address: SocketAddr) -> Self {
        Self {
            shape,
            address,
            rooms: Default::default(),
            tally: Tally::default(),
            page: None,
            is_stopping: false,
            faults: Vec::new(),
            buffer: vec![0; 256 * 1024],
        }
    }

    /// Something is wrong. It is said at once, and the run fails in the end.
    pub fn fault(&mut self, fault: String) {
        eprintln!("FAULT: {fault}");
        self.faults.push(fault);
    }

    /// There are so many that it makes no sense to go on.
    pub fn is_hopeless(&self) -> bool {
        self.faults.len() >= self.shape.max_faults
    }
}

impl Tally {
    pub fn end(&mut self, how: &'static str) {
        *self.ends.entry(how).or_default() += 1;
    }

    pub fn wage(&mut self, name: &'static str, got: String) {
        *self.wages.entry((name, got)).or_default() += 1;
    }

    pub fn deliver(&mut self, latency: Option<Duration>) {
        self.deliveries += 1;
        if let Some(latency) = latency {
            // Three digits; the range grows by itself, so the creation cannot fail.
            let all = self.latency.get_or_insert_with(|| Histogram::new(3).expect("3 is valid"));
            let _ = all.record(latency.as_micros() as u64);
        }
    }

    /// In how many seconds this share of the deliveries came.
    pub fn latency(&self, share: f64) -> Option<f64> {
        let all = self.latency.as_ref()?;
        Some(all.value_at_quantile(share) as f64 / 1e6)
    }
}
