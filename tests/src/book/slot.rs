//! A build folder for one replay at a time. Cargo judges by the times of files what it has built,
//! and two scratch crates look the same to it: in one folder, one would pass with the other's code.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, SystemTime};

/// How often a lock is renewed, and after what time it is that of a process that has ended.
const BEAT: Duration = Duration::from_secs(1);
const STALE: Duration = Duration::from_secs(15);

pub struct Slot {
    /// Where cargo may build.
    pub target: PathBuf,
    lock: PathBuf,
    /// Ends the thread that renews the lock, when it goes.
    _alive: Sender<()>,
}

impl Slot {
    /// Takes the first folder that nobody has: mostly the same, where dependencies are built.
    pub fn take(folder: &Path) -> Result<Slot, String> {
        let fault = |error| format!("cannot use {}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(fault)?;
        for number in 1.. {
            let lock = folder.join(format!("{number}.lock"));
            if is_stale(&lock) {
                let _ = fs::remove_file(&lock);
            }
            match File::create_new(&lock) {
                Ok(file) => {
                    let (alive, ended) = mpsc::channel::<()>();
                    thread::spawn(move || {
                        while ended.recv_timeout(BEAT) == Err(mpsc::RecvTimeoutError::Timeout) {
                            let _ = file.set_modified(SystemTime::now());
                        }
                    });
                    let target = folder.join(number.to_string());
                    return Ok(Slot { target, lock, _alive: alive });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault(error)),
            }
        }
        Err("no build folder is free.".into())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.lock);
    }
}

fn is_stale(lock: &Path) -> bool {
    let modified = lock.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| STALE < age))
}
