//! What happens to one connection, from the first byte to the end of TCP.

use std::time::Duration;

use crate::input::Input;
use crate::{frames, heads};

const PATHS: [&str; 4] = ["/websocket", "/chat", "/draw", "/progress"];
const MAX_MESSAGE: [usize; 8] = [300, 1_000, 300, 1, 126, 0, 66_000, 1 << 20];
const MAX_ROOM_MESSAGE: [usize; 4] = [200, 1_000, 65_536, 0];
const MAX_FRAGMENTS: [usize; 6] = [4, 131_072, 1, 0, 20, 131_072];
const MILLISECONDS: [u64; 12] =
    [1, 300, 5_000, 10_000, 20_000, 25_000, 0, 4_999, 9_999, 15_000, 19_999, 1_000];
const TEXTS: [&str; 4] = [
    "said unasked",
    "",
    "\u{20ac}",
    "a text of more than a hundred and \
    twenty-five bytes, so that the header of its frame has to have the second of the three forms \
    of the length",
];
/// Bytes of one stream.
const MAX_STREAM: usize = 300_000;
/// Bytes of one frame sent again and again.
const MAX_REPEATED: usize = 10_000;

pub struct Limits {
    pub message: usize,
    pub room_message: usize,
    pub fragments: usize,
}

pub enum Step {
    Bytes(Vec<u8>),
    /// So much time goes by, then the deadline is looked at.
    Wait(Duration),
    Postpone(Duration),
    Say(&'static str),
    Close(u16),
    TurnAway,
    /// The client ends its side of TCP.
    End,
    Release,
    /// What the event loop does for jobs.
    Beat,
}

pub struct Script {
    /// Decides how the bytes are cut.
    pub seed: u64,
    pub is_surplus: bool,
    pub limits: Limits,
    pub steps: Vec<Step>,
}

impl Script {
    pub fn read(input: &mut Input) -> Self {
        let seed = u64::from(input.byte());
        let start = input.byte();
        let limits = Limits {
            message: input.choose(&MAX_MESSAGE),
            room_message: input.choose(&MAX_ROOM_MESSAGE),
            fragments: input.choose(&MAX_FRAGMENTS),
        };
        let mut script = Self { seed, is_surplus: start > 248, limits, steps: Vec::new() };
        let mut size = 0;
        if start < 200 {
            let path = PATHS[usize::from(start) % 4];
            script.send(upgrade(path), &mut size);
        }
        while !input.is_empty() && size < MAX_STREAM {
            script.read_step(input, &mut size);
        }
        script
    }

    fn read_step(&mut self, input: &mut Input, size: &mut usize) {
        let step = match input.byte() {
            0..160 => return self.send(frames::frame(input), size),
            160..196 => return self.send(heads::head(input), size),
            196..204 => {
                let few = usize::from(input.byte());
                return self.send(input.take(few).to_vec(), size);
            }
            204..210 => {
                let (count, frame) = (usize::from(input.byte()), frames::frame(input));
                let count = count.min(MAX_REPEATED / frame.len());
                return self.send(frame.repeat(count), size);
            }
            210..222 => Step::Wait(Duration::from_millis(input.choose(&MILLISECONDS))),
            222..230 => Step::Say(input.choose(&TEXTS)),
            230..234 => Step::Close(input.choose(&[1000, 1001, 1008, 1011])),
            234..236 => Step::TurnAway,
            236..238 => Step::End,
            238..242 => Step::Postpone(Duration::from_millis(input.choose(&MILLISECONDS))),
            242..247 => Step::Release,
            247..255 => Step::Beat,
            255 => return self.send(input.take_rest().to_vec(), size),
        };
        self.steps.push(step);
    }

    /// Bytes behind bytes are one step: how they are cut is not for the script to say.
    fn send(&mut self, bytes: Vec<u8>, size: &mut usize) {
        *size += bytes.len();
        match self.steps.last_mut() {
            Some(Step::Bytes(before)) => before.extend(bytes),
            _ => self.steps.push(Step::Bytes(bytes)),
        }
    }
}

fn upgrade(path: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .into_bytes()
}
