//! Reads files that users configure. A path may be a pipe without a writer, or a device that never ends. Neither may block the
//! runtime or the end of the process.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Deadline;
use super::own_thread::on_its_own_thread;

/// Maximum size of a file. The largest CA bundles have about 1 MiB.
const MAX_BYTES: u64 = 4 << 20;

/// Reads a file within the deadline.
///
/// # Errors
/// If the file cannot be read, is larger than 4 MiB, or cannot be read within the deadline.
pub async fn read_file(path: &Path, deadline: Deadline) -> io::Result<Vec<u8>> {
    let path = PathBuf::from(path);
    let read = on_its_own_thread("file", move || read_bounded(&path));
    tokio::time::timeout(deadline.remaining(), read).await.unwrap_or_else(|_| {
        let problem = format!("it could not be read within {:?}; it may be a pipe without a writer", deadline.limit());
        Err(io::Error::new(io::ErrorKind::TimedOut, problem))
    })?
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let problem = format!("it is larger than {} MiB", MAX_BYTES >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn read(path: &Path, limit: Duration) -> io::Result<Vec<u8>> {
        read_file(path, Deadline::within(limit)).await
    }

    #[tokio::test]
    async fn file_as_large_as_allowed_then_read_and_one_byte_more_then_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let limit = Duration::from_mins(1);
        file.as_file().set_len(MAX_BYTES).expect("grows");
        assert_eq!(read(file.path(), limit).await.expect("readable").len() as u64, MAX_BYTES);
        file.as_file().set_len(MAX_BYTES + 1).expect("grows");
        let error = read(file.path(), limit).await.expect_err("too large");
        assert_eq!(error.to_string(), "it is larger than 4 MiB");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn device_without_end_or_folder_then_error() {
        let limit = Duration::from_mins(1);
        assert_eq!(
            read(Path::new("/dev/zero"), limit).await.expect_err("endless").to_string(),
            "it is larger than 4 MiB"
        );
        assert!(read(Path::new("/"), limit).await.is_err());
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn pipe_without_a_writer_then_error_at_the_deadline() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("runs").success());
        let started = tokio::time::Instant::now();
        let error = read(&pipe, Duration::from_secs(7)).await.expect_err("no bytes");
        assert_eq!(started.elapsed().as_secs(), 7);
        assert_eq!(error.to_string(), "it could not be read within 7s; it may be a pipe without a writer");
    }
}
