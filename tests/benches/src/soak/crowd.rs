//! All clients of a run, on one thread.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::client::{Client, Stage};
use super::ground::Ground;
use super::mischief::Wages;
use super::plan::{End, Place, Plan};
use super::random::Random;

/// How often the clients' time is looked at.
const TICK: Duration = Duration::from_millis(20);
/// New clients in a tick: in a second as many as a listener's queue surely holds.
const ARRIVALS: usize = 8;
const EVENTS: usize = 1024;

pub struct Crowd {
    pub ground: Ground,
    poll: Poll,
    events: Events,
    clients: HashMap<u64, Client>,
    next: u64,
    last_tick: Instant,
}

impl Crowd {
    pub fn new(ground: Ground) -> Result<Self, String> {
        let poll = Poll::new().map_err(|error| format!("cannot wait for sockets: {error}"))?;
        let events = Events::with_capacity(EVENTS);
        let last_tick = Instant::now();
        Ok(Self { ground, poll, events, clients: HashMap::new(), next: 0, last_tick })
    }

    pub fn len(&self) -> usize {
        self.clients.len()
    }

    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// One who only listens, in each room that the plan knows.
    pub fn open_witnesses(&mut self) -> Result<(), String> {
        for place in [Place::Chat, Place::Draw] {
            let client = self.open(Plan::witness(place))?;
            client.is_witness = true;
        }
        self.run_until(Duration::from_secs(10), |crowd| {
            crowd.clients.values().all(|client| client.stage == Stage::Open)
        })?;
        match self.clients.values().all(|client| client.stage == Stage::Open) {
            true => Ok(()),
            false => Err("the server lets nobody in".into()),
        }
    }

    /// The next client of the plan.
    pub fn open_next(&mut self, stays: bool) -> Result<(), String> {
        let shape = &self.ground.shape;
        let mut random = Random::new(shape.seed, self.next);
        let plan = match stays {
            true => Plan::to_stay(shape, self.next, &mut random),
            false => Plan::draw(shape, self.next, &mut random),
        };
        self.open(plan).map(|_| ())
    }

    /// One more who only listens.
    pub fn open_in_chat(&mut self) -> Result<(), String> {
        self.open(Plan::witness(Place::Chat)).map(|_| ())
    }

    fn open(&mut self, plan: Plan) -> Result<&mut Client, String> {
        let (number, now) = (self.next, Instant::now());
        self.next += 1;
        self.ground.tally.opened += 1;
        let explain = |error| format!("cannot open a connection: {error}");
        let mut socket = TcpStream::connect(self.ground.address).map_err(explain)?;
        let _ = socket.set_nodelay(true);
        let both = Interest::READABLE | Interest::WRITABLE;
        let token = Token(number as usize);
        self.poll.registry().register(&mut socket, token, both).map_err(explain)?;
        let random = Random::new(self.ground.shape.seed, !number);
        let mut client = Client::new(number, plan, random, socket, now);
        client.set_patience(now);
        client.ask(&self.ground);
        Ok(self.clients.entry(number).or_insert(client))
    }

    /// Goes on until `is_over`, or for `time`.
    pub fn run_until(
        &mut self,
        time: Duration,
        is_over: impl Fn(&Self) -> bool,
    ) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < time && !is_over(self) && !self.ground.is_hopeless() {
            self.step()?;
        }
        Ok(())
    }

    /// Clients come so that `wanted` are there, in one tick of time.
    pub fn fill(&mut self, wanted: u64, stays: bool) -> Result<(), String> {
        for _ in 0..ARRIVALS {
            if (self.len() as u64) < wanted {
                self.open_next(stays)?;
            }
        }
        let until = Instant::now() + TICK;
        while Instant::now() < until {
            self.step()?;
        }
        Ok(())
    }

    /// Waits a little for sockets, and looks at those that are ready.
    fn step(&mut self) -> Result<(), String> {
        match self.poll.poll(&mut self.events, Some(TICK / 4)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => result.map_err(|error| format!("cannot wait for sockets: {error}"))?,
        }
        let now = Instant::now();
        for event in &self.events {
            let number = event.token().0 as u64;
            let Some(client) = self.clients.get_mut(&number) else {
                continue;
            };
            let outcome = client.ready(event, &mut self.ground, now);
            if !matches!(outcome, Ok(None))
                && let Some(client) = self.clients.remove(&number)
            {
                see_off(client, outcome, &mut self.ground);
            }
        }
        if now >= self.last_tick + TICK {
            self.last_tick = now;
            self.tick(now);
        }
        Ok(())
    }

    fn tick(&mut self, now: Instant) {
        let mut over = Vec::new();
        for (number, client) in &mut self.clients {
            let outcome = client.tick(&mut self.ground, now);
            if !matches!(outcome, Ok(None)) {
                over.push((*number, outcome));
            }
        }
        for (number, outcome) in over {
            if let Some(client) = self.clients.remove(&number) {
                see_off(client, outcome, &mut self.ground);
            }
        }
        for room in 0..self.ground.rooms.len() {
            if let Err(fault) = self.ground.rooms[room].settle_leavers() {
                self.ground.fault(fault);
            }
        }
    }

    /// All but the witnesses are to go, each in its way.
    pub fn send_home(&mut self) {
        let now = Instant::now();
        for client in self.clients.values_mut().filter(|client| !client.is_witness) {
            client.end_at = client.end_at.min(now);
        }
    }

    /// All end what they have begun, and say nothing new.
    pub fn hush(&mut self) {
        let never = Instant::now() + Duration::from_secs(24 * 3600);
        self.clients.values_mut().for_each(|client| client.act_at = never);
    }

    pub fn is_quiet(&self) -> bool {
        self.clients.values().all(Client::is_quiet)
    }

    /// What the rooms have said by now everybody must hear yet.
    pub fn note_stop(&mut self) {
        self.ground.is_stopping = true;
        let deadline = Instant::now() + self.ground.shape.shutdown_timeout;
        for client in self.clients.values_mut() {
            client.must_hear_all_till_now(&self.ground);
            client.deadline = deadline;
        }
    }

    /// Clients that are still there, for a complaint.
    pub fn names(&self) -> Vec<String> {
        self.clients.values().map(Client::name).collect()
    }

    /// Waits no more for those who are there: they did not get what they had to get.
    pub fn give_up(&mut self, why: &str) {
        for name in self.names().into_iter().take(3) {
            self.ground.fault(format!("{name}: {why}"));
        }
    }
}

/// Counts how a client went, and checks what it heard in its room.
fn see_off(
    mut client: Client,
    outcome: Result<Option<super::client::Gone>, String>,
    ground: &mut Ground,
) {
    let name = client.name();
    let how = match outcome {
        Ok(gone) => gone.map_or("gone", |gone| gone.0),
        Err(fault) => return ground.fault(format!("{name}: {fault}")),
    };
    match client.plan.mischief {
        Some(mischief) if matches!(how, "cut" | "the end") => {
            ground.tally.wage(mischief.name, how.to_owned());
        }
        Some(_) => {}
        None => ground.tally.end(how),
    }
    // Who was too slow has missed what was said since.
    let was_slow = matches!(client.wages(), Some(Wages::Slow));
    let properly = client.plan.end != End::Reset && !was_slow;
    if let (Some(room), Some(member)) = (client.plan.place.room(), client.member.take())
        && !client.is_witness
        && let Err(fault) = ground.rooms[room].leave(member, properly)
    {
        ground.fault(format!("{name}: {fault}"));
    }
}
