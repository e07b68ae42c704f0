//! The nearest word to one that was mistyped.

/// Words that people try, and what they mean here.
const GUESSES: [(&str, &str); 31] = [
    ("send", "text"),
    ("message", "text"),
    ("msg", "text"),
    ("say", "text"),
    ("write", "text"),
    ("bin", "binary"),
    ("cont", "continuation"),
    ("continue", "continuation"),
    ("fragments", "fragment"),
    ("hex", "raw"),
    ("bytes", "raw"),
    ("connect", "upgrade"),
    ("websocket", "upgrade"),
    ("ws", "upgrade"),
    ("curl", "get"),
    ("header", "get"),
    ("exit", "quit"),
    ("bye", "quit"),
    ("q", "quit"),
    ("?", "help"),
    ("sleep", "pause"),
    ("fin", "end"),
    ("eof", "end"),
    ("rst", "reset"),
    ("disconnect", "leave"),
    ("gone", "leave"),
    ("glue", "hold"),
    ("split", "split="),
    ("unmasked", "mask="),
    ("rsv", "rsv1="),
    ("rsv=", "rsv1="),
];

/// Which of the known words was meant, if one is near.
pub fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let word = word.to_lowercase();
    if let Some((_, meant)) = GUESSES.iter().find(|(guess, _)| *guess == word) {
        return Some(meant);
    }
    // One letter in three may be wrong, and one in a short word.
    let most = (word.chars().count() / 3).max(1);
    let distances = known.iter().map(|&candidate| (distance(&word, candidate), candidate));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, left out, changed or swapped with the next.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut best =
                (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + changed);
            if 1 < i && 1 < j && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let known = ["text", "ping", "pong", "close", "upgrade", "mask="];
        for (typed, meant) in [
            ("txet", Some("text")),
            ("PIGN", Some("ping")),
            ("upgade", Some("upgrade")),
            ("masked=", Some("mask=")),
            ("send", Some("text")),
            ("elephant", None),
        ] {
            assert_eq!(nearest(typed, &known), meant, "{typed}");
        }
    }
}
