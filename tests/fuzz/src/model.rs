//! What a server has to say, worked out in the plainest way: all that came and is not dealt with
//! is looked at again whenever more comes.

use std::mem;
use std::time::Duration;

use crate::asked::{Asked, Head, first_head};
use crate::naive;
use crate::said::{Said, frame_size, page_size};
use crate::script::{Limits, Step};

const HANDSHAKE: Duration = Duration::from_secs(10);
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
const CLOSE: Duration = Duration::from_secs(5);
const JOB: Duration = Duration::from_secs(5);
/// Bytes of pages after which a client who does not wait for them gets no more.
const MAX_PAGES: usize = 65_536;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    Http,
    Open,
    Closing,
    Finished,
}

#[derive(Clone)]
struct Message {
    opcode: u8,
    fragments: usize,
    bytes: Vec<u8>,
}

struct Job {
    started: Duration,
    percent: u8,
}

pub struct Model<'a> {
    limits: &'a Limits,
    is_surplus: bool,
    pub phase: Phase,
    /// The path of the upgrade.
    path: String,
    /// What came and is not dealt with.
    rest: Vec<u8>,
    message: Option<Message>,
    now: Duration,
    deadline: Duration,
    pinged: bool,
    job: Option<Job>,
    is_member: bool,
    /// What is said in this step, to the client and in its room.
    pub out: Vec<Said>,
    pub news: Vec<Said>,
    /// Bytes that the client's messages put into its room in this step.
    pub said: usize,
    pages: usize,
}

impl<'a> Model<'a> {
    pub fn new(limits: &'a Limits, is_surplus: bool) -> Self {
        Self {
            limits,
            is_surplus,
            phase: Phase::Http,
            path: String::new(),
            rest: Vec::new(),
            message: None,
            now: Duration::ZERO,
            deadline: HANDSHAKE,
            pinged: false,
            job: None,
            is_member: false,
            out: Vec::new(),
            news: Vec::new(),
            said: 0,
            pages: 0,
        }
    }

    /// False: the client is dropped.
    pub fn step(&mut self, step: &Step) -> bool {
        (self.pages, self.said) = (0, 0);
        self.out.clear();
        self.news.clear();
        let mut stays = true;
        match step {
            Step::Bytes(bytes) => self.receive(bytes),
            Step::Wait(time) => {
                self.now += *time;
                stays = self.now < self.deadline || self.is_late();
            }
            Step::Postpone(time) => self.deadline += *time,
            Step::Say(text) => self.say(1, text.as_bytes()),
            Step::Close(code) => self.close(*code),
            Step::TurnAway => match self.phase {
                Phase::Http if self.rest.is_empty() => self.finish(),
                Phase::Http => self.refuse(503, true),
                _ => self.close(1001),
            },
            Step::End if self.phase != Phase::Finished => self.finish(),
            Step::Beat => self.beat(),
            Step::End | Step::Release => {}
        }
        if self.phase != Phase::Open || !stays {
            self.job = None;
            if mem::take(&mut self.is_member) && self.path == "/chat" {
                self.news.push(Said::frame(1, b"guest 1 left, 0 here"));
            }
        }
        stays
    }

    /// Bytes that a message may have.
    pub fn max_message(&self) -> usize {
        match self.path == "/chat" || self.path == "/draw" {
            true => self.limits.room_message,
            false => self.limits.message,
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        if self.phase == Phase::Http && self.rest.is_empty() && !bytes.is_empty() {
            self.deadline = self.now + HANDSHAKE;
        }
        self.rest.extend_from_slice(bytes);
        while self.phase == Phase::Http && self.take_head() {}
        let mut heard = false;
        while matches!(self.phase, Phase::Open | Phase::Closing) && self.take_frame() {
            heard = true;
        }
        if heard && self.phase == Phase::Open {
            self.wait_for_silence();
        }
    }

    fn take_head(&mut self) -> bool {
        match first_head(&self.rest) {
            Head::More => return false,
            Head::Fault(status) => self.refuse(status, true),
            Head::Whole(size, asked) => {
                self.rest.drain(..size);
                self.deadline = self.now + HANDSHAKE;
                self.answer(&asked);
            }
        }
        true
    }

    fn answer(&mut self, asked: &Asked) {
        let has_body = asked.method != "HEAD";
        let status = match asked.is_for_websocket() {
            _ if self.is_surplus => 503,
            true => asked.upgrade_status(&[], &[]),
            false => asked.page_status(),
        };
        match status {
            101 => self.upgrade(asked.path()),
            200 => {
                let stays = asked.stays() && self.pages < MAX_PAGES;
                self.out.push(Said::Answer { status, has_body, stays });
                self.pages += page_size(has_body, stays);
                if !stays {
                    self.finish();
                }
            }
            status => self.refuse(status, has_body),
        }
    }

    fn upgrade(&mut self, path: &str) {
        self.out.push(Said::Upgrade);
        self.phase = Phase::Open;
        self.path = path.to_string();
        self.wait_for_silence();
        self.is_member = path == "/chat" || path == "/draw";
        match path {
            "/chat" => {
                self.out.push(Said::frame(1, b"you are guest 1"));
                self.news.push(Said::frame(1, b"guest 1 joined, 1 here"));
            }
            "/progress" => {
                self.out.push(Said::frame(1, b"0"));
                self.job = Some(Job { started: self.now, percent: 0 });
            }
            _ => {}
        }
    }

    /// True: there was one, and it was right.
    fn take_frame(&mut self) -> bool {
        if self.rest.len() < 2 {
            return false;
        }
        let come = self.message.as_ref().map_or(0, |message| message.bytes.len());
        let space = self.max_message().saturating_sub(come) as u64;
        let ((fin, opcode, payload), length, here) = match naive::one_frame(&self.rest, space) {
            Ok(Some(frame)) => frame,
            Ok(None) => return false,
            Err(rule) => return self.fail(if rule == "F7" { 1009 } else { 1002 }),
        };
        let whole = here as u64 == length;
        let size = naive::header_size(&self.rest) + here;
        if opcode >= 8 {
            if whole {
                self.rest.drain(..size);
            }
            return whole && self.control(opcode, &payload);
        }
        let mut message = match (&self.message, opcode) {
            (None, 0) | (Some(_), 1 | 2) => return self.fail(1002), // M2, M3
            (Some(message), _) => message.clone(),
            (None, opcode) => Message { opcode, fragments: 0, bytes: Vec::new() },
        };
        message.fragments += 1;
        message.bytes.extend(payload);
        if message.fragments > self.limits.fragments {
            return self.fail(1008); // M5
        }
        if message.opcode == 1 && is_bad_text(&message.bytes, whole && fin) {
            return self.fail(1007); // M6, M7
        }
        if !whole {
            return false;
        }
        self.rest.drain(..size);
        if !fin {
            self.message = Some(message);
            return true;
        }
        self.message = None;
        self.phase != Phase::Open || self.hear(message.opcode, &message.bytes)
    }

    fn control(&mut self, opcode: u8, payload: &[u8]) -> bool {
        match (opcode, payload) {
            (9, _) => self.out.push(Said::frame(10, payload)),
            (8, []) => self.closed_with(None),
            (8, [_]) => return self.fail(1002), // C1
            (8, [high, low, reason @ ..]) => {
                let code = u16::from(*high) * 256 + u16::from(*low);
                if !matches!(code, 1000..1004 | 1007..1015 | 3000..5000) {
                    return self.fail(1002); // C2
                }
                if std::str::from_utf8(reason).is_err() {
                    return self.fail(1007); // C3
                }
                self.closed_with(Some(if code == 1010 { 1000 } else { code }));
            }
            _ => {}
        }
        true
    }

    fn closed_with(&mut self, answer: Option<u16>) {
        if self.phase == Phase::Open {
            self.out.push(Said::Close(answer));
        }
        self.finish();
    }

    fn hear(&mut self, opcode: u8, payload: &[u8]) -> bool {
        let before = self.news.len();
        match (self.path.as_str(), opcode) {
            ("/websocket", _) => self.out.push(Said::frame(opcode, payload)),
            ("/chat", 1) => {
                let line = [b"guest 1: ", payload].concat();
                self.news.push(Said::frame(1, &line));
            }
            ("/draw", 2) => self.news.push(Said::frame(2, payload)),
            ("/progress", _) => {}
            _ => return self.fail(1003), // M8
        }
        self.said += self.news[before..].iter().map(frame_size).sum::<usize>();
        true
    }

    /// False: the client is dropped.
    fn is_late(&mut self) -> bool {
        match self.phase {
            Phase::Http if self.rest.is_empty() => return false,
            Phase::Http => self.refuse(408, true),
            Phase::Open if !self.pinged => {
                self.out.push(Said::frame(9, b""));
                self.pinged = true;
                self.deadline = self.now + PING_TIMEOUT;
            }
            Phase::Open => {
                self.fail(1011);
            }
            Phase::Closing | Phase::Finished => return false,
        }
        true
    }

    fn beat(&mut self) {
        let Some(job) = &mut self.job else { return };
        let done = (self.now - job.started).as_secs_f64() / JOB.as_secs_f64();
        let percent = (done * 100.0).min(100.0) as u8;
        if percent > job.percent {
            job.percent = percent;
            self.say(1, percent.to_string().as_bytes());
        }
        if percent == 100 {
            self.job = None;
            self.close(1000);
        }
    }

    fn say(&mut self, opcode: u8, payload: &[u8]) {
        if self.phase == Phase::Open {
            self.out.push(Said::frame(opcode, payload));
        }
    }

    fn close(&mut self, code: u16) {
        if self.phase == Phase::Open {
            self.out.push(Said::Close(Some(code)));
            self.phase = Phase::Closing;
            self.deadline = self.now + CLOSE;
        }
    }

    fn fail(&mut self, code: u16) -> bool {
        self.close(code);
        self.finish();
        false
    }

    fn refuse(&mut self, status: u16, has_body: bool) {
        self.out.push(Said::Answer { status, has_body, stays: false });
        self.finish();
    }

    fn finish(&mut self) {
        self.phase = Phase::Finished;
        self.deadline = self.now + CLOSE;
        self.message = None;
        self.rest.clear();
    }

    fn wait_for_silence(&mut self) {
        self.pinged = false;
        self.deadline = self.now + PING_INTERVAL;
    }
}

/// Whether nothing that could come would make it UTF-8. The `end` leaves nothing to come.
fn is_bad_text(bytes: &[u8], end: bool) -> bool {
    let is_text = |more: &[u8]| std::str::from_utf8(&[bytes, more].concat()).is_ok();
    let ends = [0x80, 0x90, 0xa0].map(|first| [first, 0x80, 0x80]);
    let could_be = || ends.iter().any(|more| (1..4).any(|size| is_text(&more[..size])));
    !is_text(b"") && (end || !could_be())
}
