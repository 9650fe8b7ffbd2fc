//! The process of a plugin, and what it writes.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How long a plugin may take to end.
const END_TIMEOUT: Duration = Duration::from_secs(30);

/// A running process whose two streams are read to their ends. Dropping it ends the process.
pub(crate) struct Process {
    child: Child,
    stdout: Output,
    stderr: Output,
}

/// The first line of a process, empty if there was none, and when it was read.
pub(crate) type FirstLine = mpsc::Receiver<(String, Instant)>;

impl Process {
    /// Takes over a child whose stdout and stderr are piped.
    ///
    /// # Errors
    /// When one of them is not.
    pub(crate) fn new(mut child: Child) -> io::Result<(Self, FirstLine)> {
        let not_piped = || io::Error::other("a stream of the plugin is not piped");
        let stderr = BufReader::new(child.stderr.take().ok_or_else(not_piped)?);
        let mut stdout = BufReader::new(child.stdout.take().ok_or_else(not_piped)?);
        let (sender, first_line) = mpsc::channel();
        let stdout = Output::collect(move |text| {
            let mut line = String::new();
            // A plugin that writes no text has no handshake either.
            let _ = stdout.read_line(&mut line);
            let _ = sender.send((line, Instant::now()));
            append(stdout, text);
        });
        let stderr = Output::collect(move |text| append(stderr, text));
        Ok((Self { child, stdout, stderr }, first_line))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to stderr so far; all of it once [`wait`](Self::wait) or [`end`](Self::end) has returned.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// What it has written to stdout after its first line, likewise.
    pub(crate) fn stdout_after_first_line(&self) -> String {
        self.stdout.text()
    }

    pub(crate) fn is_running(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Waits for it to end by itself, half a minute at most, and tells how long that took.
    pub(crate) fn wait(&mut self) -> io::Result<(ExitStatus, Duration)> {
        let started = Instant::now();
        while started.elapsed() < END_TIMEOUT {
            if let Some(status) = self.child.try_wait()? {
                let took = started.elapsed();
                self.read_to_the_end();
                return Ok((status, took));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(io::Error::from(io::ErrorKind::TimedOut))
    }

    /// Ends it, and tells all that it wrote to stderr.
    pub(crate) fn end(&mut self) -> String {
        self.kill();
        self.read_to_the_end();
        self.stderr()
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its last lines may still be in the pipes when it is gone.
    fn read_to_the_end(&self) {
        self.stdout.finish();
        self.stderr.finish();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The text that a thread reads from a stream.
struct Output {
    text: Arc<Mutex<String>>,
    /// Closed when the stream has ended, and with it the thread.
    ended: mpsc::Receiver<()>,
}

impl Output {
    fn collect(read: impl FnOnce(&Mutex<String>) + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let (shared, (ending, ended)) = (Arc::clone(&text), mpsc::channel());
        thread::spawn(move || {
            read(&shared);
            drop(ending);
        });
        Self { text, ended }
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the end of the stream. A plugin that has handed it to a child may leave it open.
    fn finish(&self) {
        let _ = self.ended.recv_timeout(END_TIMEOUT);
    }
}

fn append(mut stream: BufReader<impl Read>, text: &Mutex<String>) {
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        text.lock().unwrap_or_else(PoisonError::into_inner).push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
}
