//! From the start of the process to its handshake line.

use std::process::Command;

use crate::host::{binary, launcher, start};

#[test]
fn run_by_hand_then_three_lines_on_stderr_and_exit_code_1() {
    for cookie in ["", "wrong"] {
        let output = Command::new(binary()).env_clear().env("TF_PLUGIN_MAGIC_COOKIE", cookie).output().expect("runs");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stdout, b"");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(stderr.lines().count(), 3, "{stderr}");
    }
}

#[test]
fn flags_then_help_version_or_an_error() {
    let run = |flag: &str| Command::new(binary()).arg(flag).output().expect("runs");
    let stdout = |flag: &str| String::from_utf8(run(flag).stdout).expect("text");
    assert_eq!(stdout("--version"), format!("terraform-provider-maas {}\n", env!("CARGO_PKG_VERSION")));
    assert!(stdout("--help").contains("--debug"));
    let wrong = run("--wrong");
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(1), 0));
}

#[test]
fn program_at_a_path_that_is_no_text_then_starts() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    std::os::unix::fs::symlink(binary(), &path).expect("links");
    assert_eq!(maas_plugin_host::Launcher::new(path).start().expect("starts").handshake().fields, 6);
}

#[test]
fn started_by_a_host_then_six_fields_and_seven_only_when_asked() {
    let handshake = start().handshake().clone();
    assert_eq!((handshake.fields, handshake.protocol_version, &*handshake.network), (6, 6, "unix"));
    assert!(handshake.certificate.len() > 100);
    let asked = launcher().env("PLUGIN_MULTIPLEX_GRPC", "true").start().expect("starts");
    assert_eq!(asked.handshake().fields, 7);
    let plain = launcher().plaintext().start().expect("starts");
    assert_eq!((plain.handshake().fields, plain.handshake().certificate.len()), (6, 0));
}

#[test]
fn host_offers_versions_in_any_order_then_6() {
    for versions in ["5,6", "6,5", "6"] {
        let plugin = launcher().env("PLUGIN_PROTOCOL_VERSIONS", versions).start().expect("starts");
        assert_eq!(plugin.handshake().protocol_version, 6, "{versions}");
    }
}

#[test]
fn client_certificate_is_none_then_error_instead_of_a_handshake() {
    let error =
        launcher().plaintext().env("PLUGIN_CLIENT_CERT", "nonsense").start().err().expect("refused").to_string();
    assert!(error.contains("PLUGIN_CLIENT_CERT holds no PEM certificate"), "{error}");
}

#[test]
fn temporary_folder_is_empty_then_the_socket_is_in_none_of_the_working_folder() {
    let plugin = launcher().env("TMPDIR", "").start().expect("starts");
    assert!(plugin.handshake().address.starts_with("/tmp/"), "{:?}", plugin.handshake());
}

#[test]
fn unknown_group_for_the_socket_then_error_instead_of_a_handshake() {
    let error = launcher().env("PLUGIN_UNIX_SOCKET_GROUP", "no such group").start().err().expect("refused").to_string();
    assert!(error.contains("no such group"), "{error}");
}
