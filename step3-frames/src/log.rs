//! What is told to whoever runs the server, in lines that are safe to show: a
//! terminal obeys the control characters in what it prints, and most of these
//! lines repeat what a client sent.

use crate::frame::{FrameError, FrameHeader, Opcode};
use crate::handshake::Upgrade;
use crate::http::Request;
use crate::response::Response;

/// Characters or bytes of one line that a client may fill.
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

pub fn upgrade(upgrade: &Upgrade) -> String {
    let subprotocol = upgrade.subprotocol.unwrap_or("none");
    format!("upgraded to WebSocket, subprotocol: {subprotocol}")
}

pub fn frame(header: &FrameHeader, payload: &[u8]) -> String {
    let fin = if header.fin { "FIN " } else { "" };
    let opcode = match header.opcode {
        Opcode::Continuation => "CONTINUATION",
        Opcode::Text => "TEXT",
        Opcode::Binary => "BINARY",
        Opcode::Close => "CLOSE",
        Opcode::Ping => "PING",
        Opcode::Pong => "PONG",
    };
    // A fragment of a text may end within a character: that is no UTF-8.
    let payload = match str::from_utf8(payload) {
        Ok(text) => format!(" \"{}\"", printable(text)),
        Err(_) => hex(payload),
    };
    let length = header.payload_len;
    format!("{fin}{opcode} payload len: {length}\nPayload:{payload}")
}

pub fn bad_frame(error: FrameError) -> String {
    format!("bad frame: {error}")
}

fn hex(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(MAX_SHOWN)];
    let mut text = String::new();
    for byte in shown {
        text += &format!(" {byte:02x}");
    }
    let more = if shown.len() < bytes.len() {
        " …"
    } else {
        ""
    };
    text + more
}

/// What a client sent, without control characters.
fn printable(text: &str) -> String {
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{more}", shown.escape_debug())
}
