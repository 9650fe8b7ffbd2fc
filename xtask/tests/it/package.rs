use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::{argument, present, provider, skipped, text, xtask};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The folder of a mirror that holds the provider.
const IN_MIRROR: &str = "mirror/terraform.local/huaweicloud/maas";

/// The debug build of the provider, packaged for this machine.
pub(crate) struct Packaged(PathBuf);

/// Packages once for all tests that only read it.
pub(crate) fn packaged() -> &'static Packaged {
    static PACKAGED: OnceLock<Packaged> = OnceLock::new();
    PACKAGED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("removes");
        }
        xtask(&["package", "--binary", argument(provider()), "--out", argument(&folder), "--quick"]);
        Packaged(folder)
    })
}

impl Packaged {
    /// The mirror's root.
    pub(crate) fn mirror(&self) -> PathBuf {
        self.0.join("mirror")
    }

    /// The `h1:` hash that the network mirror announces for this machine.
    pub(crate) fn h1(&self) -> String {
        let list = json_file(&self.0.join(IN_MIRROR).join(format!("{VERSION}.json")));
        let archives = list["archives"].as_object().expect("archives");
        assert_eq!(archives.len(), 1);
        let hashes = archives.values().flat_map(|archive| archive["hashes"].as_array().expect("hashes"));
        let mut hashes = hashes.map(|hash| hash.as_str().expect("text"));
        hashes.find(|hash| hash.starts_with("h1:")).expect("an h1 hash").to_owned()
    }
}

fn json_file(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

/// A binary small enough to be packaged in no time.
struct Small {
    folder: tempfile::TempDir,
    binary: PathBuf,
}

impl Small {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = folder.path().join("binary");
        std::fs::write(&binary, "#!/bin/sh\n").expect("writes");
        Self { folder, binary }
    }

    fn package(&self, os: &str, arch: &str, more: &[&str]) {
        let mut arguments = vec!["package", "--binary", argument(&self.binary), "--os", os, "--arch", arch];
        let out = self.path("");
        arguments.extend(["--out", argument(&out)]);
        arguments.extend(more);
        xtask(&arguments);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }
}

#[test]
fn two_platforms_in_one_folder_then_sums_and_mirror_cover_both() {
    let small = Small::new();
    small.package("windows", "amd64", &[]);
    small.package("darwin", "arm64", &[]);
    let zip = |platform: &str| format!("terraform-provider-maas_{VERSION}_{platform}.zip");
    let manifest = format!("terraform-provider-maas_{VERSION}_manifest.json");

    let sums_name = format!("terraform-provider-maas_{VERSION}_SHA256SUMS");
    let sums = std::fs::read_to_string(small.path(&sums_name)).expect("sums");
    let named: Vec<_> = sums.lines().map(|line| line.split_once("  ").expect("two columns").1).collect();
    assert_eq!(named, [&zip("darwin_arm64"), &zip("windows_amd64"), &manifest]);
    let checked = Command::new("sha256sum").arg("--check").arg(&sums_name).current_dir(small.path("")).output();
    assert!(checked.expect("sha256sum runs").status.success());

    assert_eq!(json_file(&small.path(&manifest))["metadata"]["protocol_versions"], json!(["6.0"]));
    let mirror = small.path(IN_MIRROR);
    assert_eq!(json_file(&mirror.join("index.json")), json!({ "versions": { VERSION: {} } }));
    let list = json_file(&mirror.join(format!("{VERSION}.json")));
    for platform in ["darwin_arm64", "windows_amd64"] {
        assert_eq!(list["archives"][platform]["url"], zip(platform));
        assert!(mirror.join(zip(platform)).exists());
    }
}

#[test]
fn earlier_version_in_the_mirror_then_still_listed() {
    let small = Small::new();
    let mirror = small.path(IN_MIRROR);
    std::fs::create_dir_all(&mirror).expect("creates");
    std::fs::write(mirror.join("0.0.9.json"), "{}").expect("writes");
    small.package("linux", "arm64", &[]);
    assert_eq!(json_file(&mirror.join("index.json")), json!({ "versions": { "0.0.9": {}, VERSION: {} } }));
}

#[test]
fn signed_then_gpg_verifies_and_packaged_again_unsigned_then_no_signature_stays() {
    if !present("gpg", "--version") {
        assert!(std::env::var_os("CI").is_none(), "CI needs gpg on PATH");
        return skipped("gpg is not on PATH");
    }
    let keys = tempfile::tempdir().expect("a folder");
    let gpg = |arguments: &[&str]| {
        let mut command = Command::new("gpg");
        let output =
            command.arg("--homedir").arg(keys.path()).arg("--batch").args(arguments).output().expect("gpg runs");
        assert!(output.status.success(), "{}", text(output.stderr));
    };
    gpg(&["--passphrase", "", "--quick-generate-key", "release@example.test", "rsa2048", "sign", "never"]);
    let small = Small::new();
    let mut package = crate::support::xtask_command(&["package", "--binary", argument(&small.binary)]);
    let out = small.path("");
    package.args(["--out", argument(&out), "--sign", "release@example.test"]).env("GNUPGHOME", keys.path());
    let output = package.output().expect("runs");
    assert!(output.status.success(), "{}", text(output.stderr));

    let sums = small.path(&format!("terraform-provider-maas_{VERSION}_SHA256SUMS"));
    let signature = small.path(&format!("terraform-provider-maas_{VERSION}_SHA256SUMS.sig"));
    gpg(&["--verify", argument(&signature), argument(&sums)]);
    let first = std::fs::read(&signature).expect("a signature")[0];
    assert!(first & 0x80 != 0, "registries want a binary signature");

    small.package("linux", "amd64", &[]);
    assert!(!signature.exists(), "it would not fit the new sums");
    let stopped = Command::new("gpgconf").arg("--homedir").arg(keys.path()).args(["--kill", "all"]).status();
    assert!(stopped.expect("gpgconf runs").success());
}
