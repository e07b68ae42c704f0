//! Compares what came with what the page shows.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use course::talk::session::{Options, Session};
use course::talk::{Talk, address, greeting, input};

use super::compare::Came;
use super::page::{Block, State};
use super::report::{Outcome, mismatch};
use super::stage::{LOG_TIME, Stage};
use super::typed::{ADDRESS, Command, ELISION, shows_nothing, typed_lines};

/// It is there for scripts: nobody sees it who types.
const UNANSWERED: &str = "no answer in ";

impl Stage<'_> {
    pub fn judge(&self, command: &Command, came: Vec<String>, outcome: &mut Outcome) {
        outcome.lines.extend(command.typed.iter().cloned());
        let is_curl = command.line.contains("curl");
        let both = |lines: &[String]| match is_curl {
            true => self.own.without(lines),
            false => lines.to_vec(),
        };
        let came = Came::new(both(&came));
        if command.shown.is_empty() || came.is_shown_by(&both(&command.shown)) {
            outcome.lines.extend(command.shown.iter().cloned());
            outcome.compared |= !command.shown.is_empty();
            return;
        }
        self.differs(&command.shown, &came, outcome);
    }

    fn differs(&self, shown: &[String], came: &Came, outcome: &mut Outcome) {
        let real = self.real().map(|(address, _)| address).unwrap_or_default();
        let lines = came.page_lines(shown, &real);
        outcome.faults.push(mismatch(shown, &lines));
        outcome.lines.extend(lines);
    }

    pub fn talk(
        &self,
        command: Option<&Command>,
        talk: &Talk,
        shown: &[String],
        outcome: &mut Outcome,
    ) -> Result<(), String> {
        outcome.lines.extend(command.iter().flat_map(|command| command.typed.iter().cloned()));
        let Some(server) = &self.server else {
            return Ok(());
        };
        let typed = typed_lines(shown);
        if let Some(line) = typed.iter().find(|line| line.contains(ELISION)) {
            return Err(format!("`{line}` cannot be typed"));
        }
        let (printed, is_well) = session(server.address, talk, &typed, self.patience())?;
        if shows_nothing(shown) {
            outcome.lines.extend(shown.iter().cloned());
            return match is_well {
                true => Ok(()),
                false => Err(format!("not all lines are lines of talk:\n{printed}")),
            };
        }
        let greeting = match command {
            Some(_) => vec![greeting(&address::read(&talk.address)?)],
            None => Vec::new(),
        };
        let printed = printed.lines().filter(|line| !line.contains(UNANSWERED));
        let came =
            Came::transcript(greeting.into_iter().chain(printed.map(String::from)).collect());
        match came.is_shown_by(shown) {
            true => outcome.lines.extend(shown.iter().cloned()),
            false => self.differs(shown, &came, outcome),
        }
        outcome.compared = true;
        Ok(())
    }

    /// How long frames wait for an answer. Only stage 4 gives any, so only there is it worth while.
    fn patience(&self) -> Duration {
        let answers = match &self.scene.state {
            State::Crate(package) => *package == "step4-complete",
            State::Book(count) => self.shell.builder.frames_end.is_some_and(|end| end < *count),
        };
        Duration::from_millis(if answers { 2000 } else { 500 })
    }

    pub fn log(&self, block: &Block) -> Result<Outcome, String> {
        let server = self.server.as_ref().ok_or("no server has run")?;
        let log = server.log().map_err(|_| "there is no log")?;
        let deadline = Instant::now() + LOG_TIME;
        let mut outcome = Outcome { compared: true, ..Outcome::default() };
        loop {
            let end = log.end();
            let came = Came::new(log.since(self.since));
            if came.is_shown_by(&block.lines) {
                outcome.lines.extend(block.lines.iter().cloned());
                return Ok(outcome);
            }
            if log.wait_for("", end, deadline).is_none() {
                self.differs(&block.lines, &came, &mut outcome);
                return Ok(outcome);
            }
        }
    }
}

/// What is printed if these lines are typed, and whether all was well.
fn session(
    real: SocketAddr,
    talk: &Talk,
    typed: &[&str],
    patience: Duration,
) -> Result<(String, bool), String> {
    let mut address = address::read(&talk.address.replace(ADDRESS, &real.to_string()))?;
    address.words = address::read(&talk.address)?.words;
    let options = Options {
        interactive: false,
        patience: talk.patience.map_or(patience, Duration::from_secs_f64),
        random_key: talk.random_key,
        answer_pings: talk.answer_pings,
    };
    let mut out = Vec::new();
    let done = Session::new(address, options, &mut out).run(&input::text(&typed.join("\n")));
    let is_well = done.map_err(|error| error.to_string())?;
    Ok((String::from_utf8_lossy(&out).into_owned(), is_well))
}
