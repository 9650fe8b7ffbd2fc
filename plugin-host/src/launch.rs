use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::process::Process;
use tempfile::TempDir;

use super::{CertificateError, ClientIdentity, Handshake, HandshakeError};

/// Proves to a plugin that a host started it. Not a secret.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// How long a plugin may take to say where it listens.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// How to start a plugin. Its environment has what Terraform sets, what is named here, and nothing else but `PATH`,
/// `HOME` and what Windows cannot do without. Its `TMPDIR` is a folder of its own, which goes when the plugin does: one
/// that is killed leaves its socket.
#[derive(Clone, Debug)]
pub struct Launcher {
    binary: PathBuf,
    tls: bool,
    variables: Vec<(OsString, OsString)>,
}

/// Why a plugin did not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// There is no certificate to start it with.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The binary cannot be run.
    #[error("the plugin cannot be run: {0}")]
    Spawn(io::Error),
    /// It ended without a handshake. With all that it wrote to stderr.
    #[error("the plugin ended without a handshake; it wrote: {0}")]
    Ended(String),
    /// It said nothing for a minute. With all that it wrote to stderr.
    #[error("the plugin said nothing for a minute; it wrote: {0}")]
    Silent(String),
    /// It said something else.
    #[error("{error}; it wrote: {stderr}")]
    Handshake {
        /// What it said.
        error: HandshakeError,
        /// All that it wrote to stderr.
        stderr: String,
    },
}

impl Launcher {
    /// Starts `binary` with mutual TLS.
    #[must_use]
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let launcher = Self { binary: binary.as_ref().to_owned(), tls: true, variables: Vec::new() };
        let kept = ["PATH", "HOME", "SystemRoot"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        launcher
            .envs(kept)
            .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
            .env("PLUGIN_PROTOCOL_VERSIONS", "6,5")
    }

    /// Without TLS, as with `TF_DISABLE_PLUGIN_TLS`.
    #[must_use]
    pub fn plaintext(self) -> Self {
        Self { tls: false, ..self }
    }

    /// Sets a variable; the last value counts.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Sets several variables.
    #[must_use]
    pub fn envs(self, variables: impl IntoIterator<Item = (impl Into<OsString>, impl Into<OsString>)>) -> Self {
        variables.into_iter().fold(self, |launcher, (name, value)| launcher.env(name, value))
    }

    /// Starts the plugin and waits for its handshake.
    ///
    /// # Errors
    /// See [`LaunchError`].
    pub fn start(self) -> Result<Plugin, LaunchError> {
        let identity = self.tls.then(ClientIdentity::generate).transpose()?.map(Arc::new);
        let folder = TempDir::with_prefix("plugin-").map_err(LaunchError::Spawn)?;
        let mut command = Command::new(&self.binary);
        command.env_clear().env("TMPDIR", folder.path()).envs(self.variables);
        if let Some(identity) = &identity {
            command.env("PLUGIN_CLIENT_CERT", identity.certificate_pem());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let child = command.spawn().map_err(LaunchError::Spawn)?;
        let (mut process, first_line) = Process::new(child).map_err(LaunchError::Spawn)?;
        let Ok((line, read)) = first_line.recv_timeout(START_TIMEOUT) else {
            return Err(LaunchError::Silent(process.end()));
        };
        if line.is_empty() {
            // What it writes while it ends belongs to the error, if it ends.
            let _ = process.wait();
            return Err(LaunchError::Ended(process.end()));
        }
        match Handshake::parse(&line) {
            Ok(handshake) => Ok(Plugin { process, identity, handshake, start_time: read - started, _folder: folder }),
            Err(error) => Err(LaunchError::Handshake { error, stderr: process.end() }),
        }
    }
}

/// A running plugin. Dropping it ends the process.
pub struct Plugin {
    process: Process,
    identity: Option<Arc<ClientIdentity>>,
    handshake: Handshake,
    start_time: Duration,
    /// Removed after the process has ended: fields are dropped in order.
    _folder: TempDir,
}

impl Plugin {
    /// What it said first.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// How long it took from the start of the process to its handshake.
    #[must_use]
    pub fn start_time(&self) -> Duration {
        self.start_time
    }

    /// The host's certificate for this plugin, unless it runs without TLS.
    #[must_use]
    pub fn identity(&self) -> Option<&Arc<ClientIdentity>> {
        self.identity.as_ref()
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it has written to stderr so far; all of it once [`wait`](Self::wait) has returned.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.process.stderr()
    }

    /// What it has written to stdout after the handshake, which should be nothing.
    #[must_use]
    pub fn stdout_after_handshake(&self) -> String {
        self.process.stdout_after_first_line()
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn is_running(&mut self) -> io::Result<bool> {
        self.process.is_running()
    }

    /// Waits for it to end by itself, half a minute at most, and tells how long that took.
    ///
    /// # Errors
    /// When it goes on.
    pub fn wait(&mut self) -> io::Result<(ExitStatus, Duration)> {
        self.process.wait()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{LaunchError, Launcher};

    fn failure(plugin: &str) -> LaunchError {
        let script = format!("{}/tests/plugins/{plugin}.sh", env!("CARGO_MANIFEST_DIR"));
        Launcher::new(script).plaintext().start().err().expect("no handshake")
    }

    #[test]
    fn plugin_ends_without_handshake_then_error_with_its_very_last_words() {
        for _ in 0..20 {
            let LaunchError::Ended(wrote) = failure("ends") else { panic!("it ended") };
            assert_eq!((wrote.lines().count(), wrote.lines().last()), (1_001, Some("the last words")));
        }
    }

    #[test]
    fn plugin_closes_stdout_first_then_what_it_writes_later_is_in_the_error() {
        let LaunchError::Ended(wrote) = failure("closes_stdout_first") else { panic!("it ended") };
        assert_eq!(wrote, "written later\n");
    }

    #[test]
    fn plugin_says_something_else_then_error_with_that_and_what_it_wrote() {
        let error = failure("greets").to_string();
        assert!(error.contains("\"Hello!\\n\"") && error.ends_with("it wrote: not a plugin\n"), "{error}");
    }

    #[test]
    fn no_such_binary_then_error() {
        assert!(matches!(Launcher::new("/nonexistent").plaintext().start(), Err(LaunchError::Spawn(_))));
    }
}
