//! What was said in a room, in its order. Why this proves anything is told in the module above.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::time::Instant;

use super::member::Member;

/// What stands for a message: no two messages of a plan have the same bytes.
pub type Mark = u64;

/// How much of a message a complaint shows.
const SHOWN: usize = 60;

pub fn mark(message: &[u8]) -> Mark {
    let mut hasher = DefaultHasher::new();
    hasher.write(message);
    hasher.finish()
}

/// Said by a client of ours; not heard yet.
struct Said {
    client: u64,
    /// Which of this client's messages it is, from 1.
    number: u64,
    at: Instant,
    /// It waits for nothing but its way, so its time counts as latency.
    is_timed: bool,
}

/// A message as the witness heard it.
pub(super) struct Entry {
    pub(super) mark: Mark,
    pub(super) said_at: Option<Instant>,
    pub(super) is_timed: bool,
    pub(super) text: String,
}

#[derive(Default)]
pub struct Room {
    pub(super) log: Vec<Entry>,
    pub(super) places: HashMap<Mark, usize>,
    said: HashMap<Mark, Said>,
    /// The last message of each client that the witness heard.
    last: HashMap<u64, u64>,
    /// Where in the log a guest's "joined" stands.
    pub(super) joins: HashMap<u64, usize>,
    /// How many members the room itself counted when it last said so.
    pub here: Option<u64>,
    /// Gone, and not all that they heard is in the log yet.
    pub(super) leavers: Vec<Member>,
}

impl Room {
    /// A client is about to send what the room will hear as `message`.
    pub fn say(&mut self, client: u64, number: u64, message: &[u8], at: Instant, is_timed: bool) {
        self.said.insert(mark(message), Said { client, number, at, is_timed });
    }

    pub fn len(&self) -> usize {
        self.log.len()
    }

    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    /// The witness hears a message: so it stands in the one order of the room.
    pub fn witness(&mut self, message: &[u8]) -> Result<(), String> {
        let (mark, text) = (mark(message), shown(message));
        if let Some(place) = self.places.insert(mark, self.log.len()) {
            return Err(format!("the room said {text} twice, as message {place} and again"));
        }
        let said = self.said.remove(&mark);
        match &said {
            Some(Said { client, number, .. }) => {
                let last = self.last.insert(*client, *number).unwrap_or(0);
                if last + 1 != *number {
                    return Err(format!(
                        "message {number} of client {client} came behind its message {last}: {text}"
                    ));
                }
            }
            None => self.note_line(message).ok_or(format!("the room said {text}: nobody did"))?,
        }
        let is_timed = said.as_ref().is_some_and(|said| said.is_timed);
        let said_at = said.map(|said| said.at);
        self.log.push(Entry { mark, said_at, is_timed, text });
        Ok(())
    }

    /// A line of the room itself: "guest 7 joined, 12 here".
    fn note_line(&mut self, message: &[u8]) -> Option<()> {
        let text = str::from_utf8(message).ok()?;
        let (guest, rest) = text.strip_prefix("guest ")?.split_once(' ')?;
        let (what, here) = rest.strip_suffix(" here")?.split_once(", ")?;
        match what {
            "joined" => drop(self.joins.insert(guest.parse().ok()?, self.log.len())),
            "left" => {}
            _ => return None,
        }
        self.here = Some(here.parse().ok()?);
        Some(())
    }
}

/// The front of a message, for people.
pub fn shown(message: &[u8]) -> String {
    let front = String::from_utf8_lossy(&message[..message.len().min(SHOWN)]).into_owned();
    format!("{front:?} ({} bytes)", message.len())
}
