//! Whole processes, measured: how long a provider takes to start, what it adds to a plan, what a read costs, how large
//! it is. `cargo bench --bench plan` prints one table of medians; with `-- --write` it goes into the performance guide too.
//!
//! The provider is the release binary, static where that is possible, which this program builds first, unless another
//! one is named: `cargo bench --bench plan -- BINARY`. The peer in `benches/peer` is built where there is a `protoc`. The API
//! is the sandbox, on loopback, in this process. Memory and CPU time are those that Linux accounts for.

#[path = "../support/api.rs"]
mod api;
mod binary;
mod guide;
mod plugin;
mod process;
mod table;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../../tests/support/terraform.rs"]
mod terraform;
mod whole_plan;

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use table::{Row, Table, median};

/// Anything that ends the measurements.
type Failure = Box<dyn Error>;

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
    table.add(Row::milliseconds("exec to handshake line", &plugin::start_times(&binary, 50)?).at_most(2.5));
    whole_plan::measure(&mut table, &binary, peer.as_deref(), 20)?;
    table.add(Row::milliseconds("CPU of one process in a plan", &plugin::cpu_times(&binary, 20)?).at_most(8.0));
    let base = plugin::peak_memory(&binary, 1)?;
    table.add(Row::mebibytes("peak memory after one read of 1", base).at_most(8.0));
    let [few, some, many] = [1_000, 10_000, 100_000];
    let [of_few, of_some, of_many] =
        [plugin::peak_memory(&binary, few)?, plugin::peak_memory(&binary, some)?, plugin::peak_memory(&binary, many)?];
    table.add(Row::mebibytes("peak memory after one read of 10000", of_some).at_most(20.0));
    table.add(Row::mebibytes("peak memory after one read of 100000", of_many).at_most(110.0));
    table.grow("  memory per workspace, of", "bytes", (few, of_few - base), (many, of_many - base));
    let read = plugin::read_times(&binary, 10_000, 20)?;
    table.add(Row::milliseconds("read of 10000, request to answer", &read.whole));
    table.add(Row::milliseconds("  of it the API, a bare GET", &read.api));
    table.add(Row::milliseconds("  of it the provider", &read.provider()).at_most(25.0));
    let nanoseconds = |count| -> Result<u64, Failure> {
        Ok(median(&plugin::read_times(&binary, count, 9)?.provider()).as_nanos().try_into()?)
    };
    table.grow("  time per workspace, of", "ns", (few, nanoseconds(few)?), (many, nanoseconds(many)?));
    let regions = plugin::read_regions(&binary, 500, Duration::from_millis(20), 3)?;
    table.add(
        Row::milliseconds("500 reads of 500 regions, 20 ms of API each", &regions).at_most(1.5 * 20.0 * 500.0 / 8.0),
    );
    table.add(Row::milliseconds("Shutdown to the end of the process", &plugin::end_times(&binary, 20)?).at_most(100.0));
    table.add(Row::megabytes("release binary", binary::size(&binary)?).at_most(6.0));
    table.add(Row::megabytes("  the same, deflated", binary::deflated_size(&binary)?).at_most(2.6));
    let figures = table.markdown()?;
    writeln!(std::io::stdout().lock(), "\n{}\n\n{figures}", binary.display())?;
    if write { guide::write(&figures) } else { Ok(()) }
}
