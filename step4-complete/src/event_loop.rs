//! One thread for all clients: it waits for all sockets at once, and lets
//! those that are ready have their turn.

use crate::app::ClientId;
use crate::clients::Clients;
use crate::flags::Flags;
use crate::listener::Listener;
use crate::printer::Printer;
use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token, Waker};
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

const LISTENER: Token = Token(0);
const STOP: Token = Token(1);
const FIRST_CLIENT: ClientId = 2;

const EVENTS_PER_ROUND: usize = 1024;
const ACCEPTS_PER_ROUND: usize = 64;
/// How often jobs are advanced and clients who spoke too fast are looked at.
const BEAT: Duration = Duration::from_millis(50);

pub struct EventLoop {
    poll: Poll,
    /// `None`: the server stops.
    listener: Option<Listener>,
    next_client: ClientId,
    clients: Clients,
    last_beat: Instant,
    last_tick: Instant,
    /// When the last clients are cut.
    stop_at: Option<Instant>,
}

impl EventLoop {
    pub fn new(mut socket: TcpListener, flags: Flags) -> io::Result<Self> {
        let poll = Poll::new()?;
        let registry = poll.registry();
        registry.register(&mut socket, LISTENER, Interest::READABLE)?;
        let now = Instant::now();
        Ok(Self {
            poll,
            listener: Some(Listener::new(socket)),
            next_client: FIRST_CLIENT,
            clients: Clients::new(flags, now),
            last_beat: now,
            last_tick: now,
            stop_at: None,
        })
    }

    /// What wakes the loop up to stop it, from any thread.
    pub fn stopper(&self) -> io::Result<Waker> {
        Waker::new(self.poll.registry(), STOP)
    }

    /// Serves until it is told to stop and all clients are gone.
    pub fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS_PER_ROUND);
        let printer = Printer::start()?;
        while self.stop_at.is_none() || !self.clients.is_empty() {
            match self.poll.poll(&mut events, Some(self.patience())) {
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                result => result?,
            }
            self.clients.turn.now = Instant::now();
            for event in &events {
                self.note(event);
            }
            self.accept();
            self.clients.serve_ready();
            self.keep_time();
            self.clients.deliver_news();
            printer.print(&mut self.clients.turn.log);
        }
        printer.finish();
        Ok(())
    }

    /// How long to wait for events.
    fn patience(&self) -> Duration {
        let may_accept = self.listener.as_ref().is_some_and(|l| l.ready);
        if may_accept || self.clients.want_turn() {
            return Duration::ZERO;
        }
        let mut until = self.last_tick + self.clients.turn.flags.tick();
        if self.clients.need_beat() {
            until = until.min(self.last_beat + BEAT);
        }
        until.saturating_duration_since(Instant::now())
    }

    fn note(&mut self, event: &Event) {
        match event.token() {
            LISTENER => {
                if let Some(listener) = &mut self.listener {
                    listener.ready = true;
                }
            }
            STOP => self.stop(),
            Token(id) => self.clients.note(id, event),
        }
    }

    fn accept(&mut self) {
        for _ in 0..ACCEPTS_PER_ROUND {
            let Some(listener) = &mut self.listener else {
                return;
            };
            let Some(socket) = listener.accept(&mut self.clients.turn) else {
                return;
            };
            if let Err(error) = self.admit(socket) {
                let line = format!("cannot serve a client: {error}");
                self.clients.turn.log(&line);
            }
        }
    }

    fn admit(&mut self, mut socket: TcpStream) -> io::Result<()> {
        if self.clients.are_too_many() {
            return Ok(()); // drops the socket, which closes it
        }
        // Else the system holds small writes back (Nagle's algorithm).
        let _ = socket.set_nodelay(true);
        let id = self.next_client;
        let both = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        registry.register(&mut socket, Token(id), both)?;
        self.next_client += 1;
        self.clients.admit(id, socket);
        Ok(())
    }

    fn keep_time(&mut self) {
        let now = self.clients.turn.now;
        if now >= self.last_beat + BEAT {
            self.last_beat = now;
            self.clients.beat();
        }
        let since = now.duration_since(self.last_tick);
        if since < self.clients.turn.flags.tick() {
            return;
        }
        self.last_tick = now;
        self.clients.tick(since);
        if let Some(listener) = &mut self.listener {
            listener.retry();
        }
        if self.stop_at.is_some_and(|at| now >= at) {
            self.clients.drop_all();
        }
    }

    /// Accepts nobody any more and says Close to all. Told for the second
    /// time it does not wait for their answers.
    fn stop(&mut self) {
        let patience = match self.listener.take() {
            Some(_) => self.clients.turn.flags.shutdown_timeout,
            None => Duration::ZERO,
        };
        self.stop_at = Some(self.clients.turn.now + patience);
        self.clients.stop();
    }
}
