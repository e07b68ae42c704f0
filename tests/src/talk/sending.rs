//! What is said of something that is sent.

use crate::request::Request;
use crate::script::Message;
use crate::server_frame::read_frame;
use crate::transcript::What;
use crate::words;

/// Whether a request asks for a WebSocket, well or badly.
pub fn asks_for_frames(request: &Request) -> bool {
    request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Upgrade"))
}

/// What the transcript shows of something that is sent: each frame in a line.
pub fn sent(message: &Message) -> Vec<What> {
    let mut rest = match message {
        Message::Request(_) | Message::Lines(_) => {
            return vec![What::RequestSent(message.bytes())];
        }
        Message::Upgrade(path) => return vec![What::Act(format!("→ upgrade {path}"))],
        Message::Frame(frame) => {
            return vec![What::Sent { bytes: frame.bytes(), words: frame.words() }];
        }
        Message::Raw(bytes, _) => bytes.as_slice(),
    };
    // Raw bytes may be frames. A request has no such first byte, so this holds before the 101 too.
    let mut shown = Vec::new();
    while let Some(frame) = read_frame(rest).filter(|frame| 0x80 <= frame.bytes[0] || frame.masked)
    {
        rest = &rest[frame.bytes.len()..];
        let words = frame.words();
        shown.push(What::Sent { bytes: frame.bytes, words });
    }
    if !rest.is_empty() {
        let count = words::grouped(rest.len());
        let words = if rest.len() == 1 { "1 byte".into() } else { format!("{count} bytes") };
        shown.push(What::Sent { bytes: rest.to_vec(), words });
    }
    shown
}
