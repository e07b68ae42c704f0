//! Unmasking against the plain loop over bytes (F9).

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use crate::decoder::unmask;

const KEYS: [[u8; 4]; 4] = [[0x37, 0xfa, 0x21, 0x3d], [0; 4], [255; 4], [1, 2, 4, 8]];

fn plain(payload: &mut [u8], key: [u8; 4], offset: u64) {
    for (index, byte) in payload.iter_mut().enumerate() {
        *byte ^= key[((offset + index as u64) % 4) as usize];
    }
}

/// However it is done in larger steps: at each length, each place in the key, and each place in
/// memory.
#[test]
fn all_lengths_offsets_and_alignments_are_like_the_plain_loop() {
    let bytes: Vec<u8> =
        (0..100).map(|index| index * 37 % 251).map(|value: u32| value as u8).collect();
    for key in KEYS {
        for length in 0..=70 {
            for start in 0..8 {
                for offset in 0..9 {
                    let (mut ours, mut wanted) = (bytes.clone(), bytes.clone());
                    unmask(&mut ours[start..start + length], key, offset);
                    plain(&mut wanted[start..start + length], key, offset);
                    assert_eq!(ours, wanted, "{length} bytes at {start}, offset {offset}");
                }
            }
        }
    }
}

#[test]
fn offsets_beyond_32_bits_are_like_small_ones() {
    for offset in 0..8 {
        let (mut small, mut large) = ([7; 33], [7; 33]);
        unmask(&mut small, KEYS[0], offset);
        unmask(&mut large, KEYS[0], (1 << 62) + offset);
        assert_eq!(small, large);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn twice_is_nothing(
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
        key in any::<[u8; 4]>(),
        offset in 0u64..u64::MAX / 2,
    ) {
        let mut twice = bytes.clone();
        unmask(&mut twice, key, offset);
        unmask(&mut twice, key, offset);
        prop_assert_eq!(twice, bytes);
    }

    #[test]
    fn pieces_are_like_the_whole(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        key in any::<[u8; 4]>(),
        at in any::<prop::sample::Index>(),
    ) {
        let (mut whole, mut pieces) = (bytes.clone(), bytes);
        unmask(&mut whole, key, 0);
        let at = at.index(pieces.len() + 1);
        let (first, second) = pieces.split_at_mut(at);
        unmask(first, key, 0);
        unmask(second, key, at as u64);
        prop_assert_eq!(pieces, whole);
    }
}
