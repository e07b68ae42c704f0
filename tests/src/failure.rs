//! What a case finds: passed, skipped with the reason, or a failure that tells where and what.

/// The sort of a failure; a hang, a crash and an early close each get their own words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sort {
    /// Something came, and it is wrong.
    Wrong,
    /// Nothing came, or not all of it, until the deadline.
    Late,
    /// The connection ended before the answer was whole.
    Ended,
    /// There is no server at the address, or it went away.
    Gone,
    /// The case itself did not come to its end.
    Hung,
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub sort: Sort,
    /// What ought to have come, in words.
    pub expected: String,
    /// The bytes that ought to have come, where the rule leaves no choice.
    pub expected_bytes: Option<Vec<u8>>,
    /// What came instead, in words.
    pub got: String,
    /// What came instead. The transcript shows it too.
    pub got_bytes: Vec<u8>,
    /// Offset of the first wrong byte in `got_bytes`.
    pub wrong_at: Option<usize>,
}

impl Failure {
    pub fn new(sort: Sort, expected: impl Into<String>, got: impl Into<String>) -> Failure {
        Failure {
            sort,
            expected: expected.into(),
            expected_bytes: None,
            got: got.into(),
            got_bytes: Vec::new(),
            wrong_at: None,
        }
    }

    pub fn wrong(expected: impl Into<String>, got: impl Into<String>) -> Failure {
        Failure::new(Sort::Wrong, expected, got)
    }

    /// These bytes came, and the one at `wrong_at` is the first wrong one.
    pub fn at(mut self, bytes: &[u8], wrong_at: Option<usize>) -> Failure {
        self.got_bytes = bytes.to_vec();
        self.wrong_at = wrong_at;
        self
    }

    /// These bytes ought to have come; the first wrong one is found by comparing.
    pub fn instead_of(mut self, expected: &[u8], got: &[u8]) -> Failure {
        let same = expected.iter().zip(got).take_while(|(wanted, came)| wanted == came).count();
        self.expected_bytes = Some(expected.to_vec());
        self.at(got, Some(same))
    }

    /// What came instead, line by line: the first says what it is, and of what a server printed
    /// behind it `most` lines are left, the last, since there it went wrong.
    pub fn got_lines(&self, most: usize) -> Vec<&str> {
        let mut lines: Vec<&str> =
            self.got.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        if 1 + most < lines.len() {
            lines.splice(1..lines.len() - most, ["…"]);
        }
        lines
    }
}

/// How the reason begins where another try may find more time.
pub const BUSY: &str = "this machine is too busy";

/// Why a case stops before its end.
#[derive(Clone, Debug)]
pub enum Stop {
    Fail(Box<Failure>),
    /// It cannot be tried here, for this reason.
    Skip(String),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Fail(Box::new(failure))
    }
}

/// What a case and its parts return.
pub type Played = Result<(), Stop>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lines_the_last_are_told() {
        let told = |got, most| Failure::wrong("", got).got_lines(most).join("|");
        let printed = "other lines:\n    one\n    two\n    three";
        assert_eq!(told(printed, 3), "other lines:|one|two|three");
        assert_eq!(told(printed, 2), "other lines:|…|two|three");
        assert_eq!(told("no further line", 2), "no further line");
        assert_eq!(told("", 2), "");
    }
}
