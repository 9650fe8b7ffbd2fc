//! The provider as people get it: its names, and its binary.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use terraform_provider_maas::provider::{ADDRESS, VERSION};

use super::{Failure, say};

/// The package, the binary, and how everything that is handed out begins.
pub(super) const NAME: &str = "terraform-provider-maas";

/// An operating system and a processor in Go's words, which are those of Terraform and OpenTofu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Platform {
    pub(super) os: String,
    pub(super) arch: String,
}

impl Platform {
    /// The platform that this program runs on.
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

    /// What the binary is called in a package.
    pub(super) fn executable(&self) -> String {
        format!("{NAME}_v{VERSION}{}", if self.os == "windows" { ".exe" } else { "" })
    }

    /// What the zip file is called.
    pub(super) fn archive(&self) -> String {
        format!("{NAME}_{VERSION}_{self}.zip")
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.os, self.arch)
    }
}

/// The folder of the provider in a mirror that begins at `root`.
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

/// Builds the binary that users of this platform get from a release.
pub(super) fn build() -> Result<PathBuf, Failure> {
    let target = released_target(&host_target()?);
    match missing(&target)? {
        None => build_for(&target),
        Some(missing) => Err(format!("Unable to build for {target}, as releases are: {missing}").into()),
    }
}

/// Builds the binary that users of this platform get, or one for the target of this machine where that is not possible.
pub(super) fn build_or_fall_back() -> Result<PathBuf, Failure> {
    let host = host_target()?;
    let target = released_target(&host);
    match missing(&target)? {
        None => build_for(&target),
        Some(missing) => {
            say(&format!("Building for {host} instead of {target}, for which releases are built: {missing}\n"))?;
            build_for(&host)
        }
    }
}

/// The target for which releases are built, given the one of this machine: on Linux with musl, so that the binary is static.
fn released_target(host: &str) -> String {
    host.strip_suffix("-linux-gnu").map_or_else(|| host.to_owned(), |platform| format!("{platform}-linux-musl"))
}

/// What this machine lacks for a target, and how to get it.
fn missing(target: &str) -> Result<Option<String>, Failure> {
    let rustc = Command::new(rustc()).args(["--print", "target-libdir", "--target", target]).output()?;
    if !rustc.status.success() || !Path::new(String::from_utf8(rustc.stdout)?.trim()).is_dir() {
        return Ok(Some(format!("run `rustup target add {target}`.")));
    }
    // The C compiler that the crate cc takes for it, for one dependency.
    let named = std::env::var_os(format!("CC_{}", target.replace('-', "_"))).is_some();
    let needs_musl_gcc = target.ends_with("-linux-musl") && cfg!(target_env = "gnu") && !named;
    let found = !needs_musl_gcc || Command::new("musl-gcc").arg("--version").output().is_ok();
    Ok((!found).then(|| "musl-gcc is not on PATH. Debian and Ubuntu have it in the package musl-tools.".to_owned()))
}

/// Builds the binary that users get: optimised, static where the platform allows it, and with nobody's paths in it.
fn build_for(target: &str) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(super::cargo_program());
    cargo.args(["build", "--release", "--locked", "--package", NAME, "--bin", NAME, "--target", target]);
    // With a target named, these flags spare build scripts and macros, which cannot be static.
    cargo.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags(target).join("\x1f"));
    let output = cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("cargo build failed".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let mut built = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = built.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.ok_or_else(|| "cargo build names no executable".into())
}

/// What rustc is told, beside what the environment says.
fn flags(target: &str) -> Vec<String> {
    let given = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut flags: Vec<_> = given.split_whitespace().map(str::to_owned).collect();
    flags.push("-Ctarget-feature=+crt-static".to_owned());
    if target.ends_with("linux-gnu") {
        // A static binary relocates itself at each start; packed, its relocations are a few pages instead of a hundred.
        flags.push("-Clink-arg=-Wl,-z,pack-relative-relocs".to_owned());
    }
    // Smaller than `opt-level = "s"` makes it by itself: 0.1 MB, for 7 % more instructions in a read of 10,000.
    flags.push("-Cllvm-args=-inline-threshold=10".to_owned());
    // Panics name the file that they come from; who built the binary, and where, is nobody's affair.
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let crates = cargo_home.map(|home| home.join("registry").join("src"));
    let registries = crates.iter().filter_map(|crates| std::fs::read_dir(crates).ok()).flatten().flatten();
    // The last one that fits counts, and the folder of a registry says nothing.
    let crates = crates.iter().cloned().chain(registries.map(|registry| registry.path())).map(|path| (path, "crates"));
    for (path, name) in crates.chain([(super::project().to_owned(), NAME)]) {
        flags.push(format!("--remap-path-prefix={}={name}", path.display()));
    }
    flags
}

/// The target that rustc builds for unless told otherwise.
fn host_target() -> Result<String, Failure> {
    let told = String::from_utf8(Command::new(rustc()).arg("-vV").output()?.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc -vV names no host".into())
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
