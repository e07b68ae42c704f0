//! What is told to whoever runs the server, in lines that are safe to show: a
//! terminal obeys the control characters in what it prints, and most of these
//! lines repeat what a client sent.

use crate::http::Request;
use crate::response::Response;

/// Characters of one line that a client may fill.
const MAX_SHOWN: usize = 256;

pub fn request(request: &Request) -> String {
    let mut lines = format!(
        "{} {} HTTP/1.{}",
        printable(&request.method),
        printable(&request.target),
        request.minor_version,
    );
    for header in &request.headers {
        let name = printable(&header.name);
        lines += &format!("\n  {name}: {}", printable(&header.value));
    }
    lines
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
