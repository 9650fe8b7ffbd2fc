//! A process as Linux accounts for it.

use std::path::PathBuf;
use std::time::Duration;

use super::Failure;

/// What a process holds at one moment.
pub(super) struct Sample {
    /// Since the watch began.
    pub(super) after: Duration,
    pub(super) resident_kib: u64,
    pub(super) descriptors: u64,
    pub(super) threads: u64,
}

impl Sample {
    pub(super) fn of(pid: u32, after: Duration) -> Result<Self, Failure> {
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let status = std::fs::read_to_string(folder.join("status"))?;
        let number = |name: &str| -> Result<u64, Failure> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
            Ok(line.trim_start_matches(':').split_whitespace().next().ok_or("no number")?.parse()?)
        };
        let descriptors = std::fs::read_dir(folder.join("fd"))?.count().try_into()?;
        Ok(Self { after, resident_kib: number("VmRSS")?, descriptors, threads: number("Threads")? })
    }
}
