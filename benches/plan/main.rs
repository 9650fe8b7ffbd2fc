//! Measures whole processes: the start of a provider, the time that it adds to a plan, the cost of a read, and sizes.
//! `cargo bench --bench plan` prints a table of medians; `-- --write` also writes the table into the performance guide.
//!
//! The provider is the release binary (on Linux with musl), which this program builds first, or the given one:
//! `cargo bench --bench plan -- BINARY`. The peer in `benches/peer` is built if `protoc` is installed. The API is the sandbox in
//! this process, on loopback. Memory and CPU time are the values that Linux reports.

#[path = "../support/api.rs"]
mod api;
mod binary;
mod endpoints;
mod guide;
mod plugin;
mod process;
mod table;
#[allow(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../../tests/support/terraform.rs"]
mod terraform;
mod whole_plan;

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use table::{Row, Table, median};

/// The error of a failed measurement.
type Failure = Box<dyn Error>;

/// Numbers of workspaces in the lists.
const FEW: usize = 1_000;
const SOME: usize = 10_000;
const MANY: usize = 100_000;

fn main() -> Result<(), Failure> {
    // Cargo itself passes a flag.
    let arguments: Vec<_> = std::env::args_os().skip(1).filter(|argument| argument != "--bench").collect();
    let write = arguments.iter().any(|argument| argument == "--write");
    let named = arguments.into_iter().find(|argument| argument != "--write");
    let binary = named.map_or_else(binary::build, |binary| Ok(binary.into()))?;
    let peer = binary::build_peer()?;
    if write {
        guide::expect_quiet()?;
    }
    let mut table = Table::default();
    measure_processes(&mut table, &binary)?;
    whole_plan::measure(&mut table, &binary, peer.as_deref(), 20)?;
    endpoints::measure(&mut table, &binary, 3)?;
    measure_memory(&mut table, &binary)?;
    measure_reads(&mut table, &binary)?;
    table.add(Row::megabytes("release binary", binary::size(&binary)?).at_most(8.0));
    table.add(Row::megabytes("  the same, zipped", binary::zipped_size(&binary)?).at_most(3.5));
    let figures = table.markdown()?;
    writeln!(std::io::stdout().lock(), "\n{}\n\n{figures}", binary.display())?;
    if write { guide::write(&figures) } else { Ok(()) }
}

fn measure_processes(table: &mut Table, binary: &Path) -> Result<(), Failure> {
    table.add(Row::milliseconds("exec to handshake line", &plugin::start_times(binary, 50)?).at_most(2.5));
    table.add(Row::milliseconds("Shutdown to the end of the process", &plugin::end_times(binary, 20)?).at_most(100.0));
    table.add(Row::milliseconds("CPU of one process in a plan", &plugin::cpu_times(binary, 20)?).at_most(8.0));
    Ok(())
}

fn measure_memory(table: &mut Table, binary: &Path) -> Result<(), Failure> {
    let peak = |count| plugin::peak_memory(binary, count);
    let (one, few, some, many) = (peak(1)?, peak(FEW)?, peak(SOME)?, peak(MANY)?);
    table.add(Row::mebibytes("peak memory after one read of 1", one).at_most(8.0));
    table.add(Row::mebibytes(format!("peak memory after one read of {SOME}"), some).at_most(20.0));
    table.add(Row::mebibytes(format!("peak memory after one read of {MANY}"), many).at_most(110.0));
    let lower = ("from 1000 to 10000", SOME - FEW, some - few);
    let upper = ("from 10000 to 100000", MANY - SOME, many - some);
    table.grow("  memory per workspace", "bytes", lower, upper);
    Ok(())
}

fn measure_reads(table: &mut Table, binary: &Path) -> Result<(), Failure> {
    let read = plugin::read_times(binary, SOME, 20)?;
    table.add(Row::milliseconds(format!("read of {SOME}, request to answer"), &read.whole));
    table.add(Row::milliseconds("  of it the API, a bare GET", &read.api));
    table.add(Row::milliseconds("  of it the provider", &read.provider()).at_most(25.0));
    let nanoseconds = |count| -> Result<u64, Failure> {
        Ok(median(&plugin::read_times(binary, count, 9)?.provider()).as_nanos().try_into()?)
    };
    let (few, many) = (nanoseconds(FEW)?, nanoseconds(MANY)?);
    table.grow("  time per workspace", "ns", ("of 1000", FEW, few), ("of 100000", MANY, many));
    let regions = plugin::read_regions(binary, 500, Duration::from_millis(20), 3)?;
    // Eight at a time, 500 answers of 20 ms take 1,250 ms.
    table.add(Row::milliseconds("500 reads of 500 regions, 20 ms of API each", &regions).at_most(1.5 * 1_250.0));
    Ok(())
}
