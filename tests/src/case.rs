//! A case: a rule, a mistake or an attack, put to a server over TCP.

use std::ops::RangeInclusive;

use crate::failure::Played;
use crate::play::Play;
use crate::script::Script;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Track {
    MainLine,
    HardToHurt,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scope {
    /// It holds for every WebSocket server.
    AnyServer,
    /// Only our four stages choose so: limits, rooms, log lines, the text of a refusal.
    OurChoice,
}

/// How the bytes of a case reach the server. The transcript is the same for all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delivery {
    /// Each message in one write.
    Whole,
    ByteByByte,
    /// In one write with what follows.
    Glued,
}

impl Delivery {
    pub const ALL: [Delivery; 3] = [Delivery::Whole, Delivery::ByteByByte, Delivery::Glued];

    pub fn words(self) -> &'static str {
        match self {
            Delivery::Whole => "whole",
            Delivery::ByteByByte => "byte by byte",
            Delivery::Glued => "glued",
        }
    }
}

/// A limit in seconds that is shortened, because its default is too long to wait for.
#[derive(Clone, Copy)]
pub struct Shortened {
    pub flag: &'static str,
    pub short: f64,
    pub default: f64,
}

pub enum Act {
    Script(Script),
    /// For what a list of steps cannot say.
    Function(fn(&mut Play) -> Played),
    /// Nothing yet: a case without an act is a mistake, and fails.
    Nothing,
}

pub struct Case {
    /// The rule (`U2`), the mistake (`mistake 6`) or the attack it belongs to.
    pub id: &'static str,
    /// The rule in words: `connection_is_a_list_of_tokens`.
    pub name: &'static str,
    /// What else it proves: rule ids, `mistake 15`, `attack dns_rebinding`, `--max-message`.
    pub also: &'static [&'static str],
    /// Where the rule stands: `RFC 6455 §4.2.1`.
    pub section: &'static str,
    pub track: Track,
    pub scope: Scope,
    pub stages: RangeInclusive<u8>,
    /// From these stages on the answer is another one, rightly, and has a snapshot of its own.
    pub anew_in: Vec<u8>,
    /// A thought that helps and does not give the solution away.
    pub hint: &'static str,
    /// Which real client or attack makes it matter.
    pub why: &'static str,
    /// The chapter of the book.
    pub chapter: &'static str,
    pub deliveries: Vec<Delivery>,
    /// Flags of the server (stage 4), which it then has to itself.
    pub flags: &'static [&'static str],
    pub shortened: Vec<Shortened>,
    /// It has a server to itself.
    pub alone: bool,
    /// It takes some seconds of its own, so it is begun before the others.
    pub long: bool,
    pub act: Act,
}

/// A case of this id and name; what follows fills it in.
pub fn case(id: &'static str, name: &'static str) -> Case {
    Case {
        id,
        name,
        also: &[],
        section: "",
        track: Track::HardToHurt,
        scope: Scope::AnyServer,
        stages: 1..=4,
        anew_in: Vec::new(),
        hint: "",
        why: "",
        chapter: chapter(id),
        deliveries: Delivery::ALL.to_vec(),
        flags: &[],
        shortened: Vec::new(),
        alone: false,
        long: false,
        act: Act::Nothing,
    }
}

fn chapter(id: &str) -> &'static str {
    match id.as_bytes().first() {
        Some(b'H') => "1 HTTP",
        Some(b'U') => "2 The handshake",
        Some(b'F') => "3 Frames",
        _ => "4 Complete",
    }
}

impl Case {
    pub fn also(mut self, ids: &'static [&'static str]) -> Case {
        self.also = ids;
        self
    }

    pub fn section(mut self, section: &'static str) -> Case {
        self.section = section;
        self
    }

    pub fn main_line(mut self) -> Case {
        self.track = Track::MainLine;
        self
    }

    pub fn our_choice(mut self) -> Case {
        self.scope = Scope::OurChoice;
        self
    }

    pub fn stages(mut self, stages: RangeInclusive<u8>) -> Case {
        self.stages = stages;
        self
    }

    /// From this stage on the answer is another one.
    pub fn anew_in(mut self, stage: u8) -> Case {
        self.anew_in.push(stage);
        self
    }

    pub fn hint(mut self, hint: &'static str) -> Case {
        self.hint = hint;
        self
    }

    pub fn why(mut self, why: &'static str) -> Case {
        self.why = why;
        self
    }

    pub fn chapter(mut self, chapter: &'static str) -> Case {
        self.chapter = chapter;
        self
    }

    pub fn deliver(mut self, deliveries: &[Delivery]) -> Case {
        self.deliveries = deliveries.to_vec();
        self
    }

    pub fn flags(mut self, flags: &'static [&'static str]) -> Case {
        self.flags = flags;
        self.alone = true;
        self
    }

    /// The server gets `flag` with the short value, and the case waits that much longer. Where the
    /// defaults are to be proved (`COURSE_DEFAULTS=1`), the flag is left out and the wait is long.
    pub fn shortened(mut self, flag: &'static str, short: f64, default: f64) -> Case {
        self.shortened.push(Shortened { flag, short, default });
        self.alone = true;
        self
    }

    pub fn long(mut self) -> Case {
        self.long = true;
        self
    }

    pub fn alone(mut self) -> Case {
        self.alone = true;
        self
    }

    pub fn script(mut self, script: Script) -> Case {
        self.anew_in.extend(script.differs_by_stage().then_some(4));
        self.act = Act::Script(script);
        self
    }

    /// What it does as a function. It is delivered whole unless `deliver` says otherwise after it.
    pub fn function(mut self, function: fn(&mut Play) -> Played) -> Case {
        self.act = Act::Function(function);
        self.deliveries = vec![Delivery::Whole];
        self
    }
}
