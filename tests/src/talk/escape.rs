//! Bytes written as text on a line, and read back: `\r\n`, `\x00`, `\u{20ac}`.

/// Text in which every byte can be written. Spaces at its ends are escaped, because those of a
/// line do not count.
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' | '"' => out.push(character),
                _ => out.extend(character.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    if let Some(rest) = out.strip_prefix(' ') {
        out = format!("\\x20{rest}");
    }
    if let Some(rest) = out.strip_suffix(' ') {
        out = format!("{rest}\\x20");
    }
    out
}

/// The bytes that a text stands for; the error names the escape that is none.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let after = &rest[at + 1..];
        let (bytes, length) = one(after).ok_or_else(|| {
            let shown: String = after.chars().take(4).collect();
            format!("\\{shown} is no escape. There are \\r \\n \\t \\0 \\x00 \\u{{20ac}} and \\\\ for \\")
        })?;
        out.extend_from_slice(&bytes);
        rest = &after[length..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// The bytes of the escape that begins behind a backslash, and how long it is.
fn one(text: &str) -> Option<(Vec<u8>, usize)> {
    let byte = |byte: u8| Some((vec![byte], 1));
    match text.chars().next()? {
        'r' => byte(b'\r'),
        'n' => byte(b'\n'),
        't' => byte(b'\t'),
        '0' => byte(0),
        '\\' => byte(b'\\'),
        'x' => {
            let digits = text.get(1..3).filter(|digits| is_hex(digits))?;
            Some((vec![u8::from_str_radix(digits, 16).ok()?], 3))
        }
        'u' => {
            let end = text.find('}')?;
            let digits = text.get(1..end)?.strip_prefix('{').filter(|digits| is_hex(digits))?;
            let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            Some((character.to_string().into_bytes(), end + 1))
        }
        _ => None,
    }
}

fn is_hex(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Bytes in hex, with or without spaces between them.
pub fn hex_bytes(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        if word == "…" || word == "..." {
            return Err("this line was cut where it ends in \"…\": its end is missing".into());
        }
        if !is_hex(word) || !word.len().is_multiple_of(2) {
            return Err(format!("\"{word}\" is no byte in hex; two digits each: raw 81 05"));
        }
        for pair in word.as_bytes().chunks(2) {
            let digits = String::from_utf8_lossy(pair);
            out.push(u8::from_str_radix(&digits, 16).map_err(|error| error.to_string())?);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        assert_eq!(escape(b" a\r\n\\\xff\x9b| "), r"\x20a\r\n\\\xff\x9b|\x20");
        assert_eq!(escape("€ \u{9b}\"".as_bytes()), r#"€ \u{9b}""#);
        assert_eq!(escape(b" "), r"\x20");
    }

    #[test]
    fn a_wrong_escape_is_named() {
        let error = unescape(r"a\qrst").expect_err("no escape");
        assert!(error.starts_with(r"\qrst is no escape"), "{error}");
        for bad in [r"\", r"\x", r"\x1", r"\xé9", r"\u{}", r"\u{d800}", r"\u20ac", r"\x+1"] {
            assert!(unescape(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hex_with_and_without_spaces() {
        assert_eq!(hex_bytes("81 05 48656c"), Ok(vec![0x81, 5, 0x48, 0x65, 0x6c]));
        assert!(hex_bytes("81 5").is_err());
        assert!(hex_bytes("81 …").expect_err("cut").contains("cut"));
    }

    proptest! {
        #[test]
        fn escaped_bytes_come_back(bytes: Vec<u8>) {
            let text = escape(&bytes);
            prop_assert_eq!(text.trim(), text.as_str());
            prop_assert_eq!(unescape(&text), Ok(bytes));
        }
    }
}
