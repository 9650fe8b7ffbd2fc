//! The program `maas-sandbox`: a local Huawei Cloud for the maas provider, without an account.

use std::{
    fmt,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use maas_sandbox::{HCL, Sandbox};

const HELP: &str = "\
A local Huawei Cloud for the maas provider. No account is needed.

Usage: maas-sandbox [--listen ADDRESS:PORT]

Options:
      --listen ADDRESS:PORT  Loopback address to listen on; port 0 selects a free port
                             [default: 127.0.0.1:8700]
  -h, --help                 Print this help

Prints the environment variables for a shell and a configuration to copy, then serves until interrupted.
";

/// The parsed command line.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Serve(SocketAddr),
}

/// The error that ends the program.
#[derive(Debug)]
enum Failure {
    /// The command line is invalid.
    Usage(String),
    /// The sandbox cannot listen there.
    Listen(SocketAddr, io::Error),
    /// Something else that the operating system refused.
    Io(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => write!(f, "{message}\nTry maas-sandbox --help"),
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "cannot listen on {address}: {error}\nTry --listen {}:0 for any free port", address.ip())
            }
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If stderr is closed, the exit code still reports the failure.
            let _ = writeln!(io::stderr().lock(), "maas-sandbox: {failure}");
            ExitCode::from(if matches!(failure, Failure::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    match parse(arguments)? {
        Command::Help => Ok(io::stdout().lock().write_all(HELP.as_bytes())?),
        Command::Serve(address) => serve(address),
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, Failure> {
    let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 8700));
    while let Some(argument) = arguments.next() {
        let value = match argument.split_once('=') {
            _ if argument == "-h" || argument == "--help" => return Ok(Command::Help),
            _ if argument == "--listen" => arguments.next(),
            Some(("--listen", value)) => Some(value.to_owned()),
            _ => return Err(Failure::Usage(format!("unknown argument {argument:?}"))),
        };
        let value = value.ok_or_else(|| Failure::Usage("--listen requires an address and a port".to_owned()))?;
        let bad = |_| Failure::Usage(format!("--listen {value:?} must be ADDRESS:PORT, such as 127.0.0.1:8700"));
        address = value.parse().map_err(bad)?;
    }
    Ok(Command::Serve(address))
}

fn serve(address: SocketAddr) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Listen for signals before printing, so that a reader of the text can interrupt.
        let interrupted = interrupted()?;
        let failed = |error| Failure::Listen(address, error);
        let sandbox = Sandbox::builder().listen_on(address).try_start().map_err(failed)?;
        announce(&sandbox, io::stdout().lock())?;
        interrupted.await;
        Ok(())
    })
}

fn announce(sandbox: &Sandbox, mut to: impl Write) -> io::Result<()> {
    writeln!(to, "Huawei Cloud sandbox on {} (loopback only, all data is invented)\n", sandbox.url())?;
    writeln!(to, "Paste into a shell:\n\n{}{}", sandbox.exports(), sandbox.other_exports())?;
    writeln!(to, "Paste into main.tf:\n\n{HCL}")?;
    writeln!(to, "Interrupt (Ctrl-C) to stop.")?;
    to.flush()
}

/// Waits for SIGINT or SIGTERM; both are listened for from the moment this returns.
#[cfg(unix)]
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C, listened for from the moment this returns.
#[cfg(windows)]
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        parse(arguments.iter().map(ToString::to_string)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn no_arguments_then_the_documented_default() {
        let expected = SocketAddr::from((Ipv4Addr::LOCALHOST, 8700));
        assert_eq!(parsed(&[]), Ok(Command::Serve(expected)));
        assert!(HELP.contains(&format!("[default: {expected}]")));
    }

    #[test]
    fn listen_given_either_way_then_that_address() {
        let expected = Ok(Command::Serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
        assert_eq!(parsed(&["--listen", "127.0.0.1:1"]), expected);
        assert_eq!(parsed(&["--listen=127.0.0.1:1"]), expected);
    }

    #[test]
    fn help_asked_for_then_help_whatever_else_is_there() {
        assert_eq!(parsed(&["--listen", "127.0.0.1:1", "--help"]), Ok(Command::Help));
        assert_eq!(parsed(&["-h"]), Ok(Command::Help));
    }

    #[test]
    fn arguments_that_make_no_sense_then_told_which() {
        let told = |arguments| parsed(arguments).expect_err("refused");
        assert!(told(&["--port"]).contains("unknown argument \"--port\""));
        assert!(told(&["--listen"]).contains("requires an address and a port"));
        assert!(told(&["--listen", "8700"]).contains("\"8700\" must be ADDRESS:PORT"));
    }
}
