//! Frames on a line: `text Hello`, `fin=0 text He`, `close 1000 bye`, in both directions
//! (RFC 6455 §5.2).

use super::escape::{escape, hex_bytes, unescape};
use super::request_line::word;
use super::settings::Settings;
use crate::frame::{self, BINARY, CLOSE, CONTINUATION, Frame, LengthForm, PING, PONG, TEXT};
use crate::words;

pub const VERBS: [&str; 8] =
    ["text", "binary", "continuation", "ping", "pong", "close", "frame", "fragment"];

/// A payload of this size or more is written as a part of it that repeats, where it does.
const FILL_FROM: usize = 65;
/// A part that repeats is no longer than this: the letters from a to z fit.
const LONGEST_PART: usize = 32;

/// The frames of a line that begins with `verb`.
pub fn parse(
    verb: &str,
    rest: &str,
    settings: &Settings,
    key: [u8; 4],
) -> Result<Vec<Frame>, String> {
    if verb == "fragment" {
        return fragments(rest, settings, key);
    }
    let (opcode, start, part) = match verb {
        "text" => (TEXT, Vec::new(), unescape(rest)?),
        "binary" => (BINARY, Vec::new(), hex_bytes(rest)?),
        "continuation" => (CONTINUATION, Vec::new(), unescape(rest)?),
        "ping" => (PING, Vec::new(), unescape(rest)?),
        "pong" => (PONG, Vec::new(), unescape(rest)?),
        "close" => {
            let (code, reason) = close(rest)?;
            (CLOSE, code, reason)
        }
        _ => {
            let missing = "which opcode? For example: opcode=3 frame hello";
            (settings.opcode.ok_or(missing)?, Vec::new(), unescape(rest)?)
        }
    };
    let mut frame = frame::frame(opcode, filled(start, &part, settings.fill)?);
    settings.apply(&mut frame, key);
    Ok(vec![frame])
}

/// The payload of a Close: its code, if there is one, and the reason.
fn close(rest: &str) -> Result<(Vec<u8>, Vec<u8>), String> {
    let (code, reason) = word(rest);
    if code.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mistake = |_| format!("\"{code}\" is no close code; a number first: close 1000 bye");
    let code: u16 = code.parse().map_err(mistake)?;
    Ok((code.to_be_bytes().to_vec(), unescape(reason)?))
}

/// `start` and then `part`, over and over, until there are so many bytes.
pub fn filled(start: Vec<u8>, part: &[u8], size: Option<usize>) -> Result<Vec<u8>, String> {
    let mut out = start;
    let Some(size) = size else {
        out.extend_from_slice(part);
        return Ok(out);
    };
    if part.is_empty() {
        return Err("fill= repeats what the line sends: fill=70000 text x".into());
    }
    let missing = size.saturating_sub(out.len());
    out.extend(part.iter().copied().cycle().take(missing));
    Ok(out)
}

fn fragments(rest: &str, settings: &Settings, key: [u8; 4]) -> Result<Vec<Frame>, String> {
    if settings.fill.is_some() || settings.length.is_some() {
        return Err("fill= and length= are for one frame: fin=0 text He, continuation llo".into());
    }
    let parts: Vec<&str> = rest.split('|').collect();
    let mut frames = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let mut frame = frame::frame(TEXT, unescape(part)?);
        settings.apply(&mut frame, key);
        frame.fin = at + 1 == parts.len() && settings.fin != Some(false);
        if 0 < at {
            frame.opcode = CONTINUATION;
            frame.rsv = 0;
        }
        frames.push(frame);
    }
    Ok(frames)
}

/// The line that makes this frame.
pub fn line(frame: &Frame) -> String {
    let mut words = Vec::new();
    if !frame.fin {
        words.push("fin=0".to_string());
    }
    for (bit, name) in [(4, "rsv1=1"), (2, "rsv2=1"), (1, "rsv3=1")] {
        if frame.rsv & bit != 0 {
            words.push(name.into());
        }
    }
    match frame.masking_key {
        None => words.push("mask=0".into()),
        key if key == frame::frame(TEXT, []).masking_key => {}
        Some(key) => words.push(format!("key={}", words::hex(&key).replace(' ', ""))),
    }
    match frame.form {
        LengthForm::Shortest => {}
        LengthForm::TwoBytes => words.push("form=126".into()),
        LengthForm::EightBytes => words.push("form=127".into()),
    }
    words.extend(frame.claimed.map(|length| format!("length={length}")));

    let (start, rest) = match (frame.opcode, frame.payload.as_slice()) {
        (CLOSE, [high, low, reason @ ..]) => (Some(u16::from_be_bytes([*high, *low])), reason),
        (_, payload) => (None, payload),
    };
    let part = repeating_part(rest);
    if part.len() < rest.len() {
        words.push(format!("fill={}", frame.payload.len()));
    }
    let verb = match frame.opcode {
        TEXT => "text",
        BINARY => "binary",
        CONTINUATION => "continuation",
        PING => "ping",
        PONG => "pong",
        CLOSE if start.is_some() || rest.is_empty() => "close",
        _ => "frame",
    };
    if verb == "frame" {
        words.push(format!("opcode={:X}", frame.opcode));
    }
    words.push(verb.into());
    words.extend(start.map(|code| code.to_string()));
    let payload = if verb == "binary" { words::hex(part) } else { escape(part) };
    if !payload.is_empty() {
        words.push(payload);
    }
    words.join(" ")
}

/// The part that a long payload repeats from its first byte to its last, or all of it.
pub fn repeating_part(payload: &[u8]) -> &[u8] {
    if payload.len() < FILL_FROM {
        return payload;
    }
    let repeats = |length: &usize| payload[*length..] == payload[..payload.len() - *length];
    match (1..=LONGEST_PART).find(repeats) {
        Some(length) => &payload[..length],
        None => payload,
    }
}
