//! What is told to whoever runs the server, in lines that are safe to show: a
//! terminal obeys the control characters in what it prints, and some of these
//! lines repeat what a client sent.

use crate::http::Request;
use crate::response::Response;

/// Characters of one line that a client may fill.
const MAX_SHOWN: usize = 256;

/// What of a request helps to see why it was refused.
pub fn request(request: &Request) -> String {
    let mut line = format!(
        "{} {} HTTP/1.{}",
        printable(&request.method),
        printable(&request.target),
        request.minor_version,
    );
    for name in ["Host", "Origin"] {
        for value in request.values(name) {
            line += &format!(", {name}: {}", printable(value));
        }
    }
    line
}

pub fn refusal(refusal: &Response) -> String {
    format!("{}: {}", refusal.status, refusal.body.trim_end())
}

/// What a client sent, without control characters.
fn printable(text: &str) -> String {
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{more}", shown.escape_debug())
}
