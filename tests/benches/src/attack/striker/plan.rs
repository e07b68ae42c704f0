//! A step, made ready to be sent with few system calls.

use std::time::Duration;

use crate::attack::script::Step;

/// Bytes that are written at once at the most.
const BLOCK: usize = 64 * 1024;

pub enum Plan {
    /// `total` bytes; behind the end of `block` its beginning comes again.
    Send {
        block: Vec<u8>,
        total: u64,
    },
    /// Writes of `size` bytes with pauses.
    Drip {
        block: Vec<u8>,
        total: u64,
        size: usize,
        pause: Duration,
    },
    Hear,
    Stay,
    Cling,
    Leave,
    Reset,
}

impl Plan {
    pub fn new(step: &Step) -> Self {
        match step {
            Step::Send(bytes) => Self::Send { block: bytes.clone(), total: bytes.len() as u64 },
            Step::Repeat { bytes, times } => {
                let fitting = (BLOCK / bytes.len()).max(1).min(*times as usize);
                let total = (bytes.len() as u64).saturating_mul(*times);
                Self::Send { block: bytes.repeat(fitting), total }
            }
            Step::Drip { bytes, size, pause } => {
                let total = bytes.len() as u64;
                Self::Drip { block: bytes.clone(), total, size: *size, pause: *pause }
            }
            Step::Pace { bytes, pause } => {
                let size = bytes.len();
                Self::Drip { block: bytes.clone(), total: u64::MAX, size, pause: *pause }
            }
            Step::Hear => Self::Hear,
            Step::Stay => Self::Stay,
            Step::Cling => Self::Cling,
            Step::Leave => Self::Leave,
            Step::Reset => Self::Reset,
        }
    }
}

/// What stands at `done` of bytes that repeat `block`, `total` in all: as much as lies in one
/// piece.
pub fn part(block: &[u8], total: u64, done: u64) -> &[u8] {
    let at = (done % block.len() as u64) as usize;
    let left = (total - done).min((block.len() - at) as u64) as usize;
    &block[at..at + left]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_sent_as_often_as_it_takes() {
        let step = Step::Repeat { bytes: b"abc".to_vec(), times: 100_000 };
        let Plan::Send { block, total } = Plan::new(&step) else {
            panic!("bytes to send");
        };
        let (mut done, mut all) = (0, Vec::<u8>::new());
        while done < total {
            let part = part(&block, total, done);
            all.extend(part);
            done += part.len() as u64;
        }
        assert!(all == b"abc".repeat(100_000));
    }
}
