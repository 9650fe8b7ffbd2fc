use std::fs::File;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{DateTime, System, ZipWriter};

use crate::Failure;
use crate::artifact::Platform;

/// Zopfli looks for codes of their own for up to 16 pieces of each part that it gets. Smaller parts take longer for little.
const PART_BYTES: usize = 128 << 10;

/// How hard to look for the smallest archive. The format is the same, and so is the time to unpack it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// What `zip -9` does.
    Quick,
    /// Zopfli: 3 % less to download, for a quarter of a minute at the release.
    Most,
}

impl Effort {
    /// The level as the zip library counts: those above 9 are rounds of Zopfli.
    fn level(self) -> i64 {
        match self {
            Self::Quick => 9,
            Self::Most => 9 + 5,
        }
    }
}

/// Zips the binary. The same binary gives the same bytes, whenever and wherever: no time, no user, one fixed mode.
pub(super) fn write(binary: &Path, platform: &Platform, effort: Effort, out: &Path) -> Result<(), Failure> {
    let content = std::fs::read(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    // Hosts unpack the mode too, but only where the entry says that it comes from Unix.
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
