//! Plays a case: takes the steps one by one, sends, waits, compares, and writes it all down.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::batch;
use crate::case::{Case, Delivery};
use crate::expect::Expect;
use crate::failure::{Failure, Played, Sort, Stop};
use crate::script::{Action, Message, Script};
use crate::server::Server;
use crate::server_frame::{ServerFrame, read_frame};
use crate::transcript::{Transcript, What};
use crate::wire::Wire;

/// How long an answer may take, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(10);
/// No case takes longer than this, shortened limits and waiting aside.
const WATCHDOG: Duration = Duration::from_secs(90);
/// In so many pieces any server takes a request.
const HEAD_PIECES: usize = 12;
const SEED: u64 = 0x2545_F491_4F6C_DD1D;

/// How a case is played.
#[derive(Clone, Copy)]
pub struct Options {
    /// What the server claims to be.
    pub stage: u8,
    pub delivery: Delivery,
    /// Only what holds for any server counts, not what our stages choose.
    pub rules_only: bool,
    /// Limits have their defaults and are waited for.
    pub defaults: bool,
    /// How long an answer may take.
    pub patience: Duration,
    /// How long a case may take.
    pub watchdog: Duration,
    /// Where random values begin. Not 0.
    pub seed: u64,
}

impl Options {
    /// How our own stages are tried.
    pub fn new(stage: u8, delivery: Delivery) -> Options {
        Options {
            stage,
            delivery,
            rules_only: false,
            defaults: false,
            patience: PATIENCE,
            watchdog: WATCHDOG,
            seed: SEED,
        }
    }
}

pub struct Play<'a> {
    pub case: &'a Case,
    pub server: &'a Server,
    pub options: Options,
    pub transcript: Transcript,
    clients: HashMap<&'static str, Wire>,
    /// Clients whose request was refused on a connection that goes on, as only our stages never do.
    pub refused: HashSet<&'static str>,
    /// Where the log was when the case began.
    pub log_start: usize,
    /// Where in the log to look for the next line.
    pub(crate) log_from: usize,
    /// The case stops the server on purpose: nobody has to be served afterwards.
    pub server_ends: bool,
}

impl<'a> Play<'a> {
    pub fn new(case: &'a Case, server: &'a Server, options: Options) -> Play<'a> {
        let log_start = server.log().map_or(0, |log| log.end());
        Play {
            case,
            server,
            options,
            transcript: Transcript::default(),
            clients: HashMap::new(),
            refused: HashSet::new(),
            log_start,
            log_from: log_start,
            server_ends: false,
        }
    }

    /// Plays the steps of a script. A function may play several, one after the other.
    pub fn run(&mut self, script: &Script) -> Played {
        let script = &script.clone().at(self.server.websocket.as_deref());
        let mut sent_already = HashSet::new();
        for (at, step) in script.steps.iter().enumerate() {
            match &step.action {
                Action::Send(message) => {
                    self.write_down(step.client, message);
                    if sent_already.contains(&at) {
                        continue;
                    }
                    let mut bytes = message.bytes();
                    if self.options.delivery == Delivery::Glued {
                        let batch = match self.options.rules_only {
                            true => batch::glued_after_101(script, at),
                            false => batch::glued(script, at),
                        };
                        bytes = batch.bytes;
                        sent_already.extend(batch.members);
                    }
                    let is_head = matches!(
                        message,
                        Message::Request(_) | Message::Upgrade(_) | Message::Lines(_)
                    );
                    match is_head {
                        true => self.deliver_head(step.client, &bytes)?,
                        false => self.deliver(step.client, &bytes)?,
                    }
                }
                Action::Expect(wanted) => self.expect(step.client, wanted)?,
                Action::FinishSending => {
                    self.act(step.client, "→ end");
                    self.wire(step.client)?.finish_sending();
                }
                Action::Reset => {
                    self.act(step.client, "→ reset");
                    let _ = self.wire(step.client)?;
                    if let Some(wire) = self.clients.remove(step.client) {
                        wire.reset();
                    }
                }
                Action::Leave => {
                    self.act(step.client, "→ gone");
                    self.clients.remove(step.client);
                }
                Action::Log(texts) => {
                    for text in texts {
                        self.logged(text)?;
                        self.transcript.add(step.client, What::Log(text.clone()));
                    }
                }
                Action::NotLogged(text) => self.not_logged(text)?,
            }
        }
        Ok(())
    }

    /// Sends a message, in the way of this delivery.
    pub fn send(&mut self, client: &'static str, message: impl Into<Message>) -> Played {
        self.run(&Script::new().client(client).send(message))
    }

    /// Waits for something, and says whether it is right.
    pub fn expect(&mut self, client: &'static str, wanted: &Expect) -> Played {
        crate::judge::judge(self, client, wanted)
    }

    /// The connection of a client, opened at its first use.
    pub fn wire(&mut self, client: &'static str) -> Result<&mut Wire, Failure> {
        if !self.clients.contains_key(client) {
            let wire = Wire::connect(self.server.address).map_err(|error| {
                Failure::new(Sort::Gone, "a connection", format!("none: {error}"))
            })?;
            self.clients.insert(client, wire);
        }
        let missing = || Failure::new(Sort::Gone, "a connection", "none");
        self.clients.get_mut(client).ok_or_else(missing)
    }

    /// Sends bytes that are not written down.
    pub fn deliver(&mut self, client: &'static str, bytes: &[u8]) -> Played {
        let deadline = self.deadline();
        let byte_by_byte = self.options.delivery == Delivery::ByteByByte;
        let wire = self.wire(client)?;
        match byte_by_byte {
            true => wire.send_frames_byte_by_byte(bytes, deadline),
            false => wire.send(bytes, deadline),
        }
        Ok(())
    }

    /// Sends a request. Some servers take one in too many small pieces for an attack.
    fn deliver_head(&mut self, client: &'static str, bytes: &[u8]) -> Played {
        let Options { delivery, rules_only, .. } = self.options;
        let deadline = self.deadline();
        let wire = self.wire(client)?;
        match delivery {
            Delivery::ByteByByte if rules_only => wire.send_in_pieces(bytes, HEAD_PIECES, deadline),
            Delivery::ByteByByte => wire.send_byte_by_byte(bytes, deadline),
            _ => wire.send(bytes, deadline),
        }
        Ok(())
    }

    /// The next frame of the server, whatever it is. It is not written down.
    pub fn next_frame(&mut self, client: &'static str) -> Result<ServerFrame, Stop> {
        let deadline = self.deadline();
        let wire = self.wire(client)?;
        loop {
            if let Some(came) = read_frame(&wire.received) {
                wire.take(came.bytes.len());
                return Ok(came);
            }
            if wire.end.is_some() || !wire.wait(deadline) {
                let (sort, got) = match wire.end {
                    None => (Sort::Late, "none in time"),
                    Some(_) => (Sort::Ended, "the end of the connection"),
                };
                let failure = Failure::new(sort, "one more frame", got);
                return Err(failure.at(&wire.received, None).into());
            }
        }
    }

    /// When what is waited for now has to be there.
    pub fn deadline(&self) -> Instant {
        let limits = self.case.shortened.iter();
        let waits: Duration = limits.map(|limit| self.limit(limit.flag)).sum();
        Instant::now() + self.options.patience + waits
    }

    /// What a limit of this case is set to.
    pub fn limit(&self, flag: &str) -> Duration {
        self.case.limit(flag, self.options.defaults)
    }

    /// A client is gone, which is not written down.
    pub fn leave(&mut self, client: &'static str) {
        self.clients.remove(client);
    }

    /// A line of the transcript about what a function does.
    pub fn note(&mut self, words: &str) {
        self.act("", &format!("  {words}"));
    }

    fn act(&mut self, client: &'static str, words: &str) {
        self.transcript.add(client, What::Act(words.into()));
    }

    fn write_down(&mut self, client: &'static str, message: &Message) {
        let what = match message {
            Message::Request(request) => What::RequestSent(request.bytes()),
            Message::Lines(bytes) => What::RequestSent(bytes.clone()),
            Message::Upgrade(path) => What::Act(format!("→ upgrade {path}")),
            Message::Frame(frame) => What::Sent { bytes: frame.bytes(), words: frame.words() },
            Message::Raw(bytes, words) => What::Sent { bytes: bytes.clone(), words: words.clone() },
        };
        self.transcript.add(client, what);
    }
}
