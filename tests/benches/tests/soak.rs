//! The soak notices a server that loses, doubles, changes or swaps a message, that leaks, or that
//! does not stop as it should: one that is right passes, or this would prove nothing.

use std::process::Command;
use std::time::Duration;

use bench::server::Server;
use bench::soak::flags::Shape;
use bench::soak::soak;

/// Echo and rooms only, for some seconds: no job, no page, nobody hostile.
fn shape() -> Shape {
    Shape {
        seed: 11,
        time: Duration::from_secs(4),
        clients: 40,
        longest: Duration::from_secs(3),
        hostile_every: None,
        rounds_between_floods: 1,
        is_long: false,
        mix: [1, 2, 2, 0, 0],
        talk: 30.0,
        max_faults: 1,
        shutdown_timeout: Duration::from_secs(5),
    }
}

/// What the soak finds fault with.
fn faults(of: &str, shape: &Shape) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stand_in"));
    let mut server = Server::start(command.arg(of)).expect("a server");
    soak(shape, &mut server).expect("a report").faults
}

/// One of the faults says so.
fn caught(fault: &str, mentioned: &str) {
    let faults = faults(fault, &shape());
    assert!(faults.iter().any(|fault| fault.contains(mentioned)), "{faults:#?}");
}

#[test]
fn a_server_that_is_right_passes() {
    assert_eq!(faults("none", &shape()), Vec::<String>::new());
}

#[test]
fn a_message_that_one_member_never_gets() {
    caught("loses", "that comes later, so one was lost or overtaken");
}

#[test]
fn a_message_that_nobody_gets() {
    caught("loses-for-all", "of client");
}

#[test]
fn a_message_that_one_member_gets_twice() {
    caught("doubles", "it had that before");
}

#[test]
fn two_messages_that_change_places_for_one_member() {
    caught("swaps", "that comes later, so one was lost or overtaken");
}

#[test]
fn a_message_with_another_byte() {
    caught("changes", "nobody did");
}

#[test]
fn an_echo_with_another_byte() {
    caught("echoes-other-bytes", "got opcode and payload");
}

#[test]
fn descriptors_that_are_never_closed() {
    caught("leaks-descriptors", "descriptors are left");
}

#[test]
fn memory_that_is_never_given_back() {
    caught("leaks-memory", "memory grew");
}

#[test]
fn a_room_that_counts_those_who_are_gone() {
    caught("forgets-who-leaves", "2 are in the chat");
}

#[test]
fn a_stop_with_another_code() {
    caught("stops-with-1000", "closed with Some(1000)");
}

#[test]
fn a_stop_with_another_exit_code() {
    caught("stops-with-exit-code-1", "exit status: 1");
}

#[test]
fn hostile_clients_that_are_not_told_what_they_did() {
    let faults = faults("none", &Shape { hostile_every: Some(5), ..shape() });
    assert!(faults.iter().any(|fault| fault.contains("hostile: ")), "{faults:#?}");
}
