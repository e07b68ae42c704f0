//! Watches a server while it is attacked.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::system;

const PERIOD: Duration = Duration::from_millis(20);

/// Counts descriptors, again and again, until it is dropped.
pub struct Watch {
    most: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub fn new(process: u32) -> Self {
        let most = Arc::new(AtomicUsize::new(0));
        let is_over = Arc::new(AtomicBool::new(false));
        let (seen, told) = (Arc::clone(&most), Arc::clone(&is_over));
        let watch = move || {
            while !told.load(Ordering::Relaxed) {
                seen.fetch_max(descriptors(process), Ordering::Relaxed);
                thread::sleep(PERIOD);
            }
        };
        Self { most, is_over, thread: Some(thread::spawn(watch)) }
    }

    pub fn most_descriptors(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Open descriptors. Newer Linux tells their number as the size of the folder; to list ten
/// thousand would take milliseconds.
pub fn descriptors(process: u32) -> usize {
    let size = fs::metadata(format!("/proc/{process}/fd")).map_or(0, |folder| folder.len());
    match size {
        0 => system::descriptors(process).unwrap_or(0),
        size => size as usize,
    }
}

/// Tells the time of a server that has one thread, and of the calling thread: it stands still while
/// either wants its core and others have it. So programs beside us do little harm.
pub struct Clock {
    start: Instant,
    /// What the system tells of the two.
    files: [Option<File>; 2],
    waited: Duration,
}

impl Clock {
    pub fn new(server: u32) -> Self {
        let paths = [format!("/proc/{server}/schedstat"), "/proc/thread-self/schedstat".into()];
        let files = paths.map(|path| File::open(path).ok());
        let mut clock = Self { start: Instant::now(), files, waited: Duration::ZERO };
        clock.waited = clock.waited_ever();
        clock
    }

    /// Since it was made.
    pub fn now(&self) -> Duration {
        self.start.elapsed().saturating_sub(self.waited())
    }

    /// How long it stood still.
    pub fn waited(&self) -> Duration {
        self.waited_ever().saturating_sub(self.waited)
    }

    fn waited_ever(&self) -> Duration {
        self.files.iter().flatten().map(wait_in).sum()
    }
}

/// The second number: nanoseconds of waiting.
fn wait_in(mut file: &File) -> Duration {
    let mut bytes = [0; 64];
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read(&mut bytes));
    let text = String::from_utf8_lossy(&bytes[..read.unwrap_or(0)]);
    Duration::from_nanos(text.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Clocks at the beginning of a window.
pub struct Clocks {
    clock: Clock,
    server: u32,
    load: u32,
    server_time: Duration,
    load_time: Duration,
}

/// Shares of one window's time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shares {
    /// The server had its core.
    pub server: f64,
    /// The attackers had theirs.
    pub load: f64,
    /// Server or victim wanted a core, and others had it.
    pub waited: f64,
}

impl Clocks {
    pub fn start(server: u32, load: u32) -> Self {
        Self {
            clock: Clock::new(server),
            server,
            load,
            server_time: system::cpu_time(server).unwrap_or_default(),
            load_time: system::cpu_time(load).unwrap_or_default(),
        }
    }

    pub fn stop(&self) -> Shares {
        let time = self.clock.start.elapsed().as_secs_f64();
        let share = |process, before: Duration| {
            let now = system::cpu_time(process).unwrap_or_default();
            now.saturating_sub(before).as_secs_f64() / time
        };
        Shares {
            server: share(self.server, self.server_time),
            load: share(self.load, self.load_time),
            waited: self.clock.waited().as_secs_f64() / time,
        }
    }
}
