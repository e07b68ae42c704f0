//! Who is in a room, and whether it hears what was said there.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::room::{Entry, Mark, Room, shown};

/// How far back a newcomer's first message is looked behind for one that it should have heard.
const LOOK_BACK: usize = 1000;

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
