//! Gluing: which sends of a script travel in one piece, and what is put behind the last.

use crate::expect::Expect;
use crate::frame::{BINARY, TEXT, text};
use crate::request::get;
use crate::script::{Action, Message, Script, Step};

/// Bytes that travel together, beginning with the send at `steps[at]`.
pub struct Batch {
    pub bytes: Vec<u8>,
    /// The steps whose sends are in it.
    pub members: Vec<usize>,
    /// What stands at their end although the script does not send it.
    pub late: Option<Message>,
}

/// The send at `at` glued to what the same client sends next, as far as no other client acts and
/// nothing between them takes time. Where the server is about to end the connection, more is put
/// behind that it must not answer.
pub fn glued(script: &Script, at: usize) -> Batch {
    batch(script, at, false)
}

/// The same by a client that waits for the 101 before it sends a frame, as RFC 6455 §4.1 has it.
pub fn glued_after_101(script: &Script, at: usize) -> Batch {
    batch(script, at, true)
}

fn batch(script: &Script, at: usize, waits: bool) -> Batch {
    let (members, end) = extent(script, at, waits);
    let mut bytes = Vec::new();
    for &member in &members {
        if let Action::Send(message) = &script.steps[member].action {
            bytes.extend_from_slice(&message.bytes());
        }
    }
    let late = end.map(|end| match speaks_frames(&script.steps[..end], script.steps[at].client) {
        true => Message::from(text("too late")),
        false => Message::from(get("/too-late")),
    });
    bytes.extend(late.iter().flat_map(Message::bytes));
    Batch { bytes, members, late }
}

/// Whether gluing changes anything in this script.
pub fn can_be_glued(script: &Script) -> bool {
    script.steps.iter().enumerate().any(|(at, step)| match &step.action {
        Action::Send(_) => {
            let (members, end) = extent(script, at, false);
            1 < members.len() || end.is_some()
        }
        _ => false,
    })
}

/// The sends that go together from `at` on, and the step at which the server then ends the
/// connection, if it does. `waits`: see `glued_after_101`; and the answers of an application may be
/// overtaken by what the protocol answers by itself, so they are waited for, too.
fn extent(script: &Script, at: usize, waits: bool) -> (Vec<usize>, Option<usize>) {
    let client = script.steps[at].client;
    let mut members = Vec::new();
    let mut awaits_message = false;
    for (index, step) in script.steps.iter().enumerate().skip(at) {
        if step.client != client {
            break;
        }
        match &step.action {
            Action::Send(_) if waits && awaits_message && !is_answered(script, index) => break,
            Action::Send(_) => members.push(index),
            Action::Expect(Expect::End | Expect::Failed(_)) => return (members, Some(index)),
            Action::Expect(Expect::Gone | Expect::Silence(_)) => break,
            Action::FinishSending | Action::Reset | Action::Leave => break,
            Action::Expect(Expect::Upgraded) if waits => break,
            Action::Expect(Expect::Response(answer)) if waits && answer.status == 101 => break,
            Action::Expect(wanted) => awaits_message |= is_message(wanted),
            Action::Log(_) | Action::NotLogged(_) => {}
        }
    }
    (members, None)
}

/// Whether what is sent at `at` is answered by the application, with a message.
fn is_answered(script: &Script, at: usize) -> bool {
    let next = script.steps[at + 1..].iter().find_map(|step| match &step.action {
        Action::Expect(wanted) => Some(wanted),
        _ => None,
    });
    next.is_some_and(is_message)
}

fn is_message(wanted: &Expect) -> bool {
    match wanted {
        Expect::Taken(_) => true,
        Expect::Frame(frame) => matches!(frame.opcode, TEXT | BINARY),
        _ => false,
    }
}

/// Whether this client's bytes are frames by now.
fn speaks_frames(before: &[Step], client: &str) -> bool {
    before.iter().filter(|step| step.client == client).any(|step| match &step.action {
        Action::Expect(Expect::Upgraded) => true,
        Action::Expect(Expect::Response(answer)) => answer.status == 101,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{answer, refused};

    #[test]
    fn sends_are_glued_across_expectations() {
        let script =
            Script::new().send(get("/a")).expect(answer(200)).send(get("/b")).expect(answer(200));
        let batch = glued(&script, 0);
        assert_eq!(batch.members, [0, 2]);
        assert_eq!(batch.bytes, [get("/a").bytes(), get("/b").bytes()].concat());
    }

    #[test]
    fn something_is_put_behind_a_refused_request() {
        let script = Script::new().send("nonsense\r\n\r\n").refused(refused(400));
        let batch = glued(&script, 0);
        assert_eq!(batch.members, [0]);
        assert!(batch.bytes.ends_with(&get("/too-late").bytes()));
    }
}
