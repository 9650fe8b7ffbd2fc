//! The figures in the performance guide.

use std::fs::read_to_string;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::Failure;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guides/performance.md");

/// The figures stand between these two lines.
const BEGIN: &str = "<!-- figures of cargo bench --bench plan -- --write -->\n";
const END: &str = "<!-- end of the figures -->\n";

/// Figures of a machine that has something else to do are worth little.
const MOST_BUSY_PERCENT: u64 = 5;

/// Fails while the machine is busy with something else.
pub(super) fn expect_quiet() -> Result<(), Failure> {
    let before = cpu_ticks()?;
    sleep(Duration::from_secs(2));
    let after = cpu_ticks()?;
    let (busy, all) = (after.busy - before.busy, after.all - before.all);
    if busy * 100 > all * MOST_BUSY_PERCENT {
        return Err(format!("nothing is written: the machine is busy, {busy} of {all} ticks").into());
    }
    Ok(())
}

/// What all processors have done since the machine started.
struct CpuTicks {
    busy: u64,
    all: u64,
}

fn cpu_ticks() -> Result<CpuTicks, Failure> {
    let statistics = read_to_string("/proc/stat")?;
    let line = statistics.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).map_while(|ticks| ticks.parse().ok()).collect();
    let [_, _, _, idle, iowait, ..] = ticks.as_slice() else { return Err("/proc/stat is another one".into()) };
    let all = ticks.iter().sum();
    Ok(CpuTicks { busy: all - idle - iowait, all })
}

/// Puts these figures in place of the ones before, with the machine and the versions.
pub(super) fn write(figures: &str) -> Result<(), Failure> {
    let guide = read_to_string(GUIDE)?;
    let places = guide.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = places.ok_or("the guide has no place for figures")?;
    let machine = machine()?;
    std::fs::write(GUIDE, format!("{before}{BEGIN}\n{figures}\n{machine}\n\n{END}{after}"))?;
    Ok(())
}

/// Where and with what it was measured.
fn machine() -> Result<String, Failure> {
    let processors = read_to_string("/proc/cpuinfo")?;
    let name = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let name = name.map_or("unknown", |(_, name)| name.trim());
    let count = std::thread::available_parallelism()?;
    let kernel = read_to_string("/proc/sys/kernel/osrelease")?;
    let version = |program: &str| -> Result<String, Failure> {
        let said = Command::new(program).arg("--version").output()?.stdout;
        Ok(String::from_utf8(said)?.lines().next().unwrap_or_default().to_owned())
    };
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    Ok(format!(
        "Measured on {date} with version {} on {count} processors {name}, Linux {}, {}, {}.",
        env!("CARGO_PKG_VERSION"),
        kernel.trim().split('-').next().unwrap_or_default(),
        version("rustc")?,
        version("terraform")?
    ))
}
