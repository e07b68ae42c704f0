//! What the server is for: two rooms, and a job that tells how far it is.
//! Knows clients by their number only.

use crate::frame::{self, Opcode};
use crate::message::{CloseCode, Failure, Message};
use std::collections::HashMap;
use std::mem;
use std::time::{Duration, Instant};

pub type ClientId = usize;

/// Joins and leaves that are announced in a beat: clients that come and go at
/// once must not drown the room.
const MAX_ANNOUNCED: usize = 100;

/// How long the job at `/progress` takes.
const JOB: Duration = Duration::from_secs(5);

/// What is behind a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Endpoint {
    Echo,
    Chat,
    Draw,
    Progress,
}

impl Endpoint {
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/websocket" => Some(Self::Echo),
            "/chat" => Some(Self::Chat),
            "/draw" => Some(Self::Draw),
            "/progress" => Some(Self::Progress),
            _ => None,
        }
    }

    pub fn is_room(self) -> bool {
        matches!(self, Self::Chat | Self::Draw)
    }
}

/// What one member says all of them hear, in the same order.
#[derive(Default)]
struct Room {
    /// Each member with its guest number.
    members: HashMap<ClientId, u64>,
    /// Frames that wait to be sent to every member.
    news: Vec<u8>,
}

impl Room {
    fn say(&mut self, opcode: Opcode, payload: &[u8]) {
        frame::encode(opcode, payload, &mut self.news);
    }
}

struct Job {
    started: Instant,
    /// What the client was told last.
    percent: u8,
}

#[derive(Default)]
pub struct App {
    chat: Room,
    board: Room,
    jobs: HashMap<ClientId, Job>,
    /// How many guests there have been.
    guests: u64,
    /// Joins and leaves announced since the last beat.
    announced: usize,
}

impl App {
    /// A client has been upgraded. What it alone is told is appended to
    /// `out`.
    pub fn enter(
        &mut self,
        client: ClientId,
        endpoint: Endpoint,
        now: Instant,
        out: &mut Vec<u8>,
    ) {
        match endpoint {
            Endpoint::Echo => {}
            Endpoint::Chat => {
                self.guests += 1;
                let guest = self.guests;
                let greeting = format!("you are guest {guest}");
                frame::encode(Opcode::Text, greeting.as_bytes(), out);
                self.chat.members.insert(client, guest);
                self.announce(guest, "joined");
            }
            Endpoint::Draw => {
                self.board.members.insert(client, 0);
            }
            Endpoint::Progress => {
                frame::encode(Opcode::Text, b"0", out);
                let job = Job {
                    started: now,
                    percent: 0,
                };
                self.jobs.insert(client, job);
            }
        }
    }

    /// A client sent a message: its room hears it. Gives the bytes that this
    /// adds to what each member of the room must be sent.
    pub fn receive(
        &mut self,
        client: ClientId,
        endpoint: Endpoint,
        message: &Message,
    ) -> Result<usize, Failure> {
        let before = self.news_size();
        match (endpoint, message.opcode) {
            (Endpoint::Chat, Opcode::Text) => {
                let guest = self.chat.members.get(&client).unwrap_or(&0);
                let mut line = format!("guest {guest}: ").into_bytes();
                line.extend_from_slice(message.payload);
                self.chat.say(Opcode::Text, &line);
            }
            (Endpoint::Draw, Opcode::Binary) => {
                self.board.say(Opcode::Binary, message.payload);
            }
            (Endpoint::Echo | Endpoint::Progress, _) => {}
            _ => {
                let reason = "not the kind of message for this room (M8)";
                return Err(Failure::new(CloseCode::UNSUPPORTED_DATA, reason));
            }
        }
        Ok(self.news_size() - before)
    }

    /// A client is gone, or will be sent nothing more (C5). To say so again
    /// does no harm.
    pub fn leave(&mut self, client: ClientId) {
        if let Some(guest) = self.chat.members.remove(&client) {
            self.announce(guest, "left");
        }
        self.board.members.remove(&client);
        self.jobs.remove(&client);
    }

    /// A beat has passed. Gives the clients that are to be told, and how many
    /// percent of its job are done for each. At 100 the job is over.
    pub fn advance(&mut self, now: Instant) -> Vec<(ClientId, u8)> {
        self.announced = 0;
        let mut news = Vec::new();
        for (&client, job) in &mut self.jobs {
            let done = now.duration_since(job.started).as_secs_f64();
            let percent = (done / JOB.as_secs_f64() * 100.0).min(100.0) as u8;
            if percent > job.percent {
                job.percent = percent;
                news.push((client, percent));
            }
        }
        self.jobs.retain(|_, job| job.percent < 100);
        news
    }

    pub fn has_jobs(&self) -> bool {
        !self.jobs.is_empty()
    }

    /// Bytes that the rooms have to say.
    pub fn news_size(&self) -> usize {
        self.chat.news.len() + self.board.news.len()
    }

    /// Takes what the rooms have to say: the frames, and to whom.
    pub fn take_news(&mut self) -> Vec<(Vec<u8>, Vec<ClientId>)> {
        let mut all = Vec::new();
        for room in [&mut self.chat, &mut self.board] {
            if !room.news.is_empty() {
                let members = room.members.keys().copied().collect();
                all.push((mem::take(&mut room.news), members));
            }
        }
        all
    }

    fn announce(&mut self, guest: u64, what: &str) {
        if self.announced == MAX_ANNOUNCED {
            return;
        }
        self.announced += 1;
        let here = self.chat.members.len();
        let line = format!("guest {guest} {what}, {here} here");
        self.chat.say(Opcode::Text, line.as_bytes());
    }
}
