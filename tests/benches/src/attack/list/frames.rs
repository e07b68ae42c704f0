//! Attacks on the decoder of frames.

use std::time::Duration;

use super::{KIB, MIB};
use crate::attack::script::{Attack, Step};
use crate::attack::wire::{BINARY, CLOSE, CONTINUATION, FIN, PING, TEXT, claim, frame};

pub fn all() -> Vec<Attack> {
    vec![
        claimed_lengths(),
        top_bit(),
        big_frames(),
        malformed_frames(),
        bytewise_frames(),
        half_headers(),
        one_byte_frames(),
        ping_flood(),
        unread_pongs(),
        pong_flood(),
    ]
}

/// Headers that claim 2^40, 2^62 and one byte more than allowed. A buffer grows with what comes.
fn claimed_lengths() -> Attack {
    let lengths = [1 << 40, 1 << 62, MIB + 1];
    Attack::new("claimed-lengths", "F7 `--max-message`", "headers that claim 2^40, 2^62, limit + 1")
        .each(lengths.map(|length| claim(FIN | BINARY, length)))
        .gets(&["1009"])
}

/// The top bit of a length, and 2^63 - 1 behind an open fragment: sums must not wrap around.
fn top_bit() -> Attack {
    let open = frame(TEXT, b"begun");
    let top = [open.clone(), claim(CONTINUATION, 1 << 63)].concat();
    let most = [open, claim(FIN | CONTINUATION, (1 << 63) - 1)].concat();
    Attack::new("top-bit", "F6, F7", "lengths of 2^63 and, inside a message, 2^63 - 1")
        .each([top, most])
        .gets(&["1002", "1009"])
}

/// 8 MiB in one frame. It is refused at its header, and the rest is read and dropped, so that the
/// code arrives (C7).
fn big_frames() -> Attack {
    let send = [Step::Send(claim(FIN | BINARY, 8 * MIB))];
    let bytes = vec![0; 64 * 1024];
    let payload = [Step::Repeat { bytes, times: 128 }, Step::Stay];
    Attack::new("big-frames", "F7 `--max-message`, C7", "8 MiB in one frame")
        .upgraded("/websocket", send.into_iter().chain(payload))
        .opens(20)
        .gets(&["1009"])
}

/// Every malformed frame, each from a client that has come for it; the next has to be served.
fn malformed_frames() -> Attack {
    let unmasked = b"\x81\x05Hello".to_vec();
    let long_forms = [b"\x82\xfe\0\x01\x01\x02\x03\x04x".to_vec(), claim(FIN | BINARY, 1)];
    let reserved = [0x91, 0xa1, 0xc1].map(|first| frame(first, b"Hello"));
    let opcodes = [0x83, 0x87, 0x8b, 0x8f].map(|first| frame(first, b""));
    let control = [frame(PING, b"cut"), frame(FIN | PING, &[0; 126])];
    let order = [
        frame(FIN | CONTINUATION, b"of nothing"),
        [frame(TEXT, b"one"), frame(TEXT, b"two")].concat(),
    ];
    let close = [&b"\x03"[..], &1005u16.to_be_bytes(), &999u16.to_be_bytes()];
    let close = close.map(|payload| frame(FIN | CLOSE, payload));
    let about = "each malformed frame, a fresh client for each";
    Attack::new("malformed-frames", "F1–F8, M2, M3, C1, C2", about)
        .each([unmasked])
        .each(long_forms)
        .each(reserved)
        .each(opcodes)
        .each(control)
        .each(order)
        .each(close)
        .gets(&["1002"])
}

/// Frames in writes of one byte, so that each header comes in 14 pieces.
fn bytewise_frames() -> Attack {
    let bytes = frame(FIN | BINARY, &[7; 200]);
    let (size, pause) = (1, Duration::ZERO);
    let steps = (0..500).map(|_| Step::Drip { bytes: bytes.clone(), size, pause });
    Attack::new("bytewise-frames", "F10", "frames in writes of one byte")
        .upgraded("/websocket", steps)
        .memory(KIB)
}

/// Half a header, then silence: nothing has to be kept but these bytes.
fn half_headers() -> Attack {
    let half = claim(FIN | BINARY, MIB)[..9].to_vec();
    Attack::new("half-headers", "F10, P4", "2,000 half headers, then silence")
        .clients(2000)
        .opens(5000)
        .each([half])
}

/// Messages of one byte at full speed, echoes read: the most work for each byte that came.
fn one_byte_frames() -> Attack {
    let bytes = frame(FIN | TEXT, b"x");
    Attack::new("one-byte-frames", "one short read a turn", "messages of one byte at full speed")
        .clients(4)
        .upgraded("/websocket", [Step::Repeat { bytes, times: 1 << 40 }])
        .memory(4 * MIB)
}

/// Pings at full speed, Pongs read.
fn ping_flood() -> Attack {
    let bytes = frame(FIN | PING, b"");
    Attack::new("ping-flood", "P1, P2", "Pings at full speed")
        .clients(4)
        .upgraded("/websocket", [Step::Repeat { bytes, times: 1 << 40 }])
        .memory(4 * MIB)
}

/// The same, Pongs not read: who does not take our answers is not read.
fn unread_pongs() -> Attack {
    let bytes = frame(FIN | PING, &[7; 125]);
    Attack::new("unread-pongs", "P2, `--write-timeout`", "Pings at full speed, Pongs not read")
        .deaf()
        .upgraded("/websocket", [Step::Repeat { bytes, times: 1 << 40 }])
        .memory(2 * MIB)
        .hold(13)
}

/// Pongs that nobody asked for.
fn pong_flood() -> Attack {
    let bytes = frame(0x8a, b"");
    Attack::new("pong-flood", "P3", "Pongs that nobody asked for, at full speed")
        .clients(4)
        .upgraded("/websocket", [Step::Repeat { bytes, times: 1 << 40 }])
}
