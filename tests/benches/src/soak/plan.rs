//! What each client of a run does. All of it is drawn from the seed and the client's number, so
//! the same seed gives the same plan, whatever the machine does meanwhile.

use std::time::Duration;

use super::flags::Shape;
use super::mischief::{self, Deed, Mischief};
use super::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Echo,
    Chat,
    Draw,
    Progress,
    /// No WebSocket: it reads the page, some times on one connection.
    Page,
}

impl Place {
    pub const ALL: [Self; 5] = [Self::Echo, Self::Chat, Self::Draw, Self::Progress, Self::Page];

    pub fn path(self) -> &'static str {
        match self {
            Self::Echo => "/websocket",
            Self::Chat => "/chat",
            Self::Draw => "/draw",
            Self::Progress => "/progress",
            Self::Page => "/",
        }
    }

    /// Which of the rooms it is.
    pub fn room(self) -> Option<usize> {
        match self {
            Self::Chat => Some(0),
            Self::Draw => Some(1),
            _ => None,
        }
    }
}

/// How a client means to go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// By Close, and then waits for the end of TCP.
    Close,
    /// Ends its side of TCP, and then waits for the server's.
    Fin,
    /// By RST, wherever it happens to be.
    Reset,
    /// Waits for the server to say Close.
    Wait,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub place: Place,
    pub end: End,
    pub life: Duration,
    /// Mean time from one message to the next.
    pub pause: Duration,
    /// Speaks as soon as it is in.
    pub speaks_first: bool,
    /// Sends at most so many bytes at a time.
    pub sip: usize,
    pub mischief: Option<&'static Mischief>,
    /// Floods the room that a client before it does not read.
    pub floods: bool,
}

impl Plan {
    /// The plan of client `number`, which goes on with the rest of `random`.
    pub fn draw(shape: &Shape, number: u64, random: &mut Random) -> Self {
        let mischief = mischief(shape, number);
        // Two behind the one who does not read: one is not fast enough for it to be too slow.
        let before = [number.checked_sub(1), number.checked_sub(2)];
        let deaf = before.into_iter().flatten().find_map(|number| room_not_read(shape, number));
        let place = match (mischief, deaf) {
            (Some(mischief), _) => mischief.place(random),
            (None, Some(place)) => place,
            _ => place(shape, random),
        };
        let mut plan = Self {
            place,
            end: end(place, random),
            life: life(shape, random),
            pause: pause(place, shape),
            speaks_first: random.once_in(2),
            // In no case does its request take as long as `--handshake-timeout`.
            sip: if random.once_in(16) { 8 + random.below(40) as usize } else { usize::MAX },
            mischief,
            floods: deaf.is_some(),
        };
        if plan.end == End::Reset && random.once_in(3) {
            // In the middle of the handshake, or soon behind it.
            plan.life = Duration::from_micros(random.below(20_000));
        }
        if plan.mischief.is_some() || plan.floods {
            // They go when it is done.
            (plan.end, plan.sip) = (End::Close, usize::MAX);
            plan.life = Duration::from_secs(3600);
        }
        plan
    }

    /// Stays until the server says that it stops.
    pub fn to_stay(shape: &Shape, number: u64, random: &mut Random) -> Self {
        let mut plan = Self::draw(shape, number, random);
        if plan.place == Place::Page {
            plan.place = Place::Echo;
        }
        (plan.mischief, plan.floods) = (None, false);
        (plan.end, plan.life) = (End::Wait, Duration::MAX);
        plan
    }

    /// Only listens, as long as the run goes on: its order is the room's order.
    pub fn witness(place: Place) -> Self {
        let (life, pause) = (Duration::MAX, Duration::MAX);
        let (end, sip) = (End::Wait, usize::MAX);
        Self { place, end, life, pause, speaks_first: false, sip, mischief: None, floods: false }
    }
}

fn mischief(shape: &Shape, number: u64) -> Option<&'static Mischief> {
    let every = shape.hostile_every?;
    (number % every == every - 1).then(|| mischief::turn(number / every, shape)).flatten()
}

/// The room that client `number` does not read, if that is what it does.
fn room_not_read(shape: &Shape, number: u64) -> Option<Place> {
    let mischief =
        mischief(shape, number).filter(|mischief| matches!(mischief.deed, Deed::Deaf))?;
    Some(mischief.place(&mut Random::new(shape.seed, number)))
}

fn place(shape: &Shape, random: &mut Random) -> Place {
    let mut left = random.below(shape.mix.iter().sum());
    for (place, share) in Place::ALL.into_iter().zip(shape.mix) {
        if left < share {
            return place;
        }
        left -= share;
    }
    Place::Echo
}

fn end(place: Place, random: &mut Random) -> End {
    match (random.below(10), place) {
        (0..3, _) => End::Reset,
        (3..5, _) | (_, Place::Page) => End::Fin,
        (5..8, Place::Progress) => End::Wait,
        _ => End::Close,
    }
}

/// Some look in for a moment, most stay for a while, some stay long.
fn life(shape: &Shape, random: &mut Random) -> Duration {
    let longest = shape.longest.as_secs_f64();
    let seconds = match random.below(10) {
        0..2 => random.share() * longest / 100.0,
        2..8 => random.share() * longest / 3.0,
        _ => longest * (1.0 + 2.0 * random.share()) / 3.0,
    };
    Duration::from_secs_f64(seconds)
}

/// In a room each message is sent to all: so the more there are, the less each says.
fn pause(place: Place, shape: &Shape) -> Duration {
    let Some(room) = place.room() else {
        return Duration::from_secs(1);
    };
    let share = shape.mix[room + 1] as f64 / shape.mix.iter().sum::<u64>() as f64;
    Duration::from_secs_f64((shape.clients as f64 * share / shape.talk).max(0.05))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plans(seed: u64) -> Vec<Plan> {
        let flags = super::super::flags::Flags::default();
        let shape = flags.shape(seed);
        (0..4000).map(|n| Plan::draw(&shape, n, &mut Random::new(seed, n))).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_plan() {
        assert_eq!(format!("{:?}", plans(3)), format!("{:?}", plans(3)));
        assert_ne!(format!("{:?}", plans(3)), format!("{:?}", plans(4)));
    }

    #[test]
    fn one_client_in_a_hundred_is_hostile_and_each_deed_is_done() {
        let plans = plans(3);
        let mut deeds: Vec<&str> =
            plans.iter().filter_map(|plan| plan.mischief.map(|one| one.name)).collect();
        assert!((36..=40).contains(&deeds.len()), "{}", deeds.len());
        deeds.sort_unstable();
        deeds.dedup();
        assert_eq!(deeds.len(), 21);
        assert_eq!(plans.iter().filter(|plan| plan.floods).count(), 2);
    }
}
