use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::{CertificateError, ClientIdentity, Handshake, HandshakeError};

/// Proves to a plugin that a host started it. Not a secret.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// How long a plugin may take to say where it listens.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// How long a plugin may take to end.
const END_TIMEOUT: Duration = Duration::from_secs(30);

/// How to start a plugin. Its environment has what Terraform sets, what is named here, and nothing else but `PATH`,
/// `HOME` and `TMPDIR`.
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
    /// It ended, or said nothing for a minute. With what it wrote to stderr.
    #[error("the plugin ended without a handshake; it wrote: {0}")]
    Silent(String),
    /// It said something else.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
}

impl Launcher {
    /// Starts `binary` with mutual TLS.
    #[must_use]
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let launcher = Self { binary: binary.as_ref().to_owned(), tls: true, variables: Vec::new() };
        let kept = ["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let launcher = kept.fold(launcher, |launcher, (name, value)| launcher.env(name, value));
        launcher
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

    /// Starts the plugin and waits for its handshake.
    ///
    /// # Errors
    /// See [`LaunchError`].
    ///
    /// # Panics
    /// Never: both streams are piped.
    pub fn start(self) -> Result<Plugin, LaunchError> {
        let identity = self.tls.then(ClientIdentity::generate).transpose()?.map(Arc::new);
        let mut command = Command::new(&self.binary);
        command.env_clear().envs(self.variables);
        if let Some(identity) = &identity {
            command.env("PLUGIN_CLIENT_CERT", identity.certificate_pem());
        }
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().map_err(LaunchError::Spawn)?;
        let stderr = collect(child.stderr.take().expect("piped"));
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, first_line) = mpsc::channel();
        let after = Arc::new(Mutex::new(String::new()));
        let rest = Arc::clone(&after);
        thread::spawn(move || {
            let mut line = String::new();
            // A plugin that writes no text has no handshake either.
            let _ = stdout.read_line(&mut line);
            let _ = sender.send(line);
            append(stdout, &rest);
        });
        let line = first_line.recv_timeout(START_TIMEOUT).unwrap_or_default();
        let mut plugin = Plugin { child, identity, handshake: None, stderr, stdout_after: after };
        if line.is_empty() {
            // What it writes while it ends belongs to the error.
            let _ = plugin.child.kill();
            let _ = plugin.child.wait();
            return Err(LaunchError::Silent(plugin.stderr()));
        }
        plugin.handshake = Some(Handshake::parse(&line)?);
        Ok(plugin)
    }
}

/// A running plugin. Dropping it ends the process.
pub struct Plugin {
    child: Child,
    identity: Option<Arc<ClientIdentity>>,
    handshake: Option<Handshake>,
    stderr: Arc<Mutex<String>>,
    stdout_after: Arc<Mutex<String>>,
}

impl Plugin {
    /// What it said first.
    ///
    /// # Panics
    /// Never: a plugin without a handshake does not start.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        self.handshake.as_ref().expect("a started plugin has one")
    }

    /// The host's certificate for this plugin, unless it runs without TLS.
    #[must_use]
    pub fn identity(&self) -> Option<&Arc<ClientIdentity>> {
        self.identity.as_ref()
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to stderr.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has written to stdout after the handshake, which should be nothing.
    #[must_use]
    pub fn stdout_after_handshake(&self) -> String {
        self.stdout_after.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn is_running(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Waits for it to end by itself, half a minute at most, and tells how long that took.
    ///
    /// # Errors
    /// When it goes on.
    pub fn wait(&mut self) -> io::Result<(ExitStatus, Duration)> {
        let started = Instant::now();
        while started.elapsed() < END_TIMEOUT {
            if let Some(status) = self.child.try_wait()? {
                return Ok((status, started.elapsed()));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(io::Error::from(io::ErrorKind::TimedOut))
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&text);
    thread::spawn(move || append(BufReader::new(stream), &shared));
    text
}

fn append(mut stream: impl BufRead, text: &Mutex<String>) {
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        text.lock().unwrap_or_else(PoisonError::into_inner).push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
}
