//! Clients that mean no good, or are broken: what they send, and what they must get for it.

use std::time::Duration;

use super::flags::Shape;
use super::plan::Place;
use super::random::Random;
use super::wire::{self, CLOSE, FIN, PING, TEXT};

const KEY: [u8; 4] = [1, 2, 3, 4];

/// One more than `--max-fragments`.
const FRAGMENTS: usize = 131_073;
const PINGS: usize = 5000;

#[derive(Clone, Copy, Debug)]
pub enum Deed {
    /// Is in, as anybody, and then sends these bytes.
    Frames(fn() -> Vec<u8>),
    /// Sends these bytes instead of a request.
    Request(&'static [u8]),
    /// In a room it stops reading, while the next two clients flood that room.
    Deaf,
    /// Answers no Ping, and no Close.
    Mute,
    /// Very many Pings, and their answers are not read for a while.
    Pings,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wages {
    /// This Close.
    Code(u16),
    /// A response with this status.
    Status(u16),
    /// The end, and not a byte before it.
    Nothing,
    /// Its own Close is answered: all was in order, if tiresome.
    Peace,
    /// "Too slow", or cut off, or it keeps up: it depends on what the system's buffers hold. What
    /// it hears must be right in all cases.
    Slow,
}

#[derive(Debug)]
pub struct Mischief {
    pub name: &'static str,
    pub deed: Deed,
    pub wages: Wages,
    places: &'static [Place],
    /// Takes long: not in a short run.
    is_long: bool,
}

const ANY: &[Place] = &[Place::Echo, Place::Chat, Place::Draw, Place::Progress];
/// Where the server does not say Close by itself.
const TALK: &[Place] = &[Place::Echo, Place::Chat, Place::Draw];
const CHAT: &[Place] = &[Place::Chat];
const ROOMS: &[Place] = &[Place::Chat, Place::Draw];

/// A deed that takes no longer than others.
const fn prompt(
    name: &'static str,
    deed: Deed,
    wages: Wages,
    places: &'static [Place],
) -> Mischief {
    Mischief { name, deed, wages, places, is_long: false }
}

/// Silence, which the server breaks off when its Ping is not answered.
const fn long(name: &'static str, deed: Deed) -> Mischief {
    Mischief { name, deed, wages: Wages::Code(1011), places: TALK, is_long: true }
}

static ALL: [Mischief; 21] = [
    prompt("a frame without a mask", Deed::Frames(|| b"\x81\x02hi".into()), Wages::Code(1002), ANY),
    prompt("a reserved bit", Deed::Frames(|| frame(0xc1, b"hi")), Wages::Code(1002), ANY),
    prompt("an unknown opcode", Deed::Frames(|| frame(0x83, b"hi")), Wages::Code(1002), ANY),
    prompt("a continuation of nothing", Deed::Frames(|| frame(0x80, b"")), Wages::Code(1002), ANY),
    prompt("a Ping in fragments", Deed::Frames(|| frame(PING, b"")), Wages::Code(1002), ANY),
    prompt("a long Ping", Deed::Frames(|| frame(FIN | PING, &[0; 126])), Wages::Code(1002), ANY),
    prompt(
        "a code that must not be sent",
        Deed::Frames(|| frame(FIN | CLOSE, &1005u16.to_be_bytes())),
        Wages::Code(1002),
        ANY,
    ),
    prompt("half a character", Deed::Frames(|| frame(0x81, b"\xe2\x82")), Wages::Code(1007), ANY),
    prompt("bytes FE FF as text", Deed::Frames(|| frame(1, b"\xfe\xff")), Wages::Code(1007), ANY),
    prompt("a claim of 2^62 bytes", Deed::Frames(|| claim(1 << 62)), Wages::Code(1009), ANY),
    prompt(
        "65,537 bytes to a room",
        Deed::Frames(|| frame(0x81, &[b'a'; 65_537])),
        Wages::Code(1009),
        ROOMS,
    ),
    prompt("bytes to the chat", Deed::Frames(|| frame(0x82, b"hi")), Wages::Code(1003), CHAT),
    prompt("131,073 fragments", Deed::Frames(fragments), Wages::Code(1008), ANY),
    prompt("no HTTP", Deed::Request(b"\x16\x03\x01\x02\x00\x01\r\n\r\n"), Wages::Status(400), ANY),
    prompt(
        "a foreign page",
        Deed::Request(
            b"GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\
              Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
              Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://a.example\r\n\r\n",
        ),
        Wages::Status(403),
        ANY,
    ),
    prompt("half a head", Deed::Request(b"GET / HTTP/1.1\r\nHost: a"), Wages::Status(408), ANY),
    prompt("silence", Deed::Request(b""), Wages::Nothing, ANY),
    prompt("5,000 Pings", Deed::Pings, Wages::Peace, TALK),
    prompt("a room not read", Deed::Deaf, Wages::Slow, ROOMS),
    long("no Pong, no Close", Deed::Mute),
    long("half a frame's header", Deed::Frames(|| b"\x81\xfe\x01".into())),
];

impl Mischief {
    pub fn place(&self, random: &mut Random) -> Place {
        self.places[random.below(self.places.len() as u64) as usize]
    }

    /// Time in which it must have got its wages.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(if self.is_long { 90 } else { 60 })
    }
}

/// The `turn`th mischief: all of them in turn, in another order each time. A room that is not
/// read is heavy, so it comes in the first round and then in few.
pub fn turn(turn: u64, shape: &Shape) -> Option<&'static Mischief> {
    let mut all: Vec<&Mischief> = ALL.iter().filter(|one| shape.is_long || !one.is_long).collect();
    let round = turn / all.len() as u64;
    Random::new(shape.seed, round).shuffle(&mut all);
    let one = all[(turn % all.len() as u64) as usize];
    (!matches!(one.deed, Deed::Deaf) || round.is_multiple_of(shape.rounds_between_floods))
        .then_some(one)
}

pub fn pings() -> Vec<Vec<u8>> {
    (0..PINGS).map(|number| format!("{number:0100}").into_bytes()).collect()
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    wire::encode(first, payload, KEY, &mut out);
    out
}

fn claim(length: u64) -> Vec<u8> {
    let mut out = vec![FIN | TEXT, 0x80 | 127];
    out.extend(length.to_be_bytes());
    out.extend(KEY);
    out
}

fn fragments() -> Vec<u8> {
    let mut out = frame(TEXT, b"");
    for _ in 1..FRAGMENTS {
        out.extend(b"\x00\x80\x01\x02\x03\x04");
    }
    out
}
