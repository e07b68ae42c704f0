//! How much of what a client says is read in one turn: nobody else is to wait
//! long meanwhile.

/// Bytes to read at least, and at first. With less the system concludes that
/// we are slow, and lets clients send less at a time.
const LEAST: usize = 64 * 1024;
/// Bytes to read at most. A message of the usual limit and its header fit in,
/// and need not be gathered.
pub const MOST: usize = 1024 * 1024 + 64 * 1024;
/// A turn with more of this (`Turn::work`) is long.
const MUCH_WORK: usize = 64;
/// So is one with as many bytes.
const MANY_BYTES: usize = LEAST;

/// Follows what one client sends. Many small frames are more work than the
/// same bytes in a large one: of these we read less at a time.
pub struct Appetite {
    /// Bytes that the next turn may read.
    pub bytes: usize,
    /// The last turn was long, so the next may be, too.
    pub is_busy: bool,
}

impl Appetite {
    pub fn new() -> Self {
        Self {
            bytes: LEAST,
            is_busy: false,
        }
    }

    /// `size` bytes were read, and to hear them was so much `work`.
    pub fn learn(&mut self, size: usize, work: usize) {
        let is_much = work > MUCH_WORK;
        self.is_busy = is_much || size >= MANY_BYTES;
        if is_much {
            self.bytes = (self.bytes / 2).max(LEAST);
        } else if size == self.bytes {
            self.bytes = (self.bytes * 2).min(MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_with_large_frames_and_shrinks_with_small_ones() {
        let mut appetite = Appetite::new();
        for _ in 0..10 {
            appetite.learn(appetite.bytes, 1);
        }
        assert_eq!(appetite.bytes, MOST);
        assert!(appetite.is_busy);
        for _ in 0..10 {
            appetite.learn(appetite.bytes, MUCH_WORK + 1);
        }
        assert_eq!(appetite.bytes, LEAST);
        assert!(appetite.is_busy);
        appetite.learn(100, 1);
        assert!(!appetite.is_busy);
    }
}
