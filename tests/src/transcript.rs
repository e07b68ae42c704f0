//! What was said in a case: whole responses and frames, in hex and words, never single reads.
//!
//! One transcript serves all deliveries and all runs, so nothing in it depends on the time, on
//! ports, or on how the bytes were cut. Its look:
//!
//! ```text
//! → 81 85 37 fa 21 3d 7f 9f 4d 51 58   FIN TEXT masked 5 "Hello"
//! ← 81 05 48 65 6c 6c 6f               FIN TEXT 5 "Hello"
//! ```

use crate::frame::Frame;
use crate::server_frame::ServerFrame;
use crate::words;

/// The words begin here, unless the hex is longer.
const HEX_WIDTH: usize = 32;
/// Of a page only this is shown; its length is the business of the stage.
const PAGE: &str = "(a page of HTML)";

#[derive(Clone, Debug, Default)]
pub struct Transcript {
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    /// Who, in a case with several clients; empty in others.
    pub client: &'static str,
    pub what: What,
    /// Offset of the first wrong byte, shown with a caret.
    pub wrong_at: Option<usize>,
}

#[derive(Clone, Debug)]
pub enum What {
    /// An HTTP message that was sent, as lines.
    RequestSent(Vec<u8>),
    /// Bytes on the wire and what they are in words.
    Sent {
        bytes: Vec<u8>,
        words: String,
    },
    Response(Vec<u8>),
    Received {
        bytes: Vec<u8>,
        words: String,
    },
    /// A frame whose payload differs from run to run: its first byte, and the pattern it met.
    Masked {
        first: u8,
        words: String,
    },
    /// What the client did or saw besides bytes: `→ end`, `← end`.
    Act(String),
    /// A line that the server printed.
    Log(String),
}

impl Transcript {
    pub fn add(&mut self, client: &'static str, what: What) {
        self.entries.push(Entry { client, what, wrong_at: None });
    }

    pub fn sent_frame(&mut self, client: &'static str, frame: &Frame) {
        self.add(client, What::Sent { bytes: frame.bytes(), words: frame.words() });
    }

    pub fn received_frame(&mut self, client: &'static str, frame: &ServerFrame) {
        let bytes = frame.bytes.clone();
        self.add(client, What::Received { bytes, words: frame.words() });
    }

    /// All of it as text, one line an item, HTTP one line a line.
    pub fn render(&self) -> String {
        let several = self.entries.iter().any(|entry| !entry.client.is_empty());
        let width = self.entries.iter().map(|entry| entry.client.chars().count()).max();
        let mut out = String::new();
        for entry in &self.entries {
            let name = match (several, width) {
                (true, Some(width)) => format!("{:width$} ", entry.client),
                _ => String::new(),
            };
            for line in entry.lines() {
                out.push_str(format!("{name}{line}").trim_end());
                out.push('\n');
            }
        }
        out
    }
}

impl Entry {
    fn lines(&self) -> Vec<String> {
        match &self.what {
            What::RequestSent(bytes) => http('→', bytes, self.wrong_at),
            What::Response(bytes) => http('←', bytes, self.wrong_at),
            What::Sent { bytes, words } => binary('→', bytes, words, self.wrong_at),
            What::Received { bytes, words } => binary('←', bytes, words, self.wrong_at),
            What::Masked { first, words } => {
                vec![format!("← {:HEX_WIDTH$}   {words}", format!("{first:02x} …"))]
            }
            What::Act(words) => vec![words.clone()],
            What::Log(line) => vec![format!("  log: {}", words::escaped(line))],
        }
    }
}

fn binary(arrow: char, bytes: &[u8], words: &str, wrong_at: Option<usize>) -> Vec<String> {
    let (hex, column) = words::hex_around(bytes, wrong_at);
    let mut lines = vec![format!("{arrow} {hex:HEX_WIDTH$}   {words}")];
    lines.extend(column.map(|column| format!("  {}^", " ".repeat(column))));
    lines
}

fn http(arrow: char, bytes: &[u8], wrong_at: Option<usize>) -> Vec<String> {
    // Where a byte is wrong all is shown as it came.
    let shown = if wrong_at.is_some() { bytes.to_vec() } else { without_page(bytes) };
    let mut lines = Vec::new();
    let parts = words::http_lines(&shown);
    for (at, line) in parts.iter().enumerate() {
        lines.push(format!("{arrow} {}", line.text));
        let next = parts.get(at + 1).map_or(usize::MAX, |next| next.start);
        if let Some(wrong) = wrong_at.filter(|wrong| (line.start..next).contains(wrong)) {
            let before = String::from_utf8_lossy(&bytes[line.start..wrong.min(bytes.len())]);
            let column = words::escaped(&before).chars().count().min(line.text.chars().count());
            lines.push(format!("  {}^", " ".repeat(column)));
        }
    }
    lines
}

/// An HTML page and its length differ from stage to stage and say nothing: both are masked.
fn without_page(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return bytes.to_vec();
    };
    if !head.contains("text/html") {
        return bytes.to_vec();
    }
    let lines = head.split("\r\n").map(|line| match line.split_once(": ") {
        Some((name, _)) if name.eq_ignore_ascii_case("content-length") => format!("{name}: …"),
        _ => line.to_string(),
    });
    let head: Vec<String> = lines.collect();
    let page = if body.is_empty() { "" } else { PAGE };
    format!("{}\r\n\r\n{page}", head.join("\r\n")).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::text;
    use crate::server_frame::read_frame;

    #[test]
    fn the_look_of_a_frame() {
        let mut transcript = Transcript::default();
        transcript.sent_frame("", &text("Hello"));
        let answer = read_frame(b"\x81\x05Hello").expect("a whole frame");
        transcript.received_frame("", &answer);
        let expected = "\
→ 81 85 37 fa 21 3d 7f 9f 4d 51 58   FIN TEXT masked 5 \"Hello\"
← 81 05 48 65 6c 6c 6f               FIN TEXT 5 \"Hello\"
";
        assert_eq!(transcript.render(), expected);
    }

    #[test]
    fn the_caret_stands_under_the_wrong_byte() {
        let mut transcript = Transcript::default();
        let answer = read_frame(b"\x81\x05Hellu").expect("a whole frame");
        transcript.received_frame("", &answer);
        transcript.entries[0].wrong_at = Some(6);
        let text = transcript.render();
        let (line, caret) = text.split_once('\n').expect("two lines");
        let column = caret.find('^').expect("a caret");
        let shown: String = line.chars().skip(column).take(2).collect();
        assert_eq!(shown, "75");
    }
}
