//! What a client does when its time has come.

use std::time::{Duration, Instant};

use super::client::{Client, Outcome, PATIENCE, Stage};
use super::ground::Ground;
use super::mischief::{Deed, Wages};
use super::plan::{End, Place};
use super::wire::{self, CLOSE, FIN, PING, PONG, TEXT};
use super::{room, words};
use crate::link;

/// How long a room is not read by one who means to be too slow for it.
const DEAF: Duration = Duration::from_secs(14);
/// The first of a flood comes when the one who does not read is in.
const BEFORE_FLOOD: Duration = Duration::from_secs(1);

impl Client {
    /// Says what it wants.
    pub fn ask(&mut self, ground: &Ground) {
        match self.deed() {
            Some(Deed::Request(bytes)) => self.out.extend(bytes),
            _ if self.plan.place == Place::Page => {
                let host = ground.address;
                self.out.extend(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").bytes());
            }
            _ => {
                let request = link::upgrade_request(ground.address, self.plan.place.path());
                self.out.extend(request.bytes());
            }
        }
        self.write();
    }

    /// The server has let it in, or has given it the page.
    pub fn opened(&mut self, now: Instant) {
        let wait = match self.plan.speaks_first {
            true => Duration::ZERO,
            false => self.pause(),
        };
        self.act_at = now + if self.plan.floods { BEFORE_FLOOD } else { wait };
        match self.deed() {
            Some(Deed::Deaf) => {
                self.deaf_until = Some(now + DEAF);
                self.end_at = now + DEAF + Duration::from_secs(3);
            }
            Some(_) => self.act_at = now + Duration::from_millis(self.random.below(2000)),
            None => {}
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, ground: &mut Ground, now: Instant) -> Outcome {
        if self.plan.sip != usize::MAX {
            self.write();
        }
        if self.plan.end == End::Reset && now >= self.end_at {
            return self.reset();
        }
        if let (Some(place), Some(member)) = (self.plan.place.room(), &mut self.member) {
            ground.rooms[place].settle(member)?;
        }
        match self.stage {
            Stage::Open => self.tick_open(ground, now)?,
            Stage::Leaving if self.own.is_empty() => self.say_goodbye(ground, now),
            _ if now >= self.deadline => {
                self.check_all_came()?;
                return Err(format!("waits for something that never comes ({:?})", self.stage));
            }
            _ => {}
        }
        if self.deaf_until.is_some_and(|until| now >= until) {
            self.deaf_until = None;
            return self.read(ground, now);
        }
        Ok(None)
    }

    fn tick_open(&mut self, ground: &mut Ground, now: Instant) -> Result<(), String> {
        let is_greeted = self.member.as_ref().is_none_or(|member| member.guest.is_some());
        if self.plan.place == Place::Chat && !is_greeted {
            return Ok(()); // only the greeting tells how the room will call it
        }
        match self.deed() {
            Some(Deed::Deaf) if now < self.end_at => {}
            Some(Deed::Mute | Deed::Request(_)) => {}
            None | Some(Deed::Deaf) if now >= self.end_at && self.plan.end != End::Wait => {
                self.begin_to_leave(now);
            }
            _ if now < self.act_at => {}
            Some(Deed::Frames(make)) => {
                self.out.extend(make());
                self.must_hear_all_till_now(ground);
                self.stage = Stage::Closing;
                self.set_patience(now);
            }
            Some(Deed::Pings) => self.send_pings(now),
            Some(Deed::Deaf) => {}
            None if self.plan.floods => self.flood(ground, now),
            None => self.speak(ground, now),
        }
        self.write();
        Ok(())
    }

    /// One more message, or another page.
    fn speak(&mut self, ground: &mut Ground, now: Instant) {
        let place = self.plan.place;
        self.act_at = now + self.pause();
        match place {
            Place::Page if self.pages == 3 => self.end_at = now,
            Place::Page => {
                self.pages += 1;
                (self.stage, self.deadline) = (Stage::Asking, now + PATIENCE);
                self.ask(ground);
            }
            Place::Progress => {}
            _ if self.random.once_in(8) => {
                let payload = self.random.number().to_be_bytes();
                wire::encode(FIN | PING, &payload, self.random.key(), &mut self.out);
                self.due.push_back((PONG, payload.to_vec()));
            }
            // A few at once: their order is to stay.
            _ => {
                for _ in 0..1 + self.random.below(4) * self.random.below(2) {
                    self.say(ground, now);
                }
            }
        }
    }

    fn say(&mut self, ground: &mut Ground, now: Instant) {
        let place = self.plan.place;
        let number = self.messages + 1;
        let (opcode, mut payload) = words::message(place, self.number, number, &mut self.random);
        if self.plan.sip != usize::MAX {
            payload.truncate(40);
            let whole = str::from_utf8(&payload).map_or_else(|error| error.valid_up_to(), str::len);
            if opcode == TEXT {
                payload.truncate(whole);
            }
        }
        let ping = words::encode(opcode, &payload, &mut self.random, &mut self.out);
        self.due.extend(ping.map(|ping| (PONG, ping)));
        if place == Place::Echo {
            self.messages = number;
            self.due.push_back((opcode, payload));
        } else {
            self.note_said(&payload, ground, now);
        }
    }

    /// The room will say this.
    pub fn note_said(&mut self, payload: &[u8], ground: &mut Ground, now: Instant) {
        let Some(place) = self.plan.place.room() else {
            return;
        };
        let mut message = Vec::new();
        if let Some(guest) = self.member.as_ref().and_then(|member| member.guest) {
            message.extend(format!("guest {guest}: ").bytes());
        }
        message.extend(payload);
        self.messages += 1;
        ground.tally.said += 1;
        self.own.push_back(room::mark(&message));
        let is_timed = !self.plan.floods && self.plan.sip == usize::MAX;
        ground.rooms[place].say(self.number, self.messages, &message, now, is_timed);
    }

    pub fn begin_to_leave(&mut self, now: Instant) {
        if self.stage == Stage::Open {
            (self.stage, self.deadline) = (Stage::Leaving, now + PATIENCE);
        }
    }

    fn say_goodbye(&mut self, ground: &mut Ground, now: Instant) {
        self.must_hear_all_till_now(ground);
        (self.stage, self.deadline) = (Stage::Closing, now + PATIENCE);
        if self.plan.end != End::Fin {
            self.plan.end = End::Close;
            self.close_code = match self.random.below(4) {
                0 => None,
                1 => Some(3000 + self.random.below(2000) as u16),
                _ => Some(1000),
            };
            let payload = self.close_code.map(u16::to_be_bytes);
            let payload = payload.as_ref().map_or(&[][..], |code| code);
            wire::encode(FIN | CLOSE, payload, self.random.key(), &mut self.out);
        }
        self.write();
    }

    /// What the witness has heard by now was said before anything that this client sends now.
    pub fn must_hear_all_till_now(&mut self, ground: &Ground) {
        if let (Some(place), Some(member)) = (self.plan.place.room(), &mut self.member) {
            ground.rooms[place].begin_to_leave(member);
        }
    }

    pub fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::Leaving)
    }

    fn pause(&mut self) -> Duration {
        let mean = self.plan.pause.min(Duration::from_secs(3600));
        mean.mul_f64(0.2 + 1.6 * self.random.share())
    }

    /// What is no good has its own patience.
    pub fn set_patience(&mut self, now: Instant) {
        if let Some(mischief) = self.plan.mischief {
            self.deadline = now + mischief.patience();
        }
        if self.wages() == Some(Wages::Nothing) {
            self.plan.end = End::Wait;
        }
    }
}
