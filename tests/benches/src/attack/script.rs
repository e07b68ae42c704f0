//! An attack: how many clients, what each of them does, and what stops it.

use std::time::Duration;

use super::wire;

/// What a client of an attack does next.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends bytes, as fast as the socket takes them.
    Send(Vec<u8>),
    /// Sends the same bytes again and again.
    Repeat { bytes: Vec<u8>, times: u64 },
    /// Sends bytes in writes of `size`, with a pause behind each.
    Drip { bytes: Vec<u8>, size: usize, pause: Duration },
    /// Sends the same bytes again and again, with a pause behind each.
    Pace { bytes: Vec<u8>, pause: Duration },
    /// Waits until something has come since it sent the last bytes.
    Hear,
    /// Says nothing more. What the server says may still be heard.
    Stay,
    /// Says nothing more, and does not end its side of TCP when the server has ended its own.
    Cling,
    /// Ends the connection: FIN.
    Leave,
    /// Ends the connection: RST.
    Reset,
}

/// Where the victim is, and what it measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seat {
    /// Its messages are echoed.
    Echo,
    /// It is a member of the room at /draw, and hears what it says there.
    Room,
}

/// What else is special about an attack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Special {
    Nothing,
    /// The server may have 64 descriptors.
    FewDescriptors,
    /// The attackers vanish without a word of TCP. Needs a network of our own.
    Vanish,
}

#[derive(Clone, Debug)]
pub struct Attack {
    pub name: &'static str,
    /// The rules and limits that stop it: ids of the rules, and flags.
    pub limits: &'static str,
    /// What the attackers do, in a few words.
    pub about: &'static str,
    /// How many at a time.
    pub clients: usize,
    /// One for each client in turn, and again when it comes back.
    pub scripts: Vec<Vec<Step>>,
    /// New connections a second, of all clients together.
    pub opens: u32,
    /// They do not read.
    pub is_deaf: bool,
    /// So many clients at the front of the list read even so.
    pub readers: usize,
    pub seat: Seat,
    /// Most bytes that the server may hold for one client, by its limits.
    pub memory: u64,
    /// What the attackers have to get; each at least once, and nothing else,
    pub gets: &'static [&'static str],
    /// but for this.
    pub may_get: &'static [&'static str],
    /// How long it has to last until its limit stops it.
    pub hold: Duration,
    /// How many may still be there then. They do not leave by themselves.
    pub may_stay: Option<usize>,
    pub special: Special,
}

/// Bytes that a client costs the server who said nothing that has to be kept.
const IDLE: u64 = 4 * 1024;

impl Attack {
    pub fn new(name: &'static str, limits: &'static str, about: &'static str) -> Self {
        Self {
            name,
            limits,
            about,
            clients: 8,
            scripts: Vec::new(),
            opens: 1000,
            is_deaf: false,
            readers: 0,
            seat: Seat::Echo,
            memory: IDLE,
            gets: &[],
            may_get: &[],
            hold: Duration::ZERO,
            may_stay: None,
            special: Special::Nothing,
        }
    }

    pub fn clients(self, clients: usize) -> Self {
        Self { clients, ..self }
    }

    /// A script that begins with bytes of HTTP.
    pub fn raw(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.scripts.push(steps.into_iter().collect());
        self
    }

    /// A script that begins with a good upgrade.
    pub fn upgraded(self, path: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        let upgrade = [Step::Send(wire::upgrade(path)), Step::Hear];
        self.raw(upgrade.into_iter().chain(steps))
    }

    /// One script for each: the bytes, then silence until the server ends it.
    pub fn each_raw(self, all: impl IntoIterator<Item = Vec<u8>>) -> Self {
        all.into_iter().fold(self, |attack, bytes| attack.raw([Step::Send(bytes), Step::Stay]))
    }

    /// The same behind a good upgrade.
    pub fn each(self, all: impl IntoIterator<Item = Vec<u8>>) -> Self {
        all.into_iter().fold(self, |attack, bytes| {
            attack.upgraded("/websocket", [Step::Send(bytes), Step::Stay])
        })
    }

    pub fn opens(self, opens: u32) -> Self {
        Self { opens, ..self }
    }

    pub fn deaf(self) -> Self {
        Self { is_deaf: true, ..self }
    }

    pub fn but_readers(self, readers: usize) -> Self {
        Self { readers, ..self }
    }

    pub fn in_room(self) -> Self {
        Self { seat: Seat::Room, ..self }
    }

    /// Beyond the least that each client costs.
    pub fn memory(self, memory: u64) -> Self {
        Self { memory: IDLE + memory, ..self }
    }

    pub fn gets(self, gets: &'static [&'static str]) -> Self {
        Self { gets, ..self }
    }

    pub fn may_get(self, may_get: &'static [&'static str]) -> Self {
        Self { may_get, ..self }
    }

    pub fn hold(self, seconds: u64) -> Self {
        Self { hold: Duration::from_secs(seconds), ..self }
    }

    pub fn may_stay(self, count: usize) -> Self {
        Self { may_stay: Some(count), ..self }
    }

    pub fn special(self, special: Special) -> Self {
        Self { special, ..self }
    }
}
