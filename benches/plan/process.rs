//! What Linux accounts for a process.

use std::fs::read_to_string;
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;

/// How long a process may take to end.
const END_TIMEOUT: Duration = Duration::from_secs(30);

/// The most memory that a process has had, in bytes.
pub(super) fn peak_memory(pid: u32) -> Result<u64, Failure> {
    let status = read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1_024)
}

/// Waits for a process to end, which nobody has waited for yet, and tells how much CPU time its main thread has used
/// from start to end. A provider has no other thread, unless it looks up names.
pub(super) fn cpu_time_at_end(pid: u32) -> Result<Duration, Failure> {
    wait_for_end(pid)?;
    let statistics = read_to_string(format!("/proc/{pid}/schedstat"))?;
    let nanoseconds = statistics.split_whitespace().next().ok_or("no CPU time")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

/// Waits for a process to end, without taking it away.
pub(super) fn wait_for_end(pid: u32) -> Result<(), Failure> {
    let started = Instant::now();
    while started.elapsed() < END_TIMEOUT {
        let statistics = read_to_string(format!("/proc/{pid}/stat"))?;
        // The state follows the name, which is in parentheses and may hold anything.
        let state = statistics.rsplit(')').next().unwrap_or_default().trim_start();
        if state.starts_with('Z') {
            return Ok(());
        }
        thread::sleep(Duration::from_micros(100));
    }
    Err("the provider does not end".into())
}
