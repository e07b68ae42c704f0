//! The load on several servers notices what is lost, or comes twice, and servers that do not hear
//! each other: one that is right passes, or this would prove nothing.

use std::process::Command;
use std::time::Duration;

use bench::many::{Many, Shape};
use bench::server::Server;

const SHAPE: Shape = Shape { members: 6, speakers: 3, size: 32 };

/// `of`: the fault of each server. None of them knows of the others.
fn run(of: &[&str]) -> Result<u64, String> {
    let start = |fault: &&str| {
        Server::start(Command::new(env!("CARGO_BIN_EXE_stand_in")).arg(fault)).expect("a server")
    };
    let servers: Vec<Server> = of.iter().map(start).collect();
    let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
    let tally = Many::open(&addresses, SHAPE)?.run(Duration::from_millis(300))?;
    Ok(tally.rounds)
}

#[test]
fn all_members_hear_all_rounds() {
    assert!(run(&["none"]).expect("no fault") > 10);
}

#[test]
fn what_comes_twice_is_noticed() {
    let error = run(&["doubles"]).expect_err("this must be noticed");
    assert!(error.contains("twice"), "{error}");
}

#[test]
fn what_is_changed_is_noticed() {
    let error = run(&["changes"]).expect_err("this must be noticed");
    assert!(error.contains("nothing that anybody said"), "{error}");
}

#[test]
fn what_is_lost_is_noticed() {
    let error = run(&["loses"]).expect_err("this must be noticed");
    assert!(error.contains("never came"), "{error}");
}

#[test]
fn servers_that_share_nothing_are_noticed() {
    let error = run(&["none", "none"]).expect_err("this must be noticed");
    assert!(error.contains("do not hear all the others"), "{error}");
}
