//! M, C, P: messages, the close handshake, pings (RFC 6455 §5.4–5.5, §7, §8), for stage 4.

mod close_codes;
mod closing;
mod first_bad_byte;
mod fragments;
mod ping;
mod server_closes;
mod utf8;

use crate::case::{Case, case};
use crate::frame::Frame;
use crate::script::Script;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(fragments::cases());
    cases.extend(utf8::cases());
    cases.extend(first_bad_byte::cases());
    cases.extend(closing::cases());
    cases.extend(close_codes::cases());
    cases.extend(server_closes::cases());
    cases.extend(ping::cases());
    cases
}

/// A rule of this part of the protocol.
fn rule(id: &'static str, name: &'static str) -> Case {
    case(id, name).stages(4..=4)
}

/// An echo, to begin with.
fn open() -> Script {
    Script::new().upgrade("/websocket")
}

/// These frames, and then the server fails the connection.
fn failing(frames: &[Frame], code: u16) -> Script {
    frames.iter().fold(open(), |script, frame| script.send(frame.clone())).failed(code)
}
