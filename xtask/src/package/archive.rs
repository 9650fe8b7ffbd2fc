use std::fs::File;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{DateTime, System, ZipWriter};

use crate::Failure;
use crate::artifact::Platform;

/// Size of the parts for Zopfli, which splits each into up to 16 blocks. Smaller parts take longer for little gain.
const PART_BYTES: usize = 128 << 10;

/// The compression effort. Format and time to unpack are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// The effort of `zip -9`.
    Quick,
    /// Zopfli: the download is 3 % smaller, and packaging a release takes 15 seconds longer.
    Most,
}

impl Effort {
    /// Returns the level of the zip library: levels above 9 are iterations of Zopfli.
    fn level(self) -> i64 {
        match self {
            Self::Quick => 9,
            Self::Most => 9 + 5,
        }
    }
}

/// Zips the binary. The same binary always results in the same bytes: no time, no user, one fixed mode.
pub(super) fn write(binary: &Path, platform: &Platform, effort: Effort, out: &Path) -> Result<(), Failure> {
    let content = std::fs::read(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    // Hosts restore the file mode only if the entry is marked as created on Unix.
    let options = SimpleFileOptions::default()
        .compression_level(Some(effort.level()))
        .with_zopfli_buffer(None)
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(File::create(out.join(platform.archive()))?);
    zip.start_file(platform.executable(), options)?;
    content.chunks(PART_BYTES).try_for_each(|part| zip.write_all(part))?;
    zip.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Effort, PART_BYTES, write};
    use crate::artifact::Platform;

    #[test]
    fn packaged_twice_then_the_same_bytes_and_a_mode_that_runs() {
        for effort in [Effort::Quick, Effort::Most] {
            packaged_twice(effort);
        }
    }

    fn packaged_twice(effort: Effort) {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = folder.path().join("binary");
        let content = (0..70_000).map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
        assert!(content.len() > PART_BYTES);
        std::fs::write(&binary, &content).expect("writes");
        let platform = Platform { os: "linux".to_owned(), arch: "amd64".to_owned() };
        let packaged = || {
            write(&binary, &platform, effort, folder.path()).expect("packages");
            std::fs::read(folder.path().join(platform.archive())).expect("a zip file")
        };
        let bytes = packaged();
        std::fs::File::options()
            .write(true)
            .open(&binary)
            .and_then(|file| file.set_modified(std::time::UNIX_EPOCH))
            .expect("a time");
        assert_eq!(bytes, packaged());

        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip file");
        assert_eq!(zip.len(), 1);
        let mut entry = zip.by_index(0).expect("an entry");
        assert_eq!(entry.name().expect("a name"), platform.executable());
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        let mut unpacked = String::new();
        entry.read_to_string(&mut unpacked).expect("content");
        assert!(unpacked == content);
    }
}
