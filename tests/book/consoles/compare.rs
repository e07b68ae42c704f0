//! Whether what is shown is what came: with what may be left out, and what differs from machine to
//! machine.

use super::typed::ELISION;

/// What came, line by line.
pub struct Came {
    pub lines: Vec<String>,
    /// Lines that a page need not show.
    pub optional: Vec<bool>,
}

impl Came {
    pub fn new(lines: Vec<String>) -> Came {
        let optional = vec![false; lines.len()];
        Came { lines, optional }
    }

    /// A transcript of `talk`: a response may be shown without header lines.
    pub fn transcript(lines: Vec<String>) -> Came {
        let mut in_head = false;
        let mut optional = Vec::new();
        for line in &lines {
            let received = received(line);
            optional.push(in_head && received.is_some_and(|text| !text.is_empty()));
            if let Some(text) = received {
                in_head = text.starts_with("HTTP/1.") || in_head && !text.is_empty();
            }
        }
        Came { lines, optional }
    }

    /// Whether a page may show it so.
    pub fn is_shown_by(&self, shown: &[String]) -> bool {
        let (shown, came) = (trimmed(shown), trimmed(&self.lines));
        let skipped = self.lines.iter().take_while(|line| line.trim().is_empty()).count();
        // `fits[at]`: what is shown from here on fits what came from `at` on.
        let mut fits = vec![false; came.len() + 1];
        fits[came.len()] = true;
        for at in (0..came.len()).rev() {
            fits[at] = fits[at + 1] && self.optional[skipped + at];
        }
        for line in shown.iter().rev() {
            let mut next = vec![false; came.len() + 1];
            for at in (0..=came.len()).rev() {
                let has_more = at < came.len();
                next[at] = match line.trim() == ELISION {
                    true => fits[at] || has_more && next[at + 1],
                    false => {
                        has_more && is_shown(line, &came[at]) && fits[at + 1]
                            || has_more && self.optional[skipped + at] && next[at + 1]
                    }
                };
            }
            fits = next;
        }
        fits[0]
    }
}

/// What a line of a transcript says that came, behind the name of a client and the arrow.
fn received(line: &str) -> Option<&str> {
    let (name, text) = line.split_once('←')?;
    name.chars().all(|c| c.is_alphanumeric() || c == ' ').then(|| text.trim())
}

/// Without empty lines at both ends.
pub fn trimmed(lines: &[String]) -> &[String] {
    let is_empty = |line: &&String| line.trim().is_empty();
    let first = lines.iter().take_while(is_empty).count();
    let last = lines[first..].iter().rev().take_while(is_empty).count();
    &lines[first..lines.len() - last]
}

/// Whether a line may be shown so.
pub fn is_shown(shown: &str, came: &str) -> bool {
    let (shown, came) = (masked(shown), masked(came));
    let mut parts = shown.split(ELISION);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = came.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Without what differs from run to run and from machine to machine.
fn masked(line: &str) -> String {
    let mut line = line.trim_end().to_string();
    if let Some(at) = line.find(" panicked at ") {
        // Newer compilers tell the number of the thread, and each has other lines in its library.
        let thread = line[..at].split(" (").next().unwrap_or_default();
        line = format!("{thread} panicked");
    }
    for mark in ["127.0.0.1:", "127.0.0.1/", " port ", "curl/", "os error ", "code: "] {
        line = without_number(&line, mark);
    }
    without_times(&line)
}

/// `#` in place of the number behind each `mark`.
fn without_number(line: &str, mark: &str) -> String {
    let mut parts = line.split(mark);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = if rest.len() < part.len() { "#" } else { "" };
        out.push_str(&format!("{mark}{number}{rest}"));
    }
    out
}

/// `#s` in place of `0.02s` and of `1.5 s`.
fn without_times(line: &str) -> String {
    let is_number =
        |word: &str| word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let mut out: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let core = word.trim_end_matches([',', ';', ')']);
        let behind = &word[core.len()..];
        if core == "s" && out.last().is_some_and(|before| is_number(before)) {
            out.pop();
            out.push(format!("#s{behind}"));
        } else if core.strip_suffix('s').is_some_and(is_number) {
            out.push(format!("#s{behind}"));
        } else {
            out.push(word.to_string());
        }
    }
    out.join(" ")
}
