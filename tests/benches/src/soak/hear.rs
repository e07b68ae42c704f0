//! What a client hears: is it what it must hear?

use std::time::Instant;

use super::client::{Client, Stage};
use super::ground::Ground;
use super::member::Member;
use super::mischief::{Deed, Wages};
use super::plan::{End, Place};
use super::room;
use super::wire::{self, BINARY, CLOSE, FIN, PING, PONG, TEXT};
use crate::link;

impl Client {
    /// Looks at all that has come whole.
    pub fn take_input(&mut self, ground: &mut Ground, now: Instant) -> Result<(), String> {
        let input = std::mem::take(&mut self.input);
        let mut taken = 0;
        while taken < input.len() {
            let size = match self.stage {
                Stage::Asking => self.take_response(&input[taken..], ground, now)?,
                Stage::Over => return Err("something came behind the last word".into()),
                _ if self.plan.place == Place::Page => {
                    return Err("a response that nobody asked for".into());
                }
                _ => match wire::parse(&input[taken..])? {
                    Some((opcode, payload)) => {
                        let end = payload.end;
                        let payload = &input[taken..][payload];
                        self.take_frame(opcode, payload, ground, now)?;
                        Some(end)
                    }
                    None => None,
                },
            };
            match size {
                Some(size) => taken += size,
                None => break,
            }
        }
        self.input = input[taken..].to_vec();
        Ok(())
    }

    /// Gives the size of the response if it is whole.
    fn take_response(
        &mut self,
        input: &[u8],
        ground: &mut Ground,
        now: Instant,
    ) -> Result<Option<usize>, String> {
        let asks_page = self.plan.place == Place::Page;
        if asks_page || matches!(self.wages(), Some(Wages::Status(_) | Wages::Nothing)) {
            let Some((status, size)) = wire::parse_response(input)? else {
                return Ok(None);
            };
            return self.take_status(status, &input[..size], ground, now).map(|()| Some(size));
        }
        let Some(end) = input.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            return link::check_upgrade(input).map(|_| None);
        };
        link::check_upgrade(&input[..end + 4])?;
        self.stage = Stage::Open;
        self.opened(now);
        if self.plan.place.room().is_some() {
            self.member = Some(Member::new(self.name(), now));
        }
        Ok(Some(end + 4))
    }

    fn take_status(
        &mut self,
        status: u16,
        response: &[u8],
        ground: &mut Ground,
        now: Instant,
    ) -> Result<(), String> {
        match self.plan.mischief {
            Some(mischief) if mischief.wages == Wages::Status(status) => {
                ground.tally.wage(mischief.name, status.to_string());
                (self.gone, self.stage) = (Some("hostile"), Stage::Over);
            }
            None if status == 200 => {
                ground.tally.others += 1;
                if ground.page.get_or_insert_with(|| response.to_vec()) != response {
                    return Err("got another page than the others".into());
                }
                self.stage = Stage::Open;
                self.opened(now);
            }
            _ => return Err(format!("got the status {status}")),
        }
        Ok(())
    }

    fn take_frame(
        &mut self,
        opcode: u8,
        payload: &[u8],
        ground: &mut Ground,
        now: Instant,
    ) -> Result<(), String> {
        match (opcode, self.plan.place) {
            (PING, _) => {
                ground.tally.others += 1;
                self.answer_ping(payload);
                Ok(())
            }
            (CLOSE, _) => self.take_close(payload, ground, now),
            (TEXT | BINARY, Place::Chat | Place::Draw) => self.take_news(opcode, payload, ground),
            (TEXT, Place::Progress) => self.take_percent(payload, ground),
            _ => {
                if opcode == PONG {
                    ground.tally.others += 1;
                } else {
                    ground.tally.echoes += 1;
                }
                let due = self.due.pop_front();
                if due.as_ref().is_some_and(|(due, bytes)| *due == opcode && bytes == payload) {
                    return Ok(());
                }
                let due = due.map(|(opcode, bytes)| (opcode, room::shown(&bytes)));
                let came = (opcode, room::shown(payload));
                Err(format!("got opcode and payload {came:?}, not {due:?}"))
            }
        }
    }

    fn take_news(&mut self, opcode: u8, payload: &[u8], ground: &mut Ground) -> Result<(), String> {
        let (place, mark) = (self.plan.place, room::mark(payload));
        let expected = if place == Place::Chat { TEXT } else { BINARY };
        if opcode != expected {
            return Err(format!("heard {} with the opcode {opcode}", room::shown(payload)));
        }
        let (Some(room), Some(member)) = (place.room(), &mut self.member) else {
            return Err("heard a room that it is not in".into());
        };
        if place == Place::Chat && member.guest.is_none() {
            let guest = str::from_utf8(payload).ok().and_then(|text| {
                let number = text.strip_prefix("you are guest ")?;
                number.parse().ok()
            });
            let other = || format!("was greeted with {}", room::shown(payload));
            member.guest = Some(guest.ok_or_else(other)?);
            return Ok(());
        }
        let room = &mut ground.rooms[room];
        if self.is_witness {
            ground.tally.deliver(None);
            return room.witness(payload);
        }
        let latency = room.hear(member, mark, payload)?;
        ground.tally.deliver(latency.filter(|_| self.plan.mischief.is_none()));
        if self.own.front() == Some(&mark) {
            self.own.pop_front();
        }
        Ok(())
    }

    fn take_percent(&mut self, payload: &[u8], ground: &mut Ground) -> Result<(), String> {
        ground.tally.others += 1;
        let percent = str::from_utf8(payload).ok().and_then(|text| text.parse::<u8>().ok());
        let is_next = match (self.percent, percent) {
            (None, Some(0)) => true,
            (Some(last), Some(next)) => last < next && next <= 100,
            _ => false,
        };
        if !is_next {
            let (last, came) = (self.percent, room::shown(payload));
            return Err(format!("was told {came} behind {last:?} percent"));
        }
        self.percent = percent;
        Ok(())
    }

    fn take_close(
        &mut self,
        payload: &[u8],
        ground: &mut Ground,
        now: Instant,
    ) -> Result<(), String> {
        let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        let said_close = self.stage == Stage::Closing && self.plan.end == End::Close;
        let is_done = self.plan.place == Place::Progress && self.percent == Some(100);
        let how = match (self.wages(), code) {
            (Some(Wages::Code(due)), Some(code)) if due == code => "hostile",
            (Some(Wages::Slow), Some(1008)) => "hostile",
            (_, Some(1001)) if ground.is_stopping => "1001",
            (_, Some(1000)) if is_done => "served",
            (wages, code) if said_close && code == self.close_code => match wages {
                None => "Close",
                Some(Wages::Peace | Wages::Slow) => "hostile",
                Some(_) => {
                    return Err(format!("was let go with {code:?}, as if all were in order"));
                }
            },
            _ => {
                let reason = String::from_utf8_lossy(payload.get(2..).unwrap_or_default());
                return Err(format!("was closed with {code:?} {reason:?} ({:?})", self.stage));
            }
        };
        let peace = said_close && matches!(self.wages(), Some(Wages::Peace));
        if peace || how == "Close" || how == "served" {
            self.check_all_came()?;
        }
        if let Some(mischief) = self.plan.mischief {
            let got = match (mischief.wages, code) {
                (Wages::Code(code), _) | (Wages::Slow, Some(code @ 1008)) => code.to_string(),
                _ => "its own Close back".to_owned(),
            };
            ground.tally.wage(mischief.name, got);
        }
        if self.stage != Stage::Closing {
            self.answer_close(payload);
        }
        self.gone = Some(how);
        self.stage = Stage::Over;
        self.deadline = now + super::client::PATIENCE;
        Ok(())
    }

    /// Answers with the same, unless it is one who does not.
    fn answer_close(&mut self, payload: &[u8]) {
        if !matches!(self.deed(), Some(Deed::Mute)) {
            let code = payload.get(..2).unwrap_or_default();
            wire::encode(FIN | CLOSE, code, self.random.key(), &mut self.out);
            self.write();
        }
    }

    fn answer_ping(&mut self, payload: &[u8]) {
        let is_mute = matches!(self.deed(), Some(Deed::Mute));
        if !is_mute && matches!(self.stage, Stage::Open | Stage::Leaving) {
            wire::encode(FIN | PONG, payload, self.random.key(), &mut self.out);
            self.write();
        }
    }
}
