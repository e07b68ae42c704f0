//! A session of `talk`: does line after line, and shows what comes meanwhile.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::address::Address;
use super::client::Client;
use super::help;
use super::line::{Deed, Usual, parse};
use super::settings::Pace;
use crate::request::upgrade;
use crate::transcript::{Entry, Transcript, What};
use crate::words::grouped;

/// How long we listen to the connections before we look for a new line.
const TICK: Duration = Duration::from_millis(10);
/// Characters of a script's line that are shown.
const ECHO: usize = 200;

pub struct Options {
    /// Somebody types: nothing is waited for long, and the lines need not be shown again.
    pub interactive: bool,
    /// So long an answer may take that need not come.
    pub patience: Duration,
    /// Masks each frame with another key.
    pub random_key: bool,
    /// Answers Pings by itself.
    pub answer_pings: bool,
}

pub struct Session<'a> {
    pub address: Address,
    pub options: Options,
    pub out: &'a mut dyn Write,
    pub(super) clients: Vec<Client>,
    /// The sign that a line can be typed stands there.
    prompt_is_shown: bool,
    /// A line was no line, or nobody listens.
    pub(super) trouble: bool,
}

impl<'a> Session<'a> {
    pub fn new(address: Address, options: Options, out: &'a mut dyn Write) -> Session<'a> {
        let clients = Vec::new();
        Session { address, options, out, clients, prompt_is_shown: false, trouble: false }
    }

    /// Does all lines. True: each was one, and the server was there.
    pub fn run(mut self, lines: &Receiver<String>) -> io::Result<bool> {
        if self.address.websocket.is_some() {
            let first = self.client("");
            self.connect(first, true)?;
        }
        while let Some(line) = self.next_line(lines)? {
            if !self.options.interactive && !line.trim().is_empty() {
                writeln!(self.out, "> {}", shortened(line.trim()))?;
            }
            if !self.obey(&line)? {
                break;
            }
            self.out.flush()?;
        }
        for at in 0..self.clients.len() {
            if !self.clients[at].held.is_empty() {
                self.note(at, "what was held back was never sent")?;
            }
        }
        self.out.flush()?;
        Ok(!self.trouble)
    }

    /// The next line; meanwhile what comes is shown. `None`: there are no more.
    fn next_line(&mut self, lines: &Receiver<String>) -> io::Result<Option<String>> {
        loop {
            match lines.try_recv() {
                Ok(line) => {
                    self.prompt_is_shown = false;
                    return Ok(Some(line));
                }
                Err(TryRecvError::Disconnected) => {
                    if self.options.interactive {
                        writeln!(self.out)?;
                    }
                    return Ok(None);
                }
                Err(TryRecvError::Empty) => {}
            }
            if self.options.interactive && !self.prompt_is_shown {
                write!(self.out, "> ")?;
                self.out.flush()?;
                self.prompt_is_shown = true;
            }
            self.listen()?;
        }
    }

    /// False: this was the last line.
    fn obey(&mut self, line: &str) -> io::Result<bool> {
        let mut usual = Usual { host: self.address.host(), ..Usual::default() };
        if self.options.random_key {
            let random = RandomState::new().build_hasher().finish().to_be_bytes();
            usual.masking_key = [random[0], random[1], random[2], random[3]];
        }
        let line = match parse(line, &usual) {
            Ok(line) => line,
            Err(hint) => {
                self.trouble = true;
                writeln!(self.out, "  ? {hint}")?;
                return Ok(true);
            }
        };
        match line.deed {
            Deed::Nothing => {}
            Deed::Quit => return Ok(false),
            Deed::Help => write!(self.out, "{}", help::LINES)?,
            Deed::Pause(time) => {
                let end = Instant::now() + time;
                while Instant::now() < end {
                    self.listen()?;
                }
            }
            Deed::Wait(time) => self.wait(&line.client, time)?,
            Deed::Send(messages, pace) => {
                let at = self.client(&line.client);
                self.send(at, messages, pace)?;
            }
            Deed::Open => {
                let at = self.client(&line.client);
                self.is_open(at, false)?;
            }
            Deed::End | Deed::Reset | Deed::Leave => {
                let at = self.client(&line.client);
                self.finish(at, &line.deed)?;
            }
        }
        Ok(true)
    }

    /// The place of the connection with this name, which need not be open.
    fn client(&mut self, name: &str) -> usize {
        if let Some(at) = self.clients.iter().position(|client| client.name == name) {
            return at;
        }
        let host = self.address.host();
        let path = self.address.websocket.as_deref();
        let request = path.map(|path| upgrade(path).replace("Host", &host));
        self.clients.push(Client::new(name, request));
        self.clients.len() - 1
    }

    /// Listens to all connections for a moment, and shows what came. True: something did.
    pub(super) fn listen(&mut self) -> io::Result<bool> {
        let open = self.clients.iter().filter(|client| client.wire.is_some()).count();
        if open == 0 {
            thread::sleep(TICK);
        }
        let mut something = false;
        for at in 0..self.clients.len() {
            if let Some(wire) = &mut self.clients[at].wire {
                something |= wire.wait(Instant::now() + TICK / open.max(1) as u32);
            }
            let (shown, pongs) = self.clients[at].take();
            self.show(at, &shown)?;
            if self.options.answer_pings && !pongs.is_empty() && self.clients[at].wire.is_some() {
                let shown = self.clients[at].send(pongs, Pace::Whole);
                self.show(at, &shown)?;
            }
        }
        Ok(something)
    }

    pub(super) fn note(&mut self, at: usize, words: &str) -> io::Result<()> {
        self.show(at, &[What::Act(format!("  {words}"))])
    }

    /// Shows it as the transcripts of the cases do.
    pub(super) fn show(&mut self, at: usize, shown: &[What]) -> io::Result<()> {
        if shown.is_empty() {
            return Ok(());
        }
        let entry = |what: &What| Entry { client: "", what: what.clone(), wrong_at: None };
        let entries = shown.iter().map(entry).collect();
        let several = self.clients.iter().any(|client| !client.name.is_empty());
        let width = self.clients.iter().map(|client| client.name.chars().count()).max();
        let name = match (several, width) {
            (true, Some(width)) => format!("{:width$} ", self.clients[at].name),
            _ => String::new(),
        };
        if std::mem::take(&mut self.prompt_is_shown) {
            write!(self.out, "\r")?;
        }
        for line in (Transcript { entries }).render().lines() {
            writeln!(self.out, "{}", format!("{name}{line}").trim_end())?;
        }
        Ok(())
    }
}

/// A line that would fill the screen is cut, and its size told.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(ECHO) {
        Some((end, _)) => {
            format!("{}… ({} characters)", &line[..end], grouped(line.chars().count()))
        }
        None => line.into(),
    }
}
