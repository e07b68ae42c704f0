//! What the clients say.

use super::plan::Place;
use super::random::Random;
use super::wire::{self, BINARY, CONTINUATION, FIN, PING, TEXT};

/// Characters of one, two, three and four bytes.
const LETTERS: [&str; 8] = ["a", " ", "e", "é", "ß", "€", "語", "🦀"];

/// The largest message that the echo takes, by the server's default.
const MAX_MESSAGE: usize = 1024 * 1024;

/// The `number`th message of a client: its opcode and payload. No two of a run are the same.
pub fn message(place: Place, client: u64, number: u64, random: &mut Random) -> (u8, Vec<u8>) {
    let mut payload = format!("client {client}, message {number} ").into_bytes();
    let is_text = match place {
        Place::Chat => true,
        Place::Draw => false,
        _ => random.once_in(2),
    };
    let size = size(place, random).saturating_sub(payload.len());
    if is_text {
        while payload.len() < size {
            let letter = LETTERS[random.below(LETTERS.len() as u64) as usize];
            payload.extend(letter.as_bytes());
        }
    } else {
        let start = random.number() as u8;
        payload.extend((0..size).map(|at| (at as u8).wrapping_mul(31).wrapping_add(start)));
    }
    (if is_text { TEXT } else { BINARY }, payload)
}

fn size(place: Place, random: &mut Random) -> usize {
    let most = match (place, random.below(1000)) {
        (Place::Echo, 0) => return MAX_MESSAGE - 8,
        (Place::Echo, 1..40) => 64 * 1024,
        (Place::Chat, 0..20) => 4096,
        (Place::Draw, 0..100) => 4096,
        _ => 200,
    };
    random.below(most) as usize
}

/// Appends the message as one frame, or cut into fragments at any bytes. Gives the payload of a
/// Ping that stands between the fragments.
pub fn encode(
    opcode: u8,
    payload: &[u8],
    random: &mut Random,
    out: &mut Vec<u8>,
) -> Option<Vec<u8>> {
    if !random.once_in(8) {
        wire::encode(FIN | opcode, payload, random.key(), out);
        return None;
    }
    let (mut rest, mut opcode, mut ping) = (payload, opcode, None);
    for _ in 0..1 + random.below(4) {
        let (front, behind) = rest.split_at(random.below(rest.len() as u64 + 1) as usize);
        wire::encode(opcode, front, random.key(), out);
        (rest, opcode) = (behind, CONTINUATION);
        if ping.is_none() && random.once_in(3) {
            let payload = random.number().to_be_bytes();
            wire::encode(FIN | PING, &payload, random.key(), out);
            ping = Some(payload.to_vec());
        }
    }
    wire::encode(FIN | opcode, rest, random.key(), out);
    ping
}
