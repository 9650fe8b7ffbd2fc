//! A test in namespaces of its own: a network with nothing but loopback, and its own files of the resolver.

use std::path::Path;
use std::process::Command;

/// Set in the process that is in the namespaces.
const INSIDE: &str = "NAMES_TEST_INSIDE";

/// The files of the resolver. Others than these would decide who is asked.
pub(crate) struct Files {
    pub(crate) resolv_conf: &'static str,
    pub(crate) hosts: &'static str,
}

impl Default for Files {
    fn default() -> Self {
        Self { resolv_conf: "nameserver 127.0.0.1\n", hosts: "127.0.0.1 localhost\n" }
    }
}

/// Runs the test with this name again in namespaces of its own, and there `body`. Where there are no namespaces, it fails
/// in CI and says so elsewhere.
pub(crate) fn isolated(test: &str, files: &Files, body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    let probe = unshare().arg("true").output();
    if !probe.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI needs namespaces, `unshare` and `ip`");
        let notice = format!("SKIPPED: {test} needs namespaces, and `unshare` does not make them here.\n");
        return std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).expect("stderr");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("writes");
    write("resolv.conf", files.resolv_conf);
    write("hosts", files.hosts);
    write("nsswitch.conf", "hosts: files dns\n");
    let output = unshare()
        .args(["sh", "-ec", SCRIPT, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().expect("a path"))
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// The folder with the files, then the command.
const SCRIPT: &str = r#"
folder=$1; shift
ip link set lo up
for file in resolv.conf hosts nsswitch.conf; do
  if [ -e "/etc/$file" ]; then mount --bind "$folder/$file" "/etc/$file"; fi
done
exec "$@"
"#;

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount"]);
    // Only root makes namespaces, or who is root in a namespace of users. The temporary folder is that of the user.
    if !is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}
