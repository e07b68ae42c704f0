//! Requests on a line: `get / | X-Note: hi | -Host`, in both directions (RFC 9112).

use super::escape::{escape, unescape};
use crate::request::{Request, get, upgrade};

/// Words that stand for the method of the same name.
pub const METHODS: [&str; 9] =
    ["get", "head", "post", "put", "delete", "options", "patch", "trace", "connect"];

const PARTS: &str = "Name: value, +Name: value, -Name, HTTP/1.0, body hello";

/// The request of a line that begins with `verb`.
pub fn parse(verb: &str, rest: &str, host: &str) -> Result<Request, String> {
    let (method, rest) = match verb {
        "request" => word(rest),
        "upgrade" => ("GET", rest),
        _ => (verb, rest),
    };
    let mut parts = rest.split('|').map(str::trim);
    let (target, first_part) = word(parts.next().unwrap_or_default());
    if target.is_empty() || target.ends_with(':') || method.is_empty() {
        let example = if verb == "request" { "request GET /" } else { &format!("{verb} /") };
        return Err(format!("a path is missing: {example}"));
    }
    let target = text(target)?;
    let mut request = match verb {
        "upgrade" => upgrade(&target),
        _ => get(&target),
    };
    if verb == "request" {
        request = request.method(&text(method)?);
    } else {
        request = request.method(&method.to_uppercase());
    }
    request = request.replace("Host", host);
    for part in [first_part].into_iter().chain(parts).filter(|part| !part.is_empty()) {
        change(&mut request, part)?;
    }
    Ok(request)
}

fn change(request: &mut Request, part: &str) -> Result<(), String> {
    if part.starts_with("HTTP/") {
        request.version = text(part)?;
    } else if let Some(name) = part.strip_prefix('-') {
        let known = request.headers.len();
        request.headers.retain(|header| !header.0.eq_ignore_ascii_case(name.trim()));
        if request.headers.len() == known {
            return Err(format!("there is no line \"{name}\" to leave out"));
        }
    } else if let Some(body) = part.strip_prefix("body ") {
        request.body = unescape(body)?;
    } else if let Some(line) = part.strip_prefix('+') {
        request.headers.push(header(line)?);
    } else {
        let (name, value) = header(part)?;
        let same = request.headers.iter_mut().find(|header| header.0.eq_ignore_ascii_case(&name));
        match same {
            Some(header) => *header = (name, value),
            None => request.headers.push((name, value)),
        }
    }
    Ok(())
}

fn header(line: &str) -> Result<(String, String), String> {
    let mistake = || format!("\"{line}\" is none of: {PARTS}");
    let (name, value) = line.split_once(':').ok_or_else(mistake)?;
    Ok((text(name.trim())?, text(value.trim())?))
}

/// The first word, and what stands behind it.
pub fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn text(escaped: &str) -> Result<String, String> {
    let bytes = unescape(escaped)?;
    String::from_utf8(bytes).map_err(|_| format!("\"{escaped}\" is not UTF-8: use http or raw"))
}

/// The shortest line that makes this request.
pub fn line(request: &Request) -> String {
    let verb = request.method.to_lowercase();
    let verb = match METHODS.contains(&verb.as_str()) && verb.to_uppercase() == request.method {
        true => verb,
        false => format!("request {}", request.method),
    };
    let target = &request.target;
    let candidates = [
        format!("{verb} {target}{}", changes(&get(target), request)),
        format!("upgrade {target}{}", changes(&upgrade(target), request)),
        format!("http {}", escape(&request.bytes())),
    ];
    let right = candidates.into_iter().filter(|candidate| {
        let (verb, rest) = word(candidate);
        verb == "http"
            || parse(verb, rest, "localhost").is_ok_and(|made| made.bytes() == request.bytes())
    });
    right.min_by_key(|candidate| candidate.chars().count()).unwrap_or_default()
}

/// What turns one request into the other. Not every change can be said so: the order of the lines
/// stays as it was.
fn changes(base: &Request, wanted: &Request) -> String {
    let value = |text: &str| escape(text.as_bytes()).replace('|', "\\x7c");
    let mut parts = Vec::new();
    if wanted.version != base.version {
        parts.push(wanted.version.clone());
    }
    let mut used = vec![false; wanted.headers.len()];
    for known in &base.headers {
        let same = |header: &(String, String)| header.0.eq_ignore_ascii_case(&known.0);
        match wanted.headers.iter().position(same) {
            None => parts.push(format!("-{}", known.0)),
            Some(at) => {
                used[at] = true;
                let header = &wanted.headers[at];
                if header != known {
                    parts.push(format!("{}: {}", header.0, value(&header.1)));
                }
            }
        }
    }
    for (at, header) in wanted.headers.iter().enumerate().filter(|(at, _)| !used[*at]) {
        let mut before = wanted.headers[..at].iter();
        let again = before.any(|earlier| earlier.0.eq_ignore_ascii_case(&header.0));
        let plus = if again { "+" } else { "" };
        parts.push(format!("{plus}{}: {}", header.0, value(&header.1)));
    }
    if !wanted.body.is_empty() {
        let body = escape(&wanted.body).replace('|', "\\x7c");
        parts.push(format!("body {body}"));
    }
    parts.iter().map(|part| format!(" | {part}")).collect()
}
