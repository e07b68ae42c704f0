//! Waits for what a step expects, and compares it with what comes.

use std::time::{Duration, Instant};

use crate::answer::{Answer, answer};
use crate::case::Delivery;
use crate::expect::{Expect, FrameWanted};
use crate::failure::{Failure, Played, Sort};
use crate::judge_stage::{failed, taken};
use crate::play::Play;
use crate::request::ACCEPT;
use crate::response::{Response, read_response};
use crate::server_frame::read_frame;
use crate::transcript::What;
use crate::wire::{End, Wire};
use crate::words;

pub fn judge(play: &mut Play, client: &'static str, wanted: &Expect) -> Played {
    match wanted {
        Expect::Response(wanted) => response(play, client, wanted, false),
        Expect::Upgraded => {
            let wanted = answer(101).header("Sec-WebSocket-Accept", ACCEPT);
            response(play, client, &wanted, true)
        }
        Expect::Frame(wanted) => frame(play, client, wanted),
        Expect::Taken(sent) => taken(play, client, sent),
        Expect::Failed(code) => failed(play, client, *code),
        Expect::End => end(play, client),
        Expect::Gone => gone(play, client),
        Expect::Silence(time) => silence(play, client, *time),
    }
}

fn response(play: &mut Play, client: &'static str, wanted: &Answer, brief: bool) -> Played {
    let deadline = play.deadline();
    let rules_only = play.options.rules_only;
    // Glued, something was sent behind that the server need not read, which costs some their answer.
    let is_glued = play.options.delivery == Delivery::Glued;
    let may_be_silent = rules_only && wanted.refusal && (is_glued || !wanted.is_in_words());
    let wire = play.wire(client)?;
    let came = loop {
        let ended = wire.end == Some(End::Finished);
        match read_response(&wire.received, wanted.headers_only, ended) {
            Ok(Some(came)) => break came,
            Ok(None) => {}
            Err((wrong, at)) => {
                let failure = Failure::wrong(wanted.words(), wrong).at(&wire.received, Some(at));
                return rest_is_wrong(play, client, failure);
            }
        }
        if may_be_silent && wire.end.is_some() && wire.received.is_empty() {
            return Ok(());
        }
        if wire.end.is_some() || !wire.wait(deadline) {
            let failure = not_whole(wire, wanted.words());
            return rest_is_wrong(play, client, failure);
        }
    };
    wire.take(came.bytes.len());
    let compared = wanted.compare(&came, rules_only);
    if rules_only && wanted.refusal && !came.says_close() {
        play.refused.insert(client);
    }
    write_response(play, client, &came, brief && compared.is_ok());
    compared.map_err(|failure| mark(play, failure))?;
    Ok(())
}

fn write_response(play: &mut Play, client: &'static str, came: &Response, brief: bool) {
    let what = match brief {
        true => What::Act(format!("← {}", came.first_line())),
        false => What::Response(came.bytes.clone()),
    };
    play.transcript.add(client, what);
}

pub(crate) fn frame(play: &mut Play, client: &'static str, wanted: &FrameWanted) -> Played {
    let deadline = play.deadline();
    let rules_only = play.options.rules_only;
    let wire = play.wire(client)?;
    let came = loop {
        if let Some(came) = read_frame(&wire.received) {
            break came;
        }
        if wire.end.is_some() || !wire.wait(deadline) {
            let failure = not_whole(wire, wanted.words());
            return rest_is_wrong(play, client, failure);
        }
    };
    wire.take(came.bytes.len());
    let wanted = if rules_only { &wanted.by_the_rules(&came) } else { wanted };
    match wanted.compare(&came) {
        Ok(()) => {
            let what = wanted.as_written(&came);
            play.transcript.add(client, what);
            Ok(())
        }
        Err(failure) => {
            play.transcript.received_frame(client, &came);
            Err(mark(play, failure).into())
        }
    }
}

pub(crate) fn end(play: &mut Play, client: &'static str) -> Played {
    if play.refused.contains(client) {
        return Ok(());
    }
    let deadline = play.deadline();
    let rules_only = play.options.rules_only;
    let wire = play.wire(client)?;
    while wire.received.is_empty() && wire.end.is_none() && wire.wait(deadline) {}
    let expected = "the end of the connection and nothing before it";
    if !wire.received.is_empty() {
        // All of it belongs into the report, not only the first read.
        while wire.end.is_none() && wire.wait(Instant::now() + Duration::from_millis(50)) {}
        let failure = Failure::wrong(expected, "more bytes").at(&wire.received, Some(0));
        return rest_is_wrong(play, client, failure);
    }
    match wire.end {
        None => Err(Failure::new(Sort::Late, expected, "the connection stays open").into()),
        Some(End::Reset) if !rules_only => {
            let got = "the server drops the connection (RST), which destroys what is under way";
            Err(Failure::wrong(expected, got).into())
        }
        Some(_) => {
            play.transcript.add(client, What::Act("← end".into()));
            Ok(())
        }
    }
}

pub(crate) fn gone(play: &mut Play, client: &'static str) -> Played {
    let deadline = play.deadline();
    let wire = play.wire(client)?;
    while wire.end.is_none() && wire.wait(deadline) {
        wire.received.clear();
    }
    if wire.end.is_none() {
        let expected = "the server lets the connection go";
        return Err(Failure::new(Sort::Late, expected, "it stays open").into());
    }
    play.transcript.add(client, What::Act("← gone".into()));
    Ok(())
}

fn silence(play: &mut Play, client: &'static str, time: Duration) -> Played {
    let deadline = Instant::now() + time;
    let wire = play.wire(client)?;
    while wire.received.is_empty() && wire.end.is_none() && wire.wait(deadline) {}
    if !wire.received.is_empty() {
        let failure = Failure::wrong("nothing", "bytes").at(&wire.received, Some(0));
        return rest_is_wrong(play, client, failure);
    }
    if wire.end.is_some() {
        let got = "the connection ends";
        return Err(Failure::new(Sort::Ended, "nothing, and an open connection", got).into());
    }
    play.transcript.add(client, What::Act("← nothing".into()));
    Ok(())
}

/// What was waited for did not come, or not all of it.
fn not_whole(wire: &Wire, expected: String) -> Failure {
    let count = words::grouped(wire.received.len());
    let part = match wire.received.is_empty() {
        true => "nothing came".to_string(),
        false => format!("only {count} bytes came"),
    };
    let (sort, got) = match wire.end {
        None => (Sort::Late, format!("{part} in time")),
        Some(End::Finished) => (Sort::Ended, format!("{part}, then the connection ended")),
        Some(End::Reset) => {
            (Sort::Ended, format!("{part}, then the server dropped the connection"))
        }
    };
    Failure::new(sort, expected, got).at(&wire.received, None)
}

/// What came and was not understood goes into the transcript as it is.
fn rest_is_wrong(play: &mut Play, client: &'static str, failure: Failure) -> Played {
    let bytes = failure.got_bytes.clone();
    if bytes.starts_with(b"HTTP/1.") {
        play.transcript.add(client, What::Response(bytes));
    } else if let Some(came) = read_frame(&bytes).filter(|_| !bytes.is_ascii()) {
        play.transcript.received_frame(client, &came);
    } else if !bytes.is_empty() {
        let words = words::quoted(&bytes).unwrap_or_default();
        play.transcript.add(client, What::Received { bytes, words });
    }
    Err(mark(play, failure).into())
}

/// Puts the caret under the first wrong byte of the entry written last.
fn mark(play: &mut Play, failure: Failure) -> Failure {
    if let (Some(entry), Some(at)) = (play.transcript.entries.last_mut(), failure.wrong_at) {
        entry.wrong_at = Some(at);
    }
    failure
}
