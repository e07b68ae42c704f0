//! One thread for all clients: waits for all sockets at once, and gives each
//! client that has something to say a turn.

use crate::app::{App, ClientId};
use crate::client::{Client, Next};
use crate::connection::{Connection, Turn};
use crate::flags::Flags;
use crate::message::CloseCode;
use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::HashMap;
use std::io::{self, ErrorKind, Write};
use std::mem;
use std::time::{Duration, Instant};

const LISTENER: Token = Token(0);
const STOP: Token = Token(1);
const FIRST_CLIENT: ClientId = 2;

/// Bytes of the buffer that all clients share: each uses it up in its turn.
const READ_BUFFER: usize = 256 * 1024;
const EVENTS: usize = 1024;
const ACCEPTS_PER_TURN: usize = 64;
/// How often jobs are advanced and clients who spoke too fast are looked at.
const BEAT: Duration = Duration::from_millis(50);
/// Bytes that may gather in the rooms before their members are sent them.
const MAX_NEWS: usize = 64 * 1024;
/// So many more clients are told that the server is full (U13). Beyond them
/// nobody is told anything.
const TURNED_AWAY: usize = 100;

pub struct EventLoop {
    poll: Poll,
    /// `None`: the server stops.
    listener: Option<TcpListener>,
    /// There may be clients to accept.
    acceptable: bool,
    /// The last `accept` failed.
    accept_failed: bool,
    clients: HashMap<ClientId, Box<Client>>,
    next_client: ClientId,
    /// Who gets a turn without further notice from mio.
    ready: Vec<ClientId>,
    /// Who spoke too fast in a room.
    paused: Vec<ClientId>,
    app: App,
    turn: Turn,
    buffer: Vec<u8>,
    last_tick: Instant,
    last_beat: Instant,
    stop_at: Option<Instant>,
}

impl EventLoop {
    pub fn new(mut listener: TcpListener, flags: Flags) -> io::Result<Self> {
        let poll = Poll::new()?;
        let registry = poll.registry();
        registry.register(&mut listener, LISTENER, Interest::READABLE)?;
        let now = Instant::now();
        Ok(Self {
            poll,
            listener: Some(listener),
            acceptable: false,
            accept_failed: false,
            clients: HashMap::new(),
            next_client: FIRST_CLIENT,
            ready: Vec::new(),
            paused: Vec::new(),
            app: App::default(),
            turn: Turn::new(flags, now),
            buffer: vec![0; READ_BUFFER],
            last_tick: now,
            last_beat: now,
            stop_at: None,
        })
    }

    /// What wakes the loop up to stop it, from any thread.
    pub fn stopper(&self) -> io::Result<Waker> {
        Waker::new(self.poll.registry(), STOP)
    }

    /// Serves until it is told to stop and all clients are gone.
    pub fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        while self.stop_at.is_none() || !self.clients.is_empty() {
            let result = self.poll.poll(&mut events, Some(self.patience()));
            match result {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => result?,
            }
            self.turn.now = Instant::now();
            for event in &events {
                self.note(event);
            }
            self.accept();
            self.serve_ready();
            self.beat();
            self.tick();
            self.deliver_news();
            print(&mut self.turn.log);
        }
        Ok(())
    }

    /// How long to wait for events.
    fn patience(&self) -> Duration {
        if !self.ready.is_empty() || self.acceptable {
            return Duration::ZERO;
        }
        let mut until = self.last_tick + self.turn.flags.tick();
        if self.app.has_jobs() || !self.paused.is_empty() {
            until = until.min(self.last_beat + BEAT);
        }
        until.saturating_duration_since(Instant::now())
    }

    fn note(&mut self, event: &Event) {
        match event.token() {
            LISTENER => self.acceptable = true,
            STOP => self.stop(),
            Token(id) => {
                if let Some(client) = self.clients.get_mut(&id) {
                    client.readable |= event.is_readable();
                    client.ended |= event.is_read_closed();
                    if !client.is_listed {
                        client.is_listed = true;
                        self.ready.push(id);
                    }
                }
            }
        }
    }

    fn accept(&mut self) {
        for _ in 0..ACCEPTS_PER_TURN {
            let Some(listener) = self.listener.as_ref() else {
                return;
            };
            if !self.acceptable {
                return;
            }
            let result = match listener.accept() {
                Ok((socket, _)) => self.admit(socket),
                Err(error) => Err(error),
            };
            match result {
                Ok(()) => self.accept_failed = false,
                Err(error) => self.accept_later(&error),
            }
        }
    }

    /// `accept` found nobody, or failed. Out of descriptors it would fail
    /// again at once: it is tried again when a client leaves, or at the next
    /// tick.
    fn accept_later(&mut self, error: &io::Error) {
        match error.kind() {
            ErrorKind::WouldBlock => self.acceptable = false,
            // That client is gone; the next may not be.
            ErrorKind::ConnectionAborted | ErrorKind::Interrupted => {}
            _ => {
                if !self.accept_failed {
                    self.turn.log(&format!("cannot accept: {error}"));
                }
                self.acceptable = false;
                self.accept_failed = true;
            }
        }
    }

    fn admit(&mut self, mut socket: TcpStream) -> io::Result<()> {
        let most = self.turn.flags.max_connections;
        if self.clients.len() >= most.saturating_add(TURNED_AWAY) {
            return Ok(()); // drops the socket, which closes it
        }
        // Else the system holds small writes back (Nagle's algorithm).
        let _ = socket.set_nodelay(true);
        let id = self.next_client;
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut socket, Token(id), both)?;
        self.next_client += 1;
        let is_full = self.clients.len() >= most;
        let connection = Connection::new(id, is_full, &self.turn);
        let client = Client::new(connection, socket, self.turn.now);
        self.clients.insert(id, Box::new(client));
        Ok(())
    }

    fn serve_ready(&mut self) {
        for id in mem::take(&mut self.ready) {
            let Some(client) = self.clients.get_mut(&id) else {
                continue;
            };
            client.is_listed = false;
            let (buffer, app) = (&mut self.buffer, &mut self.app);
            match client.serve(buffer, &mut self.turn, app) {
                Ok(Next::WhenReady) => {}
                Ok(Next::Now) => {
                    client.is_listed = true;
                    self.ready.push(id);
                }
                Ok(Next::Later) => {
                    client.is_listed = true;
                    self.paused.push(id);
                }
                Err(_) => {
                    self.remove(id);
                    continue;
                }
            }
            if !client.connection.is_open() {
                self.app.leave(id);
            }
            if self.app.news_size() > MAX_NEWS {
                self.deliver_news();
            }
        }
    }

    /// Sends what was said in the rooms to their members. Whoever leaves over
    /// this is news as well.
    fn deliver_news(&mut self) {
        loop {
            let news = self.app.take_news();
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
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        let turn = &mut self.turn;
        let result = if client.waiting() < turn.flags.max_outgoing {
            client.send(frames, turn.now)
        } else {
            self.app.leave(id);
            let code = CloseCode::POLICY_VIOLATION;
            client.connection.close(code, "too slow", turn);
            client.send_answers(turn)
        };
        if result.is_err() {
            self.remove(id);
        }
    }

    fn beat(&mut self) {
        if self.turn.now < self.last_beat + BEAT {
            return;
        }
        self.last_beat = self.turn.now;
        self.ready.append(&mut self.paused);
        for (id, percent) in self.app.advance(self.turn.now) {
            let Some(client) = self.clients.get_mut(&id) else {
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

    /// Looks at everybody's deadlines.
    fn tick(&mut self) {
        let time = self.turn.now.duration_since(self.last_tick);
        if time < self.turn.flags.tick() {
            return;
        }
        self.last_tick = self.turn.now;
        self.acceptable |= self.accept_failed;
        let is_over = self.stop_at.is_some_and(|at| self.turn.now >= at);
        let mut gone = Vec::new();
        for (&id, client) in &mut self.clients {
            if is_over || !client.tick(time, &mut self.turn) {
                gone.push(id);
            } else if !client.connection.is_open() {
                self.app.leave(id);
            }
        }
        for id in gone {
            self.remove(id);
        }
    }

    fn remove(&mut self, id: ClientId) {
        self.clients.remove(&id); // closes the socket
        self.app.leave(id);
        self.turn.bytes.clear(); // they were for this client
        self.acceptable |= self.accept_failed;
    }

    /// Accepts nobody any more and says Close to all. Asked for the second
    /// time it does not wait for their answers.
    fn stop(&mut self) {
        let patience = match self.listener.take() {
            Some(_) => self.turn.flags.shutdown_timeout,
            None => Duration::ZERO,
        };
        self.stop_at = Some(self.turn.now + patience);
        self.acceptable = false;
        self.accept_failed = false;
        // Nobody needs to hear now that others leave.
        self.app = App::default();
        let mut gone = Vec::new();
        for (&id, client) in &mut self.clients {
            client.connection.turn_away(&mut self.turn);
            if client.send_answers(&mut self.turn).is_err() {
                gone.push(id);
            }
        }
        for id in gone {
            self.remove(id);
        }
    }
}

/// Prints like `print!`, which panics when nobody reads what we print any
/// more (`server | head`), and empties `text`.
fn print(text: &mut String) {
    if !text.is_empty() {
        let _ = io::stdout().lock().write_all(text.as_bytes());
        text.clear();
    }
}
