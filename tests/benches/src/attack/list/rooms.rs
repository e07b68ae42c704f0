//! Attacks on the rooms. The victim is a member, and has to hear what it says.

use std::time::Duration;

use super::{KIB, MIB};
use crate::attack::script::{Attack, Step};
use crate::attack::wire::{BINARY, FIN, TEXT, frame};

pub fn all() -> Vec<Attack> {
    vec![slow_readers(), room_flood(), room_floods(), joins_and_leaves(), wrong_kinds()]
}

/// Beside the members' own: what gathers before it is sent.
const NEWS: u64 = 256 * KIB;

/// Members that do not read while four others talk at the allowed rate: they have to go, and
/// nobody else.
fn slow_readers() -> Attack {
    let talk =
        Step::Pace { bytes: frame(FIN | BINARY, &[7; 4096]), pause: Duration::from_millis(16) };
    let limits = "`--max-outgoing`, `--room-rate`";
    Attack::new("slow-readers", limits, "64 members do not read, 4 talk at the allowed rate")
        .clients(68)
        .deaf()
        .but_readers(4)
        .in_room()
        .upgraded("/draw", [talk])
        .upgraded("/draw", [Step::Stay])
        .memory(2 * MIB + 64 * KIB)
        .hold(20)
        .may_stay(4)
}

/// One member at full speed, 16 that listen: we pause reading it, and nobody is closed.
fn room_flood() -> Attack {
    let bytes = frame(FIN | BINARY, &[7; 64]);
    Attack::new("room-flood", "`--room-rate`", "a member at full speed, 16 listen")
        .clients(17)
        .but_readers(1)
        .in_room()
        .upgraded("/draw", [Step::Repeat { bytes, times: 1 << 40 }])
        .upgraded("/draw", [Step::Stay])
        .memory(MIB + NEWS)
}

/// Sixteen at full speed with the largest messages.
fn room_floods() -> Attack {
    let bytes = frame(FIN | BINARY, &[7; 64 * 1024]);
    Attack::new("room-floods", "`--room-rate`", "8 members at full speed, messages of 64 KiB")
        .clients(8)
        .in_room()
        .upgraded("/draw", [Step::Repeat { bytes, times: 1 << 40 }])
        .memory(4 * MIB)
}

/// Members that come and go at once, while 50 hear of it: announcements are limited.
fn joins_and_leaves() -> Attack {
    let about = "2,000 joins and leaves a second, 50 members hear of them";
    Attack::new("joins-and-leaves", "100 announcements a beat", about)
        .clients(114)
        .opens(2000)
        .but_readers(50)
        .upgraded("/chat", [Step::Stay])
        .upgraded("/chat", [Step::Leave])
        .upgraded("/chat", [Step::Reset])
        .memory(64 * KIB)
}

/// Binary into the chat, text onto the board.
fn wrong_kinds() -> Attack {
    Attack::new("wrong-kinds", "M8, `--max-room-message`", "the wrong kind, and 64 KiB + 1")
        .in_room()
        .upgraded("/chat", [Step::Send(frame(FIN | BINARY, b"x")), Step::Stay])
        .upgraded("/draw", [Step::Send(frame(FIN | TEXT, b"x")), Step::Stay])
        .upgraded("/draw", [Step::Send(frame(FIN | BINARY, &[0; 65_537])), Step::Stay])
        .memory(256 * KIB)
        .gets(&["1003", "1009"])
}
