//! What a server uses of the machine, as Linux tells it; elsewhere such cases are skipped.

use std::fs;

use crate::failure::Stop;
use crate::server::Server;

fn skipped() -> Stop {
    Stop::Skip("needs /proc, which only Linux has".into())
}

impl Server {
    /// Resident memory in bytes.
    pub fn memory(&self) -> Result<u64, Stop> {
        let path = format!("/proc/{}/status", self.process_id()?);
        let status = fs::read_to_string(path).map_err(|_| skipped())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kibibytes.map(|count| count * 1024).ok_or_else(skipped)
    }

    /// Open descriptors.
    pub fn descriptors(&self) -> Result<usize, Stop> {
        self.count("fd")
    }

    pub fn threads(&self) -> Result<usize, Stop> {
        self.count("task")
    }

    /// Processor time used so far, in ticks of 10 ms.
    pub fn processor_ticks(&self) -> Result<u64, Stop> {
        let path = format!("/proc/{}/stat", self.process_id()?);
        let stat = fs::read_to_string(path).map_err(|_| skipped())?;
        // The name in parentheses may hold spaces; utime and stime are the 12th and 13th after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
        Ok(ticks.sum())
    }

    fn count(&self, folder: &str) -> Result<usize, Stop> {
        let path = format!("/proc/{}/{folder}", self.process_id()?);
        fs::read_dir(path).map(Iterator::count).map_err(|_| skipped())
    }
}
