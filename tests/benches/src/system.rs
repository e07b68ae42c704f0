//! What the system tells of a process, and what may be asked of it. What a system cannot tell is
//! `None`, and stands as a dash in the table.

use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

/// The core of the servers and the core of the load. One each, or the same program would be
/// measured on both or on one, as the scheduler likes.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    pub server: usize,
    pub load: usize,
}

/// CPU time of a process, of threads that have ended too.
#[cfg(target_os = "linux")]
pub fn cpu_time(process: u32) -> Option<Duration> {
    let clock = nix::time::clock_getcpuclockid(Pid::from_raw(process as i32)).ok()?;
    clock_gettime(clock).ok().map(Duration::from)
}

#[cfg(not(target_os = "linux"))]
pub fn cpu_time(_: u32) -> Option<Duration> {
    None
}

/// CPU time of this process.
pub fn own_cpu_time() -> Option<Duration> {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).ok().map(Duration::from)
}

/// How long the calling thread has waited for its core while others had it, since it began.
pub fn own_wait() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').nth(1)?.parse().ok().map(Duration::from_nanos)
}

/// Bytes of memory that the process holds now. `statm` would be cheaper, and off by hundreds of
/// KiB: the kernel counts there for each core apart.
pub fn resident(process: u32) -> Option<u64> {
    kilobytes(&format!("/proc/{process}/smaps_rollup"), "Rss:")
}

/// The most that it ever held.
pub fn most_resident(process: u32) -> Option<u64> {
    kilobytes(&format!("/proc/{process}/status"), "VmHWM:")
}

fn kilobytes(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(number * 1024)
}

/// How many descriptors it has open.
pub fn descriptors(process: u32) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count())
}

/// Allows this process, and those that it starts, so many descriptors.
pub fn allow_descriptors(wanted: u64) -> Result<(), String> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).map_err(|error| error.to_string())?;
    if soft >= wanted {
        return Ok(());
    }
    let limit = wanted.min(hard);
    let set = setrlimit(Resource::RLIMIT_NOFILE, limit, hard);
    set.map_err(|error| format!("cannot have {limit} descriptors: {error}"))?;
    if limit < wanted {
        return Err(format!(
            "the system allows {hard} descriptors, {wanted} are needed (ulimit -Hn)"
        ));
    }
    Ok(())
}

/// Two of the cores on which this process may run.
#[cfg(target_os = "linux")]
pub fn cores() -> Option<Cores> {
    use nix::sched::{CpuSet, sched_getaffinity};
    let mine = sched_getaffinity(Pid::from_raw(0)).ok()?;
    let mut cores = (0..CpuSet::count()).filter(|&core| mine.is_set(core).unwrap_or(false));
    Some(Cores { server: cores.next()?, load: cores.next()? })
}

/// Puts the calling thread, and what it starts, on one core.
#[cfg(target_os = "linux")]
pub fn pin(core: usize) -> Result<(), String> {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    let pinned = set.set(core).and_then(|()| sched_setaffinity(Pid::from_raw(0), &set));
    pinned.map_err(|error| format!("cannot run on core {core} alone: {error}"))
}

#[cfg(not(target_os = "linux"))]
pub fn cores() -> Option<Cores> {
    None
}

#[cfg(not(target_os = "linux"))]
pub fn pin(_: usize) -> Result<(), String> {
    Ok(())
}

/// For the environment of a server whose memory is measured. glibc's allocator raises these two when
/// large pieces are freed, and then keeps tens of MiB that nobody uses. Said once, they stay: so what
/// the server holds is what is measured.
pub fn give_back() -> [(&'static str, &'static str); 2] {
    ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"].map(|name| (name, "131072"))
}
