//! The plugin's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    terraform_provider_maas::cli::run(std::env::args().skip(1))
}
