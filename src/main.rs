//! The plugin's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The program's own path may be no text, which `args` would not survive.
    let arguments = std::env::args_os().skip(1);
    terraform_provider_maas::cli::run(arguments.map(|argument| argument.to_string_lossy().into_owned()))
}
