//! An input of the fuzzer, read as instructions: what to send, in which pieces, and what happens
//! in between. A random input is then seldom nonsense, and a small change of it a small change.

pub struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte; 0 behind the end.
    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    /// As many bytes, or as many as there are.
    pub fn take(&mut self, size: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(size.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    pub fn take_rest(&mut self) -> &'a [u8] {
        self.take(usize::MAX)
    }

    pub fn choose<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    /// Mostly the first, which is the usual one.
    pub fn vary<T: Copy>(&mut self, all: &[T]) -> T {
        let byte = usize::from(self.byte());
        all[byte.saturating_sub(199) % all.len()]
    }
}

/// How the bytes of one stream come.
#[derive(Clone, Copy, Debug)]
pub enum Split {
    Whole,
    Singles,
    /// In pieces whose sizes this number decides.
    Random(u64),
}

impl Split {
    pub fn pieces(self, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Whole => vec![bytes],
            Self::Singles => bytes.chunks(1).collect(),
            Self::Random(seed) => {
                let (mut random, mut rest) = (Random(seed), bytes);
                let mut pieces = Vec::new();
                while !rest.is_empty() {
                    let most = [1, 3, 8, 20, 300, 5_000][random.below(6)];
                    let size = (1 + random.below(most)).min(rest.len());
                    let (piece, behind) = rest.split_at(size);
                    pieces.push(piece);
                    rest = behind;
                }
                pieces
            }
        }
    }
}

/// Numbers that look random and come again for the same seed (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
