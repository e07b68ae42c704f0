//! A log that nobody reads.

use std::time::Instant;

use clap::Parser;

use crate::flags::Flags;
use crate::turn::Turn;

#[test]
fn it_does_not_grow_for_ever() {
    let mut turn = Turn::new(Flags::parse_from(["server"]), Instant::now());
    let line = "x".repeat(1023);
    for _ in 0..1024 {
        turn.log(&line);
    }
    assert_eq!(turn.log.len(), 1 << 20);
    for _ in 0..3 {
        turn.log(&line);
    }
    let (kept, end) = turn.log.split_at(1 << 20);
    assert!(kept.ends_with("x\n"));
    assert_eq!(end, "(lines of the log are lost: nobody reads them)\n");
}
