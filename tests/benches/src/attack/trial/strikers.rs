//! The process of the attackers, seen from outside.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::Stage;
use crate::attack::script::Attack;
use crate::attack::striker::READY;
use crate::attack::verdict::Outcome;

/// Attackers who are not there by then begin with those who are.
const GATHERING: Duration = Duration::from_secs(10);
/// They tell what they got and leave.
const LEAVING: Duration = Duration::from_secs(10);

pub struct Strikers {
    child: Child,
    lines: Receiver<String>,
    start: Instant,
    has_ended: bool,
}

impl Strikers {
    pub fn start(stage: &Stage, attack: &Attack, address: SocketAddr) -> Result<Self, String> {
        // The lowest priority there is: on the core that they share the victim always goes first,
        // so that it waits for the server, not for them.
        let mut command = match has_idle_priority() {
            true => {
                let mut command = Command::new("chrt");
                command.args(["--idle", "0"]).arg(&stage.attack);
                command
            }
            false => Command::new(&stage.attack),
        };
        command.args(["strike", attack.name, &address.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let explain = |error| format!("cannot start the attackers: {error}");
        let mut child = command.spawn().map_err(explain)?;
        let (sender, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Ok(Self { child, lines, start: Instant::now(), has_ended: false })
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn are_ready(&mut self) -> bool {
        let is_late = self.start.elapsed() > GATHERING;
        is_late || self.lines.try_recv().is_ok_and(|line| line == READY)
    }

    /// Tells them to leave, and notes what they did and got.
    pub fn end(&mut self, outcome: &mut Outcome) {
        if self.has_ended {
            return;
        }
        self.has_ended = true;
        drop(self.child.stdin.take());
        let until = Instant::now() + LEAVING;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => outcome.note(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    outcome.faults.push("the attackers do not end".into());
                    break;
                }
            }
        }
    }
}

impl Drop for Strikers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn has_idle_priority() -> bool {
    let mut probe = Command::new("chrt");
    probe.args(["--idle", "0", "true"]).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}
