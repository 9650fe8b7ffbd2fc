//! A host that is killed leaves no plugin behind.

use std::fs::{File, OpenOptions, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use maas_sandbox::{Fault, Sandbox};

use crate::terraform::{Workdir, with_each_host};

/// Starts the provider as its child, and stays. It and the provider hold the pipe open.
const WRAPPER: &str = "#!/bin/sh\nexec 9>\"$ALIVE\"\necho $PPID >\"$HOST_PID\"\n\"$WRAPPED\" \"$@\"\nexit $?\n";

#[test]
fn host_killed_under_a_wrapper_script_then_the_plugin_ends_too() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().fault(Fault::hang()).start();
        let workdir = Workdir::new(host, &sandbox, "data \"maas_workspaces\" \"all\" {}\n");
        let plugin = workdir.path("plugins/terraform-provider-maas");
        let (wrapped, alive, host_pid) = (workdir.path("wrapped"), workdir.path("alive"), workdir.path("host"));
        std::fs::rename(&plugin, &wrapped).expect("moves");
        std::fs::write(&plugin, WRAPPER).expect("writes");
        std::fs::set_permissions(&plugin, Permissions::from_mode(0o755)).expect("changes");
        assert!(Command::new("mkfifo").arg(&alive).status().expect("runs").success());
        // A writer, so that each instance of the plugin can open the pipe.
        let writer = OpenOptions::new().read(true).write(true).open(&alive).expect("a pipe");
        let mut pipe = File::open(&alive).expect("a pipe");

        let text = |path: std::path::PathBuf| path.to_str().expect("text").to_owned();
        let workdir =
            workdir.env("WRAPPED", &text(wrapped)).env("ALIVE", &text(alive)).env("HOST_PID", &text(host_pid));
        let running = workdir.spawn(&["plan"]);
        assert!(sandbox.wait_for_requests(1, Duration::from_secs(30)), "a read begins");
        let host = std::fs::read_to_string(workdir.path("host")).expect("an id");
        assert!(Command::new("kill").args(["-KILL", host.trim()]).status().expect("runs").success());
        drop(writer);
        let (sender, ended) = mpsc::channel();
        std::thread::spawn(move || {
            // The receiver is gone if the test has failed.
            let _ = sender.send(pipe.read_to_end(&mut Vec::new()));
        });
        let ended = ended.recv_timeout(Duration::from_mins(1));
        // A plugin that has outlived its host goes as well.
        running.signal("-KILL");
        running.finish();
        ended.expect("the plugin ends").expect("a pipe");
    });
}
