//! The released provider: its file names, and its binary.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use terraform_provider_maas::provider::{ADDRESS, VERSION};

use super::{Failure, say};

/// The name of the package and the binary, and the prefix of every released file.
pub(super) const NAME: &str = "terraform-provider-maas";

/// An operating system and a processor architecture in Go's terms, which Terraform and OpenTofu use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Platform {
    pub(super) os: String,
    pub(super) arch: String,
}

impl Platform {
    /// Returns the platform of this program.
    pub(super) fn here() -> Self {
        let os = match std::env::consts::OS {
            "macos" => "darwin",
            os => os,
        };
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            arch => arch,
        };
        Self { os: os.to_owned(), arch: arch.to_owned() }
    }

    /// Returns the file name of the binary in a package.
    pub(super) fn executable(&self) -> String {
        format!("{NAME}_v{VERSION}{}", if self.os == "windows" { ".exe" } else { "" })
    }

    /// Returns the file name of the zip file.
    pub(super) fn archive(&self) -> String {
        format!("{NAME}_{VERSION}_{self}.zip")
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.os, self.arch)
    }
}

/// Returns the folder of the provider in a mirror with the root folder `root`.
pub(super) fn mirror_folder(root: &Path) -> PathBuf {
    root.join(ADDRESS)
}

pub(super) const USAGE: &str = "\
cargo xtask build [--target TARGET]

Builds the release binary, and prints its path. TARGET is a target of rustc [default: this machine, with musl on Linux].
";

pub(super) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let binary = match arguments {
        [] => build()?,
        ["--target", target] => build_for(target)?,
        _ => return Err(USAGE.into()),
    };
    say(&format!("{}\n", binary.display()))
}

/// Builds the binary as released for this platform.
pub(super) fn build() -> Result<PathBuf, Failure> {
    let target = released_target(&host_target()?);
    match missing(&target)? {
        None => build_for(&target),
        Some(missing) => Err(format!("Unable to build for {target}, as releases are: {missing}").into()),
    }
}

/// Builds the binary as released for this platform or, if that is not possible, for the target of this machine.
pub(super) fn build_or_fall_back() -> Result<PathBuf, Failure> {
    let host = host_target()?;
    let target = released_target(&host);
    match missing(&target)? {
        None => build_for(&target),
        Some(missing) => {
            say(&format!("Building for {host} instead of {target}, the target of releases: {missing}\n"))?;
            build_for(&host)
        }
    }
}

/// Returns the target of releases for this machine's target: on Linux with musl, so that the binary is static.
fn released_target(host: &str) -> String {
    host.strip_suffix("-linux-gnu").map_or_else(|| host.to_owned(), |platform| format!("{platform}-linux-musl"))
}

/// Returns what this machine lacks for a target, and how to install it.
fn missing(target: &str) -> Result<Option<String>, Failure> {
    let rustc = Command::new(rustc()).args(["--print", "target-libdir", "--target", target]).output()?;
    if !rustc.status.success() || !Path::new(String::from_utf8(rustc.stdout)?.trim()).is_dir() {
        return Ok(Some(format!("run `rustup target add {target}`.")));
    }
    // The C compiler that the crate cc uses for this target; one dependency needs it.
    let named = std::env::var_os(format!("CC_{}", target.replace('-', "_"))).is_some();
    let needs_musl_gcc = target.ends_with("-linux-musl") && cfg!(target_env = "gnu") && !named;
    let found = !needs_musl_gcc || Command::new("musl-gcc").arg("--version").output().is_ok();
    Ok((!found).then(|| "musl-gcc is not on PATH. Debian and Ubuntu have it in the package musl-tools.".to_owned()))
}

/// Builds the release binary: optimised, static if the platform allows it, and without paths of this machine.
fn build_for(target: &str) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(super::cargo_program());
    cargo.args(["build", "--release", "--locked", "--package", NAME, "--bin", NAME, "--target", target]);
    // With an explicit target, these flags do not apply to build scripts and macros, which cannot be static.
    cargo.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags(target).join("\x1f"));
    let output = cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("cargo build failed".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let mut built = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = built.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.ok_or_else(|| "cargo build reported no executable".into())
}

/// Returns the flags for rustc, in addition to those of the environment.
fn flags(target: &str) -> Vec<String> {
    let given = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut flags: Vec<_> = given.split_whitespace().map(str::to_owned).collect();
    flags.push("-Ctarget-feature=+crt-static".to_owned());
    if target.ends_with("linux-gnu") {
        // A static binary relocates itself at each start. Packed relocations take a few pages instead of a hundred.
        flags.push("-Clink-arg=-Wl,-z,pack-relative-relocs".to_owned());
    }
    // Saves another 0.1 MB compared with `opt-level = "s"` alone, for 7 % more instructions in a read of 10,000 workspaces.
    flags.push("-Cllvm-args=-inline-threshold=10".to_owned());
    // Panics contain the path of the source file; do not reveal where the binary was built.
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let crates = cargo_home.map(|home| home.join("registry").join("src"));
    let registries = crates.iter().filter_map(|crates| std::fs::read_dir(crates).ok()).flatten().flatten();
    // The last match applies; the folder of a registry is removed.
    let crates = crates.iter().cloned().chain(registries.map(|registry| registry.path())).map(|path| (path, "crates"));
    for (path, name) in crates.chain([(super::project().to_owned(), NAME)]) {
        flags.push(format!("--remap-path-prefix={}={name}", path.display()));
    }
    flags
}

/// Returns rustc's default target.
fn host_target() -> Result<String, Failure> {
    let told = String::from_utf8(Command::new(rustc()).arg("-vV").output()?.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc -vV reported no host".into())
}

fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

#[cfg(test)]
mod tests {
    use super::{Platform, VERSION, missing, released_target};

    #[test]
    fn linux_with_glibc_then_releases_are_built_with_musl() {
        for (host, target) in [
            ("x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"),
            ("aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl"),
            ("x86_64-unknown-linux-musl", "x86_64-unknown-linux-musl"),
            ("aarch64-apple-darwin", "aarch64-apple-darwin"),
            ("x86_64-pc-windows-gnu", "x86_64-pc-windows-gnu"),
        ] {
            assert_eq!(released_target(host), target);
        }
    }

    #[test]
    fn target_is_not_installed_then_the_command_that_installs_it() {
        let missing = missing("no-such-target").expect("rustc runs");
        assert_eq!(missing.as_deref(), Some("run `rustup target add no-such-target`."));
    }

    #[test]
    fn windows_then_the_executable_alone_has_a_suffix() {
        let platform = Platform { os: "windows".to_owned(), arch: "amd64".to_owned() };
        assert_eq!(platform.executable(), format!("terraform-provider-maas_v{VERSION}.exe"));
        assert_eq!(platform.archive(), format!("terraform-provider-maas_{VERSION}_windows_amd64.zip"));
    }

    #[test]
    fn this_machine_then_named_as_go_names_it() {
        let here = Platform::here().to_string();
        assert!(!["macos", "x86_64", "aarch64"].iter().any(|rust| here.contains(rust)), "{here}");
    }
}
