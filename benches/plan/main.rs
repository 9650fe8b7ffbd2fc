//! Whole processes, measured: how long a provider takes to start, what it adds to a plan, what a read costs, how large
//! it is. `cargo bench --bench plan` prints one table of medians.
//!
//! The provider is the release binary, static where that is possible, which this program builds first, unless another
//! one is named: `cargo bench --bench plan -- BINARY`. The API is the sandbox, on loopback, in this process. Memory and
//! CPU time are those that Linux accounts for.

mod binary;
mod plugin;
mod process;
mod table;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../../tests/support/terraform.rs"]
mod terraform;
mod whole_plan;

use std::error::Error;

use table::{Row, Table};

/// Anything that ends the measurements.
type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    // Cargo itself passes a flag.
    let named = std::env::args_os().skip(1).find(|argument| !argument.as_encoded_bytes().starts_with(b"--"));
    let binary = named.map_or_else(binary::build, |binary| Ok(binary.into()))?;
    let mut table = Table::default();
    table.add(Row::milliseconds("exec to handshake line", &plugin::start_times(&binary, 50)?).at_most(2.5));
    table.extend(whole_plan::rows(&binary, 20)?);
    table.add(Row::milliseconds("CPU of one process in a plan", &plugin::cpu_times(&binary, 20)?).at_most(8.0));
    for (count, mebibytes) in [(1, 8.0), (10_000, 20.0), (100_000, 110.0)] {
        let what = format!("peak memory after one read of {count}");
        table.add(Row::mebibytes(what, plugin::peak_memory(&binary, count)?).at_most(mebibytes));
    }
    let read = plugin::read_times(&binary, 10_000, 20)?;
    table.add(Row::milliseconds("read of 10000, request to answer", &read.whole));
    table.add(Row::milliseconds("  of it the API, a bare GET", &read.api));
    table.add(Row::milliseconds("  of it the provider", &read.provider()).at_most(25.0));
    table.add(Row::milliseconds("Shutdown to the end of the process", &plugin::end_times(&binary, 20)?).at_most(100.0));
    table.add(Row::megabytes("release binary", binary::size(&binary)?).at_most(6.0));
    table.add(Row::megabytes("  the same, deflated", binary::deflated_size(&binary)?).at_most(2.6));
    table.print(&binary)
}
