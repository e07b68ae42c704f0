//! Where stages differ: what they do with a message, and with a frame that breaks a rule.

use crate::expect::{FrameWanted, PayloadWanted, binary_frame, close_frame};
use crate::failure::{Played, Stop};
use crate::frame::{CLOSE, Frame, TEXT};
use crate::judge::{end, frame, gone};
use crate::play::Play;
use crate::transcript::What;
use crate::words;

/// Of a payload in the log so much is looked at; long ones are cut there.
const LOGGED_PART: usize = 200;

/// What a stage does with a message: stage 3 prints it, stage 4 echoes it.
pub fn taken(play: &mut Play, client: &'static str, sent: &Frame) -> Played {
    if play.options.stage != 3 {
        let mut wanted = binary_frame(sent.payload.clone());
        wanted.opcode = sent.opcode;
        return frame(play, client, &wanted);
    }
    if play.options.rules_only {
        return Err(Stop::Skip(
            "only its log shows what a server takes that answers nothing".into(),
        ));
    }
    let kind = if sent.opcode == TEXT { "TEXT" } else { "BINARY" };
    let header = format!("FIN {kind} payload len: {}", sent.payload.len());
    let payload = match std::str::from_utf8(&sent.payload) {
        Ok(text) => {
            let start: String = text.chars().take(LOGGED_PART).collect();
            let quote = if start.len() == text.len() { "\"" } else { "" };
            format!("Payload: \"{}{quote}", start.escape_debug())
        }
        Err(_) => {
            let start = &sent.payload[..sent.payload.len().min(8)];
            format!("Payload: {}", words::hex(start))
        }
    };
    play.logged(&header)?;
    play.logged(&payload)?;
    let shown: String = payload.chars().take(64).collect();
    play.transcript.add(client, What::Log(header));
    play.transcript.add(client, What::Log(shown));
    Ok(())
}

/// How a stage fails a connection: stage 3 ends it and says why in its log, stage 4 sends Close.
pub fn failed(play: &mut Play, client: &'static str, code: u16) -> Played {
    let deadline = play.deadline();
    if play.options.rules_only {
        // RFC 6455 §7.1.7 only says SHOULD about the Close frame, and leaves the code open.
        let wire = play.wire(client)?;
        while wire.received.is_empty() && wire.end.is_none() && wire.wait(deadline) {}
        if wire.received.is_empty() {
            return gone(play, client);
        }
        let any_fault = FrameWanted { opcode: CLOSE, payload: PayloadWanted::Fault };
        frame(play, client, &any_fault)?;
        return end(play, client);
    }
    if play.options.stage == 3 {
        end(play, client)?;
        // Of a server that somebody else runs we see that it ends the connection, and not why.
        if play.server.log().is_ok() {
            let rule = format!("({})", play.case.id);
            play.logged(&rule)?;
            play.transcript.add(client, What::Log(format!("bad frame: … {rule}")));
        }
        return Ok(());
    }
    frame(play, client, &close_frame(code))?;
    end(play, client)
}
