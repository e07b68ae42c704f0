//! Bytes in words: hex, abbreviations, and HTTP as lines, the way transcripts show them.

/// So many bytes are written out in hex; longer ones are cut.
const HEX_WHOLE: usize = 24;
/// What stays of bytes that are cut: a header of 14 bytes and a bit.
const HEX_CUT: usize = 16;
/// So many characters of a text are shown.
const TEXT_WHOLE: usize = 64;
/// So many lines of an HTTP message are shown.
const LINES_WHOLE: usize = 16;

/// `81 05 48`, all of it.
pub fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}

/// Bytes in hex, cut where they are long, and the column of the byte at `mark`, if it is asked for.
pub fn hex_around(bytes: &[u8], mark: Option<usize>) -> (String, Option<usize>) {
    if bytes.len() <= HEX_WHOLE {
        return (hex(bytes), mark.map(|at| 3 * at));
    }
    let size = format!(" … ({} bytes)", grouped(bytes.len()));
    match mark {
        Some(at) if HEX_CUT <= at => {
            let from = at.saturating_sub(HEX_CUT / 2).min(bytes.len());
            let to = (from + HEX_CUT).min(bytes.len());
            (format!("… {}{size}", hex(&bytes[from..to])), Some(2 + 3 * (at - from)))
        }
        _ => (format!("{}{size}", hex(&bytes[..HEX_CUT])), mark.map(|at| 3 * at)),
    }
}

/// A payload as quoted text, or nothing where it is not text.
pub fn quoted(payload: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(payload).ok()?;
    let shown: String = text.chars().take(TEXT_WHOLE).collect();
    let cut = if shown.len() < text.len() { "…" } else { "" };
    Some(format!("\"{}{cut}\"", escaped(&shown)))
}

/// Text with control characters made visible; quotes stay as they are.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\'' | '"' => out.push(character),
            _ => out.extend(character.escape_debug()),
        }
    }
    out
}

/// 1234567 as `1,234,567`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A line of an HTTP message as a transcript shows it, and where its bytes begin.
pub struct Line {
    pub text: String,
    /// Offset of its first byte in the message.
    pub start: usize,
}

/// An HTTP message as lines. In its head a line end that is not CR LF is shown; what is long or
/// many is cut.
pub fn http_lines(bytes: &[u8]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut start = 0;
    let mut in_body = false;
    while start < bytes.len() {
        let end = bytes[start..].iter().position(|&byte| byte == b'\n');
        let next = end.map_or(bytes.len(), |at| start + at + 1);
        let line = &bytes[start..next];
        let text = if in_body { cut(line.trim_ascii_end()) } else { shown_line(line) };
        // Empty lines in front of a request end no head (H7).
        in_body |= line == b"\r\n" && lines.iter().any(|line| !line.text.is_empty());
        lines.push(Line { text, start });
        start = next;
    }
    if LINES_WHOLE < lines.len() {
        let left_out = lines.len() - LINES_WHOLE;
        let note = Line {
            text: format!("… {} more lines …", grouped(left_out)),
            start: lines[LINES_WHOLE / 2].start,
        };
        lines.splice(LINES_WHOLE / 2..LINES_WHOLE / 2 + left_out, [note]);
    }
    lines
}

fn shown_line(line: &[u8]) -> String {
    if let Some(text) = line.strip_suffix(b"\r\n") {
        // A space at the end would not be seen.
        return match text.strip_suffix(b" ") {
            Some(before) if !before.ends_with(b":") => cut(before) + "\\x20",
            _ => cut(text),
        };
    }
    match line.strip_suffix(b"\n") {
        Some(text) => cut(text) + "\\n",
        None => cut(line) + "⋯",
    }
}

fn cut(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let shown: String = text.chars().take(TEXT_WHOLE + 16).collect();
    if shown.len() < text.len() {
        return format!("{}… ({} bytes)", escaped(&shown), grouped(line.len()));
    }
    escaped(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1234567), "1,234,567");
    }

    #[test]
    fn long_bytes_are_cut_and_the_mark_stays_in_sight() {
        let bytes: Vec<u8> = (0..100).collect();
        let (text, column) = hex_around(&bytes, Some(50));
        let column = column.expect("a column");
        let at: String = text.chars().skip(column).take(2).collect();
        assert_eq!(at, "32");
    }

    #[test]
    fn line_ends_that_are_wrong_are_shown() {
        let lines = http_lines(b"GET / HTTP/1.1\r\nHost: a\nX");
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["GET / HTTP/1.1", "Host: a\\n", "X⋯"]);
    }
}
