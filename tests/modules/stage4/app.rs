//! Rooms and jobs without clients: who is told what, and when.

use std::time::{Duration, Instant};

use course::server_frame::read_frame;
use pretty_assertions::assert_eq;

use crate::app::{App, Endpoint};
use crate::frame::Opcode;
use crate::message::Message;

/// The frames in these bytes as text.
fn lines(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = bytes;
    while let Some(frame) = read_frame(rest) {
        rest = &rest[frame.bytes.len()..];
        lines.push(String::from_utf8_lossy(&frame.payload).into_owned());
    }
    assert!(rest.is_empty());
    lines
}

/// Enters; gives what the newcomer alone is told.
fn enter(app: &mut App, client: usize, endpoint: Endpoint) -> Vec<String> {
    let mut out = Vec::new();
    app.enter(client, endpoint, Instant::now(), &mut out);
    lines(&out)
}

fn say(app: &mut App, client: usize, endpoint: Endpoint, opcode: Opcode, payload: &[u8]) -> bool {
    app.receive(client, endpoint, &Message { opcode, payload }).is_ok()
}

/// What the rooms have to say, each to whom.
fn news(app: &mut App) -> Vec<(Vec<String>, Vec<usize>)> {
    let news = app.take_news().into_iter().map(|(bytes, mut members)| {
        members.sort_unstable();
        (lines(&bytes), members)
    });
    news.collect()
}

#[test]
fn a_chat_from_its_first_guest_to_its_last() {
    let mut app = App::default();
    assert_eq!(enter(&mut app, 5, Endpoint::Chat), ["you are guest 1"]);
    assert_eq!(news(&mut app), [(vec!["guest 1 joined, 1 here".into()], vec![5])]);
    assert_eq!(enter(&mut app, 9, Endpoint::Chat), ["you are guest 2"]);
    assert!(say(&mut app, 5, Endpoint::Chat, Opcode::Text, b"hi"));
    let told = vec!["guest 2 joined, 2 here".into(), "guest 1: hi".into()];
    assert_eq!(news(&mut app), [(told, vec![5, 9])]);
    assert_eq!(news(&mut app), []);
    app.leave(5);
    app.leave(5);
    assert_eq!(news(&mut app), [(vec!["guest 1 left, 1 here".into()], vec![9])]);
    assert_eq!(enter(&mut app, 5, Endpoint::Chat), ["you are guest 3"]);
    app.leave(5);
    app.leave(9);
    app.take_news();
    assert_eq!(enter(&mut app, 1, Endpoint::Chat), ["you are guest 4"]);
}

#[test]
fn each_room_takes_one_kind_of_message() {
    let mut app = App::default();
    enter(&mut app, 1, Endpoint::Chat);
    assert_eq!(enter(&mut app, 2, Endpoint::Draw), Vec::<String>::new());
    app.take_news();
    assert!(!say(&mut app, 1, Endpoint::Chat, Opcode::Binary, b"x"));
    assert!(!say(&mut app, 2, Endpoint::Draw, Opcode::Text, b"x"));
    assert_eq!(news(&mut app), []);
    assert!(say(&mut app, 2, Endpoint::Draw, Opcode::Binary, b"stroke"));
    assert_eq!(news(&mut app), [(vec!["stroke".into()], vec![2])]);
}

#[test]
fn a_job_rises_to_100_once() {
    let mut app = App::default();
    let start = Instant::now();
    let mut out = Vec::new();
    app.enter(3, Endpoint::Progress, start, &mut out);
    assert_eq!(lines(&out), ["0"]);
    assert!(app.has_jobs());
    let mut told = vec![0];
    for tenths in 0..100 {
        let now = start + Duration::from_millis(100 * tenths);
        for (client, percent) in app.advance(now) {
            assert_eq!(client, 3);
            told.push(percent);
        }
    }
    assert!(told.windows(2).all(|two| two[0] < two[1]), "{told:?}");
    assert_eq!(told.last(), Some(&100));
    assert!(!app.has_jobs());
}

/// The bar that people look at: as many percent as of the five seconds have passed.
#[test]
fn a_job_takes_five_seconds() {
    let mut app = App::default();
    let start = Instant::now();
    app.enter(3, Endpoint::Progress, start, &mut Vec::new());
    for (seconds, percent) in [(0.255, 5), (1.0, 20), (2.505, 50), (4.99, 99), (5.0, 100)] {
        let now = start + Duration::from_secs_f64(seconds);
        assert_eq!(app.advance(now), [(3, percent)], "after {seconds} s");
    }
}

/// Whatever a client says to its job, it goes on.
#[test]
fn a_job_listens_to_nobody() {
    let mut app = App::default();
    let start = Instant::now();
    app.enter(3, Endpoint::Progress, start, &mut Vec::new());
    assert!(say(&mut app, 3, Endpoint::Progress, Opcode::Text, b"faster"));
    assert!(say(&mut app, 3, Endpoint::Progress, Opcode::Binary, b"faster"));
    assert_eq!(news(&mut app), []);
    assert_eq!(app.advance(start + Duration::from_secs(60)), [(3, 100)]);
}

/// By this a member is told apart that floods its room.
#[test]
fn what_a_message_adds_to_the_news_is_counted() {
    let mut app = App::default();
    enter(&mut app, 1, Endpoint::Chat);
    enter(&mut app, 2, Endpoint::Draw);
    enter(&mut app, 3, Endpoint::Echo);
    let mut add = |client, endpoint, opcode, payload: &[u8]| {
        let before = app.news_size();
        let message = Message { opcode, payload };
        let said = app.receive(client, endpoint, &message);
        (said.ok(), app.news_size() - before)
    };
    // Two bytes of header each, and who it was.
    let chat = "guest 1: hi".len() + 2;
    assert_eq!(add(1, Endpoint::Chat, Opcode::Text, b"hi"), (Some(chat), chat));
    assert_eq!(add(2, Endpoint::Draw, Opcode::Binary, b"stroke"), (Some(8), 8));
    assert_eq!(add(3, Endpoint::Echo, Opcode::Text, b"hi"), (Some(0), 0));
    let size = app.news_size();
    let told: usize = app.take_news().iter().map(|(bytes, _)| bytes.len()).sum();
    assert_eq!((size, app.news_size()), (told, 0));
}

/// Clients that come and go at once must not drown the room.
#[test]
fn a_hundred_joins_and_leaves_are_announced_in_a_beat() {
    let mut app = App::default();
    let announced = |app: &mut App| news(app).first().map_or(0, |(lines, _)| lines.len());
    for client in 0..60 {
        enter(&mut app, client, Endpoint::Chat);
        app.leave(client);
    }
    enter(&mut app, 60, Endpoint::Chat);
    assert_eq!(announced(&mut app), 100);
    enter(&mut app, 61, Endpoint::Chat);
    assert_eq!(announced(&mut app), 0);
    app.advance(Instant::now());
    enter(&mut app, 62, Endpoint::Chat);
    assert_eq!(news(&mut app), [(vec!["guest 63 joined, 3 here".into()], vec![60, 61, 62])]);
}

/// Nobody looked at the clock for a minute.
#[test]
fn a_late_look_still_tells_100() {
    let mut app = App::default();
    let start = Instant::now();
    app.enter(3, Endpoint::Progress, start, &mut Vec::new());
    assert_eq!(app.advance(start + Duration::from_secs(60)), [(3, 100)]);
    assert_eq!(app.advance(start + Duration::from_secs(61)), []);
}

#[test]
fn a_job_that_is_left_tells_nobody() {
    let mut app = App::default();
    let start = Instant::now();
    app.enter(3, Endpoint::Progress, start, &mut Vec::new());
    app.enter(4, Endpoint::Progress, start, &mut Vec::new());
    app.leave(3);
    assert_eq!(app.advance(start + Duration::from_secs(60)), [(4, 100)]);
}
