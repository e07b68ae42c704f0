//! What was said in a room, and who has heard it. The argument is in the module above.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::time::{Duration, Instant};

/// What stands for a message: no two messages of a plan have the same bytes.
pub type Mark = u64;

/// How far back a newcomer's first message is looked behind for one that it should have heard.
const LOOK_BACK: usize = 1000;

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
struct Entry {
    mark: Mark,
    said_at: Option<Instant>,
    is_timed: bool,
    text: String,
}

#[derive(Default)]
pub struct Room {
    log: Vec<Entry>,
    places: HashMap<Mark, usize>,
    said: HashMap<Mark, Said>,
    /// The last message of each client that the witness heard.
    last: HashMap<u64, u64>,
    /// Where in the log a guest's "joined" stands.
    joins: HashMap<u64, usize>,
    /// How many members the room itself counted when it last said so.
    pub here: Option<u64>,
    /// Gone, and not all that they heard is in the log yet.
    leavers: Vec<Member>,
}

/// A client in a room.
pub struct Member {
    pub name: String,
    /// When it was surely in.
    entered: Instant,
    /// Where in the log the first message that it heard stands, and the next that it must hear.
    first: Option<usize>,
    next: usize,
    /// What it heard before the witness did.
    ahead: VecDeque<(Mark, String)>,
    pub guest: Option<u64>,
    /// It must have heard all before this place.
    must_reach: usize,
}

impl Member {
    pub fn new(name: String, entered: Instant) -> Self {
        let ahead = VecDeque::new();
        Self { name, entered, first: None, next: 0, ahead, guest: None, must_reach: 0 }
    }
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

    /// A member hears a message. Gives how long its way was, if that is known by now.
    pub fn hear(
        &self,
        member: &mut Member,
        mark: Mark,
        message: &[u8],
    ) -> Result<Option<Duration>, String> {
        // Nearly always: the witness has heard it already, and it is the next.
        if member.ahead.is_empty()
            && member.first.is_some()
            && let Some(entry) = self.log.get(member.next)
            && entry.mark == mark
        {
            member.next += 1;
            let said_at = entry.said_at.filter(|_| entry.is_timed);
            return Ok(said_at.map(|at| at.elapsed()));
        }
        member.ahead.push_back((mark, shown(message)));
        self.settle(member).map(|()| None)
    }

    /// Compares what a member heard with the log, as far as the log goes.
    pub fn settle(&self, member: &mut Member) -> Result<(), String> {
        while let Some((mark, text)) = member.ahead.front() {
            let place = self.places.get(mark).copied();
            if member.first.is_none() {
                let Some(place) = place else {
                    return Ok(());
                };
                self.check_missed(member, place)?;
                (member.first, member.next) = (Some(place), place);
            }
            let Some(due) = self.log.get(member.next) else {
                return Ok(());
            };
            if due.mark != *mark {
                let what = match place {
                    Some(place) if place < member.next => "it had that before",
                    Some(_) => "that comes later, so one was lost or overtaken",
                    None => "nobody else heard that",
                };
                let due = format!("message {} of the room, {}", member.next, due.text);
                return Err(format!("heard {text}, not {due}: {what}"));
            }
            member.next += 1;
            member.ahead.pop_front();
        }
        Ok(())
    }

    /// What was sent after it was in, and stands before the first message that it heard.
    fn check_missed(&self, member: &Member, first: usize) -> Result<(), String> {
        let before = self.log[..first].iter().enumerate().rev().take(LOOK_BACK);
        let is_later = |entry: &Entry| entry.said_at.is_some_and(|at| at > member.entered);
        match before.into_iter().find(|(_, entry)| is_later(entry)) {
            Some((place, entry)) => {
                let text = &entry.text;
                Err(format!("never heard message {place} of the room, {text}, but was in already"))
            }
            None => Ok(()),
        }
    }

    /// The client begins to leave: what the witness has heard by now it must hear still.
    pub fn begin_to_leave(&self, member: &mut Member) {
        member.must_reach = self.log.len();
    }

    /// The client is gone. `properly`: what it must have heard can be told.
    pub fn leave(&mut self, mut member: Member, properly: bool) -> Result<(), String> {
        if !properly {
            member.must_reach = 0;
        }
        self.settle(&mut member)?;
        if member.ahead.is_empty() {
            return self.check_end(&member);
        }
        self.leavers.push(member);
        Ok(())
    }

    /// Looks after those who left before the witness had heard what they heard.
    pub fn settle_leavers(&mut self) -> Result<(), String> {
        for mut member in std::mem::take(&mut self.leavers) {
            let settled = self.settle(&mut member);
            settled.map_err(|error| format!("{}: {error}", member.name))?;
            if member.ahead.is_empty() {
                let checked = self.check_end(&member);
                checked.map_err(|error| format!("{}: {error}", member.name))?;
            } else {
                self.leavers.push(member);
            }
        }
        Ok(())
    }

    /// Members that have heard what the witness never did.
    pub fn open_questions(&self) -> usize {
        self.leavers.len()
    }

    fn check_end(&self, member: &Member) -> Result<(), String> {
        let join = member.guest.and_then(|guest| self.joins.get(&guest)).copied();
        let first = member.first.unwrap_or(member.must_reach);
        if let Some(join) = join.filter(|join| *join < first) {
            return Err(format!("did not hear that it joined, {}", self.log[join].text));
        }
        if member.first.is_none() {
            return self.check_missed(member, member.must_reach);
        }
        if member.next < member.must_reach {
            let (next, due) = (member.next, &self.log[member.next].text);
            return Err(format!("left without message {next} of the room, {due}"));
        }
        Ok(())
    }
}

/// The front of a message, for people.
pub fn shown(message: &[u8]) -> String {
    let front = String::from_utf8_lossy(&message[..message.len().min(SHOWN)]).into_owned();
    format!("{front:?} ({} bytes)", message.len())
}
