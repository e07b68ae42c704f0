//! The HTTP response that a case wants, and how one that came differs from it.

use crate::answer_check::Check;
use crate::failure::Failure;
use crate::response::Response;

/// A response that is wanted: a status, and checks of headers and body.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    /// It answers HEAD: headers that speak of a body, and no body.
    pub headers_only: bool,
    /// Any refusal will do where only the rules count, and mostly none at all but the end as well.
    pub refusal: bool,
    /// A refusal without a word will not do, by the rules either.
    in_words: bool,
    checks: Vec<Check>,
}

/// A response with this status.
pub fn answer(status: u16) -> Answer {
    Answer { status, headers_only: false, refusal: false, in_words: false, checks: Vec::new() }
}

/// A refusal (H14): the status, one line of plain text that names the fault, `Connection: close`.
/// The end of the connection is a step of its own.
pub fn refused(status: u16) -> Answer {
    let mut answer = answer(status);
    answer.refusal = true;
    answer.checks.push(Check::RefusalForm);
    answer
}

impl Answer {
    pub fn to_head(mut self) -> Answer {
        self.headers_only = true;
        self
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.checks.push(Check::Header(name, value.into()));
        self
    }

    pub fn our_header(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.checks.push(Check::OurHeader(name, value.into()));
        self
    }

    pub fn lists(mut self, name: &'static str, token: &'static str) -> Answer {
        self.checks.push(Check::HeaderLists(name, token));
        self
    }

    pub fn our_lists(mut self, name: &'static str, token: &'static str) -> Answer {
        self.checks.push(Check::OurHeaderLists(name, token));
        self
    }

    /// The rules ask for an HTTP response (RFC 6455 §4.2.1). Few cases insist on it: a server that
    /// ends the connection instead breaks one rule, not all that refuse something.
    pub fn in_words(mut self) -> Answer {
        self.in_words = true;
        self
    }

    /// Whether there has to be a response, by the rules.
    pub fn is_in_words(&self) -> bool {
        self.in_words
    }

    /// Any refusal has this token in its list, whatever its status is, so there has to be one.
    pub fn any_refusal_lists(mut self, name: &'static str, token: &'static str) -> Answer {
        self.checks.push(Check::AnyRefusalLists(name, token));
        self.in_words()
    }

    pub fn no_header(mut self, name: &'static str) -> Answer {
        self.checks.push(Check::NoHeader(name));
        self
    }

    pub fn our_no_header(mut self, name: &'static str) -> Answer {
        self.checks.push(Check::OurNoHeader(name));
        self
    }

    /// No such header, or one of the members of these lists.
    pub fn at_most_one_of(mut self, name: &'static str, lists: &[&str]) -> Answer {
        let members = lists.iter().flat_map(|list| list.split(',')).map(|m| m.trim().to_string());
        self.checks.push(Check::AtMostOneOf(name, members.collect()));
        self
    }

    pub fn only_headers(mut self, names: &'static [&'static str]) -> Answer {
        self.checks.push(Check::OnlyHeaders(names));
        self
    }

    pub fn mentions(mut self, text: &'static str) -> Answer {
        self.checks.push(Check::Mentions(text));
        self
    }

    /// Nowhere in it stands this text.
    pub fn never_says(mut self, text: &'static str) -> Answer {
        self.checks.push(Check::Nowhere(text));
        self
    }

    /// What this answer is, in words.
    pub fn words(&self) -> String {
        format!("a response with the status {}", self.status)
    }

    /// The first difference between what is wanted and what came.
    pub fn compare(&self, came: &Response, rules_only: bool) -> Result<(), Failure> {
        let another_refusal =
            came.status != self.status && rules_only && self.refusal && 400 <= came.status;
        if came.status != self.status && !another_refusal {
            let status_at = "HTTP/1.1 ".len();
            let wanted = self.status.to_string();
            let got = came.status.to_string();
            let same = wanted.bytes().zip(got.bytes()).take_while(|(a, b)| a == b).count();
            let failure =
                Failure::wrong(format!("the status {wanted}"), format!("the status {got}"));
            return Err(failure.at(&came.bytes, Some(status_at + same)));
        }
        let holds_always = |check: &&Check| {
            matches!(check, Check::AnyRefusalLists(..) | Check::Nowhere(_)) || !another_refusal
        };
        for check in self.checks.iter().filter(holds_always) {
            check.compare(came, rules_only)?;
        }
        Ok(())
    }
}
