//! `cargo xtask package`: creates the files of a release.
//!
//! The output folder contains the assets that registries expect, and a folder `mirror/` that serves as a filesystem mirror and,
//! over HTTPS, as a network mirror. Packaging another platform into the same folder adds to both.

mod archive;
mod checksums;
mod mirror;
mod signature;

use std::path::{Path, PathBuf};

use serde_json::json;
use terraform_provider_maas::provider::VERSION;

use self::archive::Effort;
use super::artifact::{self, NAME, Platform};
use super::{Failure, say};

pub(super) const USAGE: &str = "\
cargo xtask package [--binary PATH [--os OS] [--arch ARCH]] [--out DIR] [--sign KEYID] [--quick]

Builds the release binary for this machine (on Linux with musl), or uses PATH, and packages it into DIR [default:
target/package].
OS and ARCH use Go's names [default: this machine's]. KEYID is a gpg key; registries require an RSA key.
--quick compresses slightly less, in a tenth of the time.
";

/// The parsed command line.
struct Options {
    binary: Option<PathBuf>,
    platform: Platform,
    out: PathBuf,
    sign: Option<String>,
    effort: Effort,
}

pub(super) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let options = parse(arguments)?;
    let binary = options.binary.map_or_else(artifact::build, Ok)?;
    let out = options.out.as_path();
    std::fs::create_dir_all(out)?;
    archive::write(&binary, &options.platform, options.effort, out)?;
    std::fs::write(out.join(manifest_name()), manifest())?;
    let archives = archives(out)?;
    let sums = checksums::write(&archives, &manifest_name(), out)?;
    signature::write(&sums, options.sign.as_deref())?;
    mirror::write(&archives, out)?;
    say(&format!("Packaged {} in {}\n", options.platform.archive(), out.display()))
}

fn parse(arguments: &[&str]) -> Result<Options, Failure> {
    use lexopt::prelude::{Long, ValueExt};
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut binary, mut os, mut arch, mut out, mut sign) = (None, None, None, None, None);
    let mut effort = Effort::Most;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("binary") => binary = Some(PathBuf::from(parser.value()?)),
            Long("os") => os = Some(parser.value()?.string()?),
            Long("arch") => arch = Some(parser.value()?.string()?),
            Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Long("sign") => sign = Some(parser.value()?.string()?),
            Long("quick") => effort = Effort::Quick,
            _ => return Err(format!("{}\n\n{USAGE}", argument.unexpected()).into()),
        }
    }
    if binary.is_none() && (os.is_some() || arch.is_some()) {
        return Err("--os and --arch require --binary, because builds are for this machine".into());
    }
    let here = Platform::here();
    let platform = Platform { os: os.unwrap_or(here.os), arch: arch.unwrap_or(here.arch) };
    let out = out.unwrap_or_else(|| super::project().join("target/package"));
    Ok(Options { binary, platform, out, sign, effort })
}

fn manifest_name() -> String {
    format!("{NAME}_{VERSION}_manifest.json")
}

/// The manifest, which states the plugin protocol of the binary. Without it, registries assume protocol 5.
fn manifest() -> String {
    format!("{:#}\n", json!({ "version": 1, "metadata": { "protocol_versions": ["6.0"] } }))
}

/// A zip file of this version.
struct Archive {
    name: String,
    platform: String,
}

impl Archive {
    /// Parses the name of a file.
    fn from_name(name: &str) -> Option<Self> {
        let platform = name.strip_prefix(&format!("{NAME}_{VERSION}_"))?.strip_suffix(".zip")?;
        Some(Self { name: name.to_owned(), platform: platform.to_owned() })
    }
}

/// Returns the zip files of this version in a folder, sorted by name.
fn archives(folder: &Path) -> Result<Vec<Archive>, Failure> {
    let mut archives = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        archives.extend(entry?.file_name().to_str().and_then(Archive::from_name));
    }
    archives.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(archives)
}

#[cfg(test)]
mod tests {
    use super::archive::Effort;
    use super::{Archive, VERSION, parse};

    #[test]
    fn platform_without_a_binary_then_refused() {
        let refusal = parse(&["--os", "darwin"]).err().expect("refused").to_string();
        assert!(refusal.contains("--binary"), "{refusal}");
    }

    #[test]
    fn nothing_said_of_the_effort_then_the_most() {
        let effort = |arguments: &[&str]| parse(arguments).expect("options").effort;
        assert_eq!((effort(&[]), effort(&["--quick"])), (Effort::Most, Effort::Quick));
    }

    #[test]
    fn unknown_option_then_refused_with_the_usage() {
        let refusal = parse(&["--signed"]).err().expect("refused").to_string();
        assert!(refusal.contains("--signed") && refusal.contains("--sign KEYID"), "{refusal}");
    }

    #[test]
    fn zip_of_another_version_then_not_one_of_ours() {
        let platform = |name: &str| Archive::from_name(name).map(|archive| archive.platform);
        let ours = format!("terraform-provider-maas_{VERSION}_linux_arm64.zip");
        assert_eq!(platform(&ours).as_deref(), Some("linux_arm64"));
        assert_eq!(platform("terraform-provider-maas_999.0.0_linux_arm64.zip"), None);
        assert_eq!(platform(&format!("terraform-provider-maas_{VERSION}_manifest.json")), None);
    }
}
