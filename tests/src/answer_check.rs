//! Single properties of an HTTP response: a header, its list, the body.

use crate::failure::Failure;
use crate::response::Response;

#[derive(Clone)]
pub enum Check {
    /// One line of this name with exactly this value.
    Header(&'static str, String),
    /// The same, but only our stages promise it.
    OurHeader(&'static str, String),
    /// The list in the lines of this name has this token.
    HeaderLists(&'static str, &'static str),
    /// The same, but only our stages promise it.
    OurHeaderLists(&'static str, &'static str),
    /// The same, and any refusal has to have it, whatever its status is.
    AnyRefusalLists(&'static str, &'static str),
    NoHeader(&'static str),
    /// The same, but only our stages promise it.
    OurNoHeader(&'static str),
    /// No line of this name, or one whose value is in one of these lists.
    AtMostOneOf(&'static str, Vec<String>),
    /// These header lines and no others.
    OnlyHeaders(&'static [&'static str]),
    /// The body has this text somewhere, in any case. Only our stages promise it.
    Mentions(&'static str),
    /// Nowhere in the response is this text.
    Nowhere(&'static str),
    /// What holds for every refusal of ours (H14).
    RefusalForm,
}

impl Check {
    /// The difference between what is wanted and what came.
    pub fn compare(&self, came: &Response, rules_only: bool) -> Result<(), Failure> {
        match self {
            Check::Header(name, value) => has_line(came, name, value),
            Check::OurHeader(name, value) if !rules_only => has_line(came, name, value),
            Check::HeaderLists(name, token) | Check::AnyRefusalLists(name, token) => {
                lists(came, name, token)
            }
            Check::OurHeaderLists(name, token) if !rules_only => lists(came, name, token),
            Check::NoHeader(name) => has_none(came, name),
            Check::OurNoHeader(name) if !rules_only => has_none(came, name),
            Check::AtMostOneOf(name, members) => at_most_one_of(came, name, members),
            Check::OnlyHeaders(names) => only(came, names),
            Check::Mentions(text) if !rules_only => mentions(came, text),
            Check::Nowhere(text) => nowhere(came, text),
            Check::RefusalForm if !rules_only => refusal_form(came),
            Check::OurHeader(..) | Check::OurHeaderLists(..) | Check::OurNoHeader(_) => Ok(()),
            Check::Mentions(_) | Check::RefusalForm => Ok(()),
        }
    }
}

fn has_line(came: &Response, name: &str, wanted: &str) -> Result<(), Failure> {
    let expected = format!("exactly one line {name}: {wanted}");
    match came.values(name).as_slice() {
        [] => Err(Failure::wrong(expected, format!("no {name} at all")).at(&came.bytes, None)),
        [(value, _)] if *value == wanted => Ok(()),
        [(value, at)] => {
            let same = value.bytes().zip(wanted.bytes()).take_while(|(a, b)| a == b).count();
            let failure = Failure::wrong(expected, format!("{name}: {value}"));
            Err(failure.at(&came.bytes, Some(at + same)))
        }
        [_, (_, at), ..] => {
            let failure = Failure::wrong(expected, "several lines of that name");
            Err(failure.at(&came.bytes, Some(*at)))
        }
    }
}

fn lists(came: &Response, name: &str, token: &str) -> Result<(), Failure> {
    let values = came.values(name);
    let mut tokens = values.iter().flat_map(|(value, _)| value.split(','));
    if tokens.any(|known| known.trim().eq_ignore_ascii_case(token)) {
        return Ok(());
    }
    let got = match values.first() {
        Some((value, _)) => format!("{name}: {value}"),
        None => format!("no {name} at all"),
    };
    let failure = Failure::wrong(format!("{name} has {token} in its list"), got);
    Err(failure.at(&came.bytes, values.first().map(|(_, at)| *at)))
}

fn has_none(came: &Response, name: &str) -> Result<(), Failure> {
    match came.values(name).first() {
        None => Ok(()),
        Some((value, at)) => {
            let expected = format!("no {name} in this answer");
            Err(Failure::wrong(expected, format!("{name}: {value}")).at(&came.bytes, Some(*at)))
        }
    }
}

fn at_most_one_of(came: &Response, name: &str, members: &[String]) -> Result<(), Failure> {
    match came.values(name).as_slice() {
        [] => Ok(()),
        [(value, _)] if members.iter().any(|member| member == value) => Ok(()),
        [(value, at), ..] => {
            let expected = match members.is_empty() {
                true => format!("no {name}, for nothing was offered"),
                false => format!("no {name}, or one of: {}", members.join(", ")),
            };
            Err(Failure::wrong(expected, format!("{name}: {value}")).at(&came.bytes, Some(*at)))
        }
    }
}

fn only(came: &Response, names: &[&str]) -> Result<(), Failure> {
    let known = |name: &str| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    match came.headers.iter().find(|header| !known(&header.0)) {
        None => Ok(()),
        Some((name, value, at)) => {
            let expected = format!("no other headers than {}", names.join(", "));
            let line_at = at.saturating_sub(name.len() + 2);
            let failure = Failure::wrong(expected, format!("{name}: {value}"));
            Err(failure.at(&came.bytes, Some(line_at)))
        }
    }
}

fn mentions(came: &Response, text: &str) -> Result<(), Failure> {
    let body = String::from_utf8_lossy(&came.body).into_owned();
    if body.to_lowercase().contains(&text.to_lowercase()) {
        return Ok(());
    }
    let body_at = came.bytes.len() - came.body.len();
    let failure = Failure::wrong(format!("a text that mentions \"{text}\""), format!("\"{body}\""));
    Err(failure.at(&came.bytes, Some(body_at)))
}

fn nowhere(came: &Response, text: &str) -> Result<(), Failure> {
    let found = came.bytes.windows(text.len()).position(|part| part == text.as_bytes());
    match found {
        None => Ok(()),
        Some(at) => {
            let failure = Failure::wrong(format!("an answer without \"{text}\""), "it is there");
            Err(failure.at(&came.bytes, Some(at)))
        }
    }
}

fn refusal_form(came: &Response) -> Result<(), Failure> {
    has_line(came, "Connection", "close").or_else(|failure| {
        // 426 has to state both that it closes and what it would take (U3).
        if came.status == 426 { lists(came, "Connection", "close") } else { Err(failure) }
    })?;
    // That it is the length of the body is known: the body was read by it.
    if came.values("Content-Length").len() != 1 {
        let failure = Failure::wrong("one Content-Length", "none, or several");
        return Err(failure.at(&came.bytes, None));
    }
    if !came.values("Content-Type").iter().any(|(value, _)| value.starts_with("text/plain")) {
        let failure = Failure::wrong("Content-Type: text/plain", "something else");
        return Err(failure.at(&came.bytes, came.values("Content-Type").first().map(|v| v.1)));
    }
    let body = String::from_utf8_lossy(&came.body).into_owned();
    if body.trim_end_matches('\n').contains('\n') {
        let body_at = came.bytes.len() - came.body.len();
        return Err(Failure::wrong("one line of text", "several").at(&came.bytes, Some(body_at)));
    }
    Ok(())
}
