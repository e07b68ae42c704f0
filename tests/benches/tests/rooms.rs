//! The check of a room by itself: each of its rules can fail.

use std::time::{Duration, Instant};

use bench::soak::member::Member;
use bench::soak::room::{self, Room};

/// A room in which client 1 said `count` messages, a second apart, and the witness heard them.
fn room(count: u64, start: Instant) -> Room {
    let mut room = Room::default();
    for number in 1..=count {
        let at = start + Duration::from_secs(number);
        room.say(1, number, text(number).as_bytes(), at, true);
        room.witness(text(number).as_bytes()).expect("in order");
    }
    room
}

fn text(number: u64) -> String {
    format!("message {number}")
}

fn hear(room: &Room, member: &mut Member, number: u64) -> Result<(), String> {
    let text = text(number);
    room.hear(member, room::mark(text.as_bytes()), text.as_bytes()).map(|_| ())
}

fn late(start: Instant) -> Member {
    Member::new("late".into(), start + Duration::from_millis(2500))
}

fn wrong(result: Result<(), String>, mentioned: &str) {
    let error = result.expect_err("this must be noticed");
    assert!(error.contains(mentioned), "{error}");
}

#[test]
fn a_newcomer_hears_all_from_its_entry_on() {
    let start = Instant::now();
    let mut room = room(5, start);
    let mut member = late(start);
    for number in 3..=5 {
        hear(&room, &mut member, number).expect("the next");
    }
    room.begin_to_leave(&mut member);
    room.leave(member, true).expect("it has heard all");
    // The room may have had message 2 still to say when it entered.
    hear(&room, &mut late(start), 2).expect("a little earlier");
}

#[test]
fn a_newcomer_that_misses_the_first() {
    let start = Instant::now();
    let room = room(5, start);
    wrong(hear(&room, &mut late(start), 4), "never heard message 2 of the room");
}

#[test]
fn a_newcomer_that_never_hears_anything() {
    let start = Instant::now();
    let mut room = room(5, start);
    let mut member = late(start);
    room.begin_to_leave(&mut member);
    wrong(room.leave(member, true), "never heard message 4 of the room");
}

#[test]
fn one_who_leaves_without_the_last() {
    let start = Instant::now();
    let mut room = room(5, start);
    let mut member = late(start);
    (3..=4).for_each(|number| hear(&room, &mut member, number).expect("the next"));
    room.begin_to_leave(&mut member);
    wrong(room.leave(member, true), "left without message 4 of the room");
}

#[test]
fn one_who_dies_need_not_hear_the_last() {
    let start = Instant::now();
    let mut room = room(5, start);
    let mut member = late(start);
    hear(&room, &mut member, 3).expect("the next");
    room.begin_to_leave(&mut member);
    room.leave(member, false).expect("nothing is asked of the dead");
}

#[test]
fn who_is_ahead_of_the_witness_is_compared_later() {
    let start = Instant::now();
    let mut room = room(3, start);
    let (mut right, mut wrong_order) = (late(start), late(start));
    for number in [3, 4, 5] {
        hear(&room, &mut right, number).expect("not known yet");
    }
    for number in [3, 5, 4] {
        hear(&room, &mut wrong_order, number).expect("not known yet");
    }
    room.leave(right, true).expect("not known yet");
    for number in 4..=5 {
        room.say(1, number, text(number).as_bytes(), start, true);
        room.witness(text(number).as_bytes()).expect("in order");
    }
    room.settle_leavers().expect("it was right");
    assert_eq!(room.open_questions(), 0);
    wrong(room.settle(&mut wrong_order), "lost or overtaken");
}

#[test]
fn the_witness_hears_each_message_once_and_in_its_senders_order() {
    let start = Instant::now();
    let mut room = room(1, start);
    for number in 2..=3 {
        room.say(1, number, text(number).as_bytes(), start, true);
    }
    wrong(room.witness(text(3).as_bytes()), "came behind its message 1");
    wrong(room.witness(text(1).as_bytes()), "twice");
    wrong(room.witness(b"a rumour"), "nobody did");
}

#[test]
fn a_guest_hears_that_it_joined() {
    let start = Instant::now();
    let mut room = room(1, start);
    room.witness(b"guest 7 joined, 2 here").expect("a line of the room");
    assert_eq!(room.here, Some(2));
    let mut member = Member::new("guest".into(), start + Duration::from_secs(9));
    member.guest = Some(7);
    room.begin_to_leave(&mut member);
    wrong(room.leave(member, true), "did not hear that it joined");
}
