//! Programs that we started: none of them outlives the checker, whatever ends it.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{io, mem};

/// The process ids of those that lead a group.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static ARE_GROUPED: AtomicBool = AtomicBool::new(false);

/// From now on each program leads a process group of its own (on Unix), so that what it starts
/// ends with it. Ctrl-C then reaches us alone: whoever calls this calls `end_all` when it comes.
pub fn group() {
    ARE_GROUPED.store(true, Ordering::Relaxed);
}

fn running() -> MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a program that `end` or `end_all` ends.
pub fn start(command: &mut Command) -> io::Result<Child> {
    if !ARE_GROUPED.load(Ordering::Relaxed) {
        return command.spawn();
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    let mut running = running();
    let child = command.spawn()?;
    running.push(child.id());
    Ok(child)
}

/// Ends a program and all that it started.
pub fn end(child: &mut Child) {
    let is_known = running().contains(&child.id());
    if is_known {
        kill_group(child.id());
    }
    let _ = child.kill();
    let _ = child.wait();
    running().retain(|id| *id != child.id());
}

/// Ends all of them, and lets nobody start another one: for the moment before the end of ours.
pub fn end_all() {
    let running = running();
    for id in running.iter() {
        kill_group(*id);
    }
    mem::forget(running);
}

fn kill_group(id: u32) {
    let mut command = match cfg!(windows) {
        true => Command::new("taskkill"),
        false => Command::new("kill"),
    };
    match cfg!(windows) {
        true => command.args(["/T", "/F", "/PID", &id.to_string()]),
        false => command.args(["-s", "KILL", "--", &format!("-{id}")]),
    };
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = quiet.status();
}
