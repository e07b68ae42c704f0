//! One line of `talk`: `[name:] [settings] verb …`, read into what has to be done.

use std::time::Duration;

use super::escape::{hex_bytes, unescape};
use super::request_line::{self, METHODS, word};
use super::settings::{NAMES, Pace, Settings};
use super::{frame_line, hint, settings};
use crate::frame;
use crate::script::{Message, raw};

const ACTIONS: [&str; 11] =
    ["open", "raw", "http", "pause", "wait", "end", "reset", "leave", "help", "quit", "request"];
const JAVASCRIPT: &str = "that is JavaScript: type it into the browser's console";
const DEFAULT_PAUSE: f64 = 1.0;
const DEFAULT_WAIT: f64 = 10.0;
const LONGEST_PAUSE: f64 = 3600.0;

/// What the lines of a session have in common.
#[derive(Clone, Debug)]
pub struct Usual {
    /// The value of `Host`.
    pub host: String,
    pub masking_key: [u8; 4],
}

impl Default for Usual {
    /// What the cases send.
    fn default() -> Usual {
        let key = frame::frame(frame::TEXT, []).masking_key;
        Usual { host: "localhost".into(), masking_key: key.unwrap_or_default() }
    }
}

pub struct Line {
    /// Which connection; an empty name for the only one.
    pub client: String,
    pub deed: Deed,
}

pub enum Deed {
    Send(Vec<Message>, Pace),
    /// Connects, and sends nothing.
    Open,
    /// Lets time pass.
    Pause(Duration),
    /// Until one more thing comes, or this long.
    Wait(Duration),
    /// FIN: nothing more will be sent.
    End,
    /// RST.
    Reset,
    /// Closes the socket.
    Leave,
    Help,
    Quit,
    /// An empty line or a comment.
    Nothing,
}

/// Reads a line; the error is a hint for whoever typed it.
pub fn parse(line: &str, usual: &Usual) -> Result<Line, String> {
    let mut rest = line.trim();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(Line { client: String::new(), deed: Deed::Nothing });
    }
    let mut client = String::new();
    if let (name, after) = word(rest)
        && let Some(name) = name.strip_suffix(':')
    {
        if name.is_empty() || !name.chars().all(char::is_alphanumeric) || after.is_empty() {
            return Err("a name, a colon and a line are needed: anna: text Hello".into());
        }
        client = name.to_string();
        rest = after;
    }
    let mut settings = Settings::default();
    let (verb, rest) = loop {
        let (first, after) = word(rest);
        if !settings.take(first)? {
            break (first, after);
        }
        rest = after;
    };
    let deed = deed(verb, rest, &settings, usual)?;
    Ok(Line { client, deed })
}

fn deed(verb: &str, rest: &str, settings: &Settings, usual: &Usual) -> Result<Deed, String> {
    let typed = verb;
    let verb = verb.to_lowercase();
    let verb = verb.as_str();
    if verb.is_empty() {
        return Err("something to send is missing behind these words: fin=0 text He".into());
    }
    if frame_line::VERBS.contains(&verb) {
        let frames = frame_line::parse(verb, rest, settings, usual.masking_key)?;
        let frames = frames.into_iter().map(Message::Frame).collect();
        return Ok(Deed::Send(frames, settings.pace));
    }
    let message = match verb {
        "raw" => {
            let only_fill = Settings { fill: None, ..settings.clone() };
            refuse_settings(verb, only_fill.are_for_frames())?;
            Some(raw(frame_line::filled(Vec::new(), &hex_bytes(rest)?, settings.fill)?, ""))
        }
        "http" => Some(Message::Lines(unescape(rest)?)),
        _ if verb == "upgrade" || verb == "request" || METHODS.contains(&verb) => {
            Some(Message::Request(request_line::parse(verb, rest, &usual.host)?))
        }
        _ => None,
    };
    if let Some(message) = message {
        refuse_settings(verb, verb != "raw" && settings.are_for_frames())?;
        if message.bytes().is_empty() {
            return Err(format!("nothing to send: what should stand behind {verb}?"));
        }
        return Ok(Deed::Send(vec![message], settings.pace));
    }
    let deed = match verb {
        "open" => Deed::Open,
        "pause" => Deed::Pause(seconds(rest, DEFAULT_PAUSE)?),
        "wait" => Deed::Wait(seconds(rest, DEFAULT_WAIT)?),
        "end" => Deed::End,
        "reset" => Deed::Reset,
        "leave" => Deed::Leave,
        "help" => Deed::Help,
        "quit" => Deed::Quit,
        _ if is_javascript(typed, rest) => return Err(JAVASCRIPT.into()),
        _ => return Err(unknown(typed)),
    };
    if *settings != Settings::default() {
        return Err(format!("{verb} sends nothing that words in front of it could change"));
    }
    if !rest.is_empty() && !matches!(deed, Deed::Pause(_) | Deed::Wait(_) | Deed::Help) {
        return Err(format!("nothing stands behind {verb}, so what is \"{rest}\"?"));
    }
    Ok(deed)
}

fn refuse_settings(verb: &str, are_there: bool) -> Result<(), String> {
    match are_there {
        false => Ok(()),
        true => {
            Err(format!("{verb} sends no frame, so only hold, bytewise and split= stand in front"))
        }
    }
}

fn seconds(text: &str, default: f64) -> Result<Duration, String> {
    let number = text.trim_end_matches('s').trim();
    let seconds = if text.is_empty() { Ok(default) } else { number.parse() };
    match seconds {
        Ok(seconds) if (0.0..=LONGEST_PAUSE).contains(&seconds) => {
            Ok(Duration::from_secs_f64(seconds))
        }
        _ => Err(format!("\"{text}\" is no number of seconds: pause 2, pause 0.5")),
    }
}

/// Whether a line that is none of ours belongs into the browser's console, as the book has some.
fn is_javascript(first: &str, rest: &str) -> bool {
    ["new", "const", "let", "var", "await", "function"].contains(&first)
        || ["ws.", "console.", "document."].iter().any(|start| first.starts_with(start))
        || first.contains('(')
        || rest.starts_with('=')
}

fn unknown(typed: &str) -> String {
    let mut known: Vec<&str> = frame_line::VERBS.to_vec();
    known.extend(METHODS);
    known.extend(ACTIONS);
    known.push("upgrade");
    known.extend(NAMES);
    let meant = match hint::nearest(typed, &known) {
        Some(meant) => format!("Did you mean {}?", settings::example(meant)),
        None => "The line help shows all there are.".into(),
    };
    let shown: String = typed.chars().take(32).collect();
    format!("\"{}\" is no word of talk. {meant}", shown.escape_debug())
}
