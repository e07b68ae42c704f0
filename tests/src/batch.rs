//! Gluing: which sends of a script travel in one piece, and what is put behind the last.

use crate::expect::Expect;
use crate::frame::text;
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
    let (members, end) = extent(script, at);
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
            let (members, end) = extent(script, at);
            1 < members.len() || end.is_some()
        }
        _ => false,
    })
}

/// The sends that go together from `at` on, and the step at which the server then ends the
/// connection, if it does.
fn extent(script: &Script, at: usize) -> (Vec<usize>, Option<usize>) {
    let client = script.steps[at].client;
    let mut members = Vec::new();
    for (index, step) in script.steps.iter().enumerate().skip(at) {
        if step.client != client {
            break;
        }
        match &step.action {
            Action::Send(_) => members.push(index),
            Action::Expect(Expect::End | Expect::Failed(_)) => return (members, Some(index)),
            Action::Expect(Expect::Gone | Expect::Silence(_)) => break,
            Action::FinishSending | Action::Reset | Action::Leave => break,
            Action::Expect(_) | Action::Log(_) | Action::NotLogged(_) => {}
        }
    }
    (members, None)
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
