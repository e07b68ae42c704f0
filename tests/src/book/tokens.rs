//! Cuts code into tokens, so that white space and comments make no difference to a comparison.

/// A word, a literal or a mark, and the line that it starts in, counted from 0.
#[derive(Clone, Debug)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// How comments look in a file.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    Rust,
    /// `#` begins a comment: TOML.
    Hash,
    /// Nothing is a comment.
    Plain,
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

/// The tokens of a file. A comma before a closing bracket is left out: rustfmt sets and takes it.
pub fn tokens(path: &str, text: &str) -> Vec<Token> {
    let language = match path.rsplit('.').next() {
        Some("rs") => Language::Rust,
        Some("toml") => Language::Hash,
        _ => Language::Plain,
    };
    let mut lexer = Lexer { rest: text, line: 0, tokens: Vec::new() };
    while let Some(first) = lexer.rest.chars().next() {
        let length = lexer.space_or_comment(first, language);
        match length {
            0 => lexer.token(first, language),
            _ => lexer.skip(length),
        }
    }
    lexer.tokens
}

impl Lexer<'_> {
    fn skip(&mut self, length: usize) {
        let (passed, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += passed.matches('\n').count();
        self.rest = rest;
    }

    /// The length of the white space or the comment that comes next.
    fn space_or_comment(&self, first: char, language: Language) -> usize {
        let line = || self.rest.find('\n').unwrap_or(self.rest.len());
        match (first, language) {
            _ if first.is_whitespace() => first.len_utf8(),
            ('#', Language::Hash) => line(),
            ('/', Language::Rust) if self.rest.starts_with("//") => line(),
            ('/', Language::Rust) if self.rest.starts_with("/*") => block_comment(self.rest),
            _ => 0,
        }
    }

    fn token(&mut self, first: char, language: Language) {
        let word = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let word = word.unwrap_or(self.rest.len());
        let length = match first {
            '"' if language != Language::Plain => string(self.rest),
            '\'' if language == Language::Rust => quote(self.rest),
            '\'' if language == Language::Hash => {
                self.rest[1..].find('\'').map_or(self.rest.len(), |end| end + 2)
            }
            _ if language == Language::Rust && ["r", "br", "cr"].contains(&&self.rest[..word]) => {
                raw_string(self.rest, word).unwrap_or(word)
            }
            _ if word == 0 => first.len_utf8(),
            _ => word,
        };
        if [')', ']', '}'].contains(&first) && self.tokens.last().is_some_and(|t| t.text == ",") {
            self.tokens.pop();
        }
        let text = self.rest[..length].replace("\r\n", "\n");
        self.tokens.push(Token { text, line: self.line });
        self.skip(length);
    }
}

/// Block comments hold others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        match rest {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    text.len()
}

/// A character, or the mark of a lifetime.
fn quote(text: &str) -> usize {
    let mut chars = text.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(escaped)) => {
            let begin = 2 + escaped.len_utf8();
            text[begin..].find('\'').map_or(text.len(), |end| begin + end + 1)
        }
        (Some(only), Some('\'')) => 2 + only.len_utf8(),
        _ => 1,
    }
}

/// `r"…"` or `r##"…"##`, if that is what stands there.
fn raw_string(text: &str, prefix: usize) -> Option<usize> {
    let marks = text[prefix..].len() - text[prefix..].trim_start_matches('#').len();
    let begin = prefix + marks + 1;
    if text[prefix + marks..].starts_with('"') {
        let closing = format!("\"{}", "#".repeat(marks));
        return Some(
            text[begin..].find(&closing).map_or(text.len(), |at| begin + at + closing.len()),
        );
    }
    None
}
