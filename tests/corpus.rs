//! Replays what fuzzing found worth keeping; see `fuzz/`.

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// Runs a target on every file of its corpus.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files: Vec<_> =
        std::fs::read_dir(folder).expect("a corpus").map(|entry| entry.expect("a file").path()).collect();
    assert!(files.len() >= 5, "{} files", files.len());
    for file in files {
        run(&std::fs::read(file).expect("reads"));
    }
}

#[test]
fn each_dynamic_value_then_the_same_after_a_round_trip() {
    replay("dynamic_value", targets::dynamic_value);
}

#[test]
fn each_answer_then_read_or_refused() {
    replay("answer", targets::answer);
}

#[test]
fn each_shared_config_then_read_or_refused_without_showing_it() {
    replay("shared_config", targets::shared_config);
}

#[test]
fn each_environment_of_a_host_then_a_proper_line_or_an_error() {
    replay("handshake", targets::handshake);
}
