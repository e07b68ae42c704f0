//! What a client sends at once and what has to come back, both made in advance: the load shall
//! cost little.

/// Bytes that look like nothing in particular, the same in each run (xorshift).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 32) as u8).collect()
    }
}

/// Some messages and the answers to them.
pub struct Block {
    pub request: Vec<u8>,
    pub answer: Vec<u8>,
    /// Bytes of the answer to one message.
    pub step: usize,
}

impl Block {
    /// Binary messages in masked frames; each comes back unmasked.
    pub fn websocket(seed: u64, size: usize, count: usize) -> Self {
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        let mut noise = Noise(seed + 1);
        for _ in 0..count {
            let payload = noise.bytes(size);
            let key = (noise.next() as u32).to_be_bytes();
            push_header(&mut request, 0x80, size);
            request.extend(key);
            request.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
            push_header(&mut answer, 0, size);
            answer.extend(payload);
        }
        let step = answer.len() / count;
        Self { request, answer, step }
    }

    /// The same bytes, for a server that knows no frames: all come back as they are.
    pub fn raw(seed: u64, size: usize, count: usize) -> Self {
        let Self { request, .. } = Self::websocket(seed, size, count);
        let step = request.len() / count;
        Self { answer: request.clone(), request, step }
    }
}

fn push_header(frame: &mut Vec<u8>, mask: u8, size: usize) {
    const FIN_BINARY: u8 = 0x82;
    frame.push(FIN_BINARY);
    match size {
        0..=125 => frame.push(mask | size as u8),
        126..=0xffff => {
            frame.push(mask | 126);
            frame.extend((size as u16).to_be_bytes());
        }
        _ => {
            frame.push(mask | 127);
            frame.extend((size as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_the_request_unmasked() {
        for (size, header) in [(125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let block = Block::websocket(7, size, 2);
            assert_eq!(block.step, header + size);
            assert_eq!(block.answer.len(), 2 * block.step);
            assert_eq!(block.request.len(), 2 * (block.step + 4));
            let (key, masked) = block.request[header..header + 4 + size].split_at(4);
            let unmasked = masked.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]);
            assert!(unmasked.eq(block.answer[header..header + size].iter().copied()));
        }
    }

    #[test]
    fn no_two_messages_are_alike() {
        let (first, other) = (Block::websocket(1, 32, 2), Block::websocket(2, 32, 2));
        assert_ne!(first.answer[..first.step], first.answer[first.step..]);
        assert_ne!(first.answer, other.answer);
    }
}
