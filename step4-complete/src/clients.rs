//! All clients, and what is done for them in one round of the event loop.

use crate::app::{App, ClientId};
use crate::appetite;
use crate::client::Client;
use crate::connection::Connection;
use crate::flags::Flags;
use crate::message::CloseCode;
use crate::turn::Turn;
use mio::event::Event;
use mio::net::TcpStream;
use std::collections::{HashMap, VecDeque};
use std::mem;
use std::time::{Duration, Instant};

/// Bytes that may gather in the rooms before their members are sent them.
const MAX_NEWS: usize = 64 * 1024;
/// So many more clients than `--max-connections` are told that the server is
/// full (U13). Beyond them nobody is told anything.
const MAX_TURNED_AWAY: usize = 100;

/// Who has a turn coming.
#[derive(Default)]
struct Queues {
    ready: Vec<ClientId>,
    /// Those whose turns are long: the others go first.
    busy: VecDeque<ClientId>,
}

impl Queues {
    fn add(&mut self, id: ClientId, client: &mut Client) {
        client.is_listed = true;
        match client.appetite.is_busy {
            true => self.busy.push_back(id),
            false => self.ready.push(id),
        }
    }

    fn are_empty(&self) -> bool {
        self.ready.is_empty() && self.busy.is_empty()
    }

    /// Takes all, but of the busy ones only the first: then the loop looks
    /// who else has become ready. So whoever says little waits for one of
    /// them at the most, however many they are.
    fn take(&mut self) -> Vec<ClientId> {
        let mut ids = mem::take(&mut self.ready);
        ids.extend(self.busy.pop_front());
        ids
    }
}

pub struct Clients {
    pub turn: Turn,
    by_id: HashMap<ClientId, Box<Client>>,
    queues: Queues,
    /// Who spoke too fast in a room, and has a turn coming later.
    paused: Vec<ClientId>,
    /// All clients share it: each uses it up in its turn.
    buffer: Vec<u8>,
}

impl Clients {
    pub fn new(flags: Flags, now: Instant) -> Self {
        Self {
            turn: Turn::new(flags, now),
            by_id: HashMap::new(),
            queues: Queues::default(),
            paused: Vec::new(),
            buffer: vec![0; appetite::MOST],
        }
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub fn are_too_many(&self) -> bool {
        let most = self.turn.flags.max_connections;
        self.by_id.len() >= most.saturating_add(MAX_TURNED_AWAY)
    }

    /// Somebody has something to read that mio will not tell of again.
    pub fn want_turn(&self) -> bool {
        !self.queues.are_empty()
    }

    /// Something has to be done soon, though nobody says anything.
    pub fn need_beat(&self) -> bool {
        self.turn.app.has_jobs() || !self.paused.is_empty()
    }

    pub fn admit(&mut self, id: ClientId, socket: TcpStream) {
        let is_surplus = self.by_id.len() >= self.turn.flags.max_connections;
        let connection = Connection::new(id, is_surplus, &self.turn);
        let client = Client::new(connection, socket, self.turn.now);
        self.by_id.insert(id, Box::new(client));
    }

    pub fn note(&mut self, id: ClientId, event: &Event) {
        if let Some(client) = self.by_id.get_mut(&id) {
            client.readable |= event.is_readable();
            client.ended |= event.is_read_closed();
            if !client.is_listed {
                self.queues.add(id, client);
            }
        }
    }

    /// Gives those who are ready their turns.
    pub fn serve_ready(&mut self) {
        for id in self.queues.take() {
            self.serve(id);
        }
    }

    fn serve(&mut self, id: ClientId) {
        let Some(client) = self.by_id.get_mut(&id) else {
            return;
        };
        if client.serve(&mut self.buffer, &mut self.turn).is_err() {
            self.remove(id);
            return;
        }
        let is_paused = client.is_paused(&self.turn);
        client.is_listed = is_paused;
        if is_paused {
            self.paused.push(id);
        } else if client.may_be_read() {
            self.queues.add(id, client);
        }
        if !client.connection.is_open() {
            self.turn.app.leave(id);
        }
        if self.turn.app.news_size() > MAX_NEWS {
            self.deliver_news();
        }
    }

    /// Sends what was said in the rooms to their members. Whoever leaves over
    /// this is news as well.
    pub fn deliver_news(&mut self) {
        loop {
            let news = self.turn.app.take_news();
            if news.is_empty() {
                return;
            }
            for (frames, members) in news {
                for id in members {
                    self.deliver(&frames, id);
                }
            }
        }
    }

    /// Nobody waits for a slow member: one for whom too much waits has to go.
    fn deliver(&mut self, frames: &[u8], id: ClientId) {
        let Some(client) = self.by_id.get_mut(&id) else {
            return;
        };
        let turn = &mut self.turn;
        let result = if client.waiting() < turn.flags.max_outgoing {
            client.send(frames, turn.now)
        } else {
            turn.app.leave(id);
            turn.log(&format!("client {id}: closing, 1008: too slow (room)"));
            let code = CloseCode::POLICY_VIOLATION;
            client.connection.close(code, "too slow", turn);
            client.send_answers(turn)
        };
        if result.is_err() {
            self.remove(id);
        }
    }

    /// Tells of the jobs' progress, and looks at those who are paused.
    pub fn beat(&mut self) {
        self.queues.ready.append(&mut self.paused);
        for (id, percent) in self.turn.app.advance(self.turn.now) {
            let Some(client) = self.by_id.get_mut(&id) else {
                continue;
            };
            let turn = &mut self.turn;
            client.connection.send_text(&percent.to_string(), turn);
            if percent == 100 {
                client.connection.close(CloseCode::NORMAL, "done", turn);
            }
            if client.send_answers(turn).is_err() {
                self.remove(id);
            }
        }
    }

    /// Looks at everybody's deadlines, `time` after the last look.
    pub fn tick(&mut self, time: Duration) {
        let (turn, queues) = (&mut self.turn, &mut self.queues);
        self.by_id.retain(|&id, client| {
            let stays = client.tick(time, turn);
            if !stays || !client.connection.is_open() {
                turn.app.leave(id);
            }
            // What waited may have been sent: then it is read again.
            if stays && client.may_be_read() && !client.is_listed {
                queues.add(id, client);
            }
            stays
        });
    }

    /// Says Close to all. Nobody needs to hear now that others leave.
    pub fn stop(&mut self) {
        self.turn.app = App::default();
        let turn = &mut self.turn;
        self.by_id.retain(|_, client| {
            client.connection.turn_away(turn);
            client.send_answers(turn).is_ok()
        });
    }

    pub fn drop_all(&mut self) {
        self.by_id.clear();
    }

    fn remove(&mut self, id: ClientId) {
        self.by_id.remove(&id); // closes the socket
        self.turn.app.leave(id);
        self.turn.bytes.clear(); // they were for this client
    }
}
