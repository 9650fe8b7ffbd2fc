use std::fs::File;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{DateTime, System, ZipWriter};

use crate::Failure;
use crate::artifact::Platform;

/// Zips the binary. The same binary gives the same bytes, whenever and wherever: no time, no user, one fixed mode.
pub(super) fn write(binary: &Path, platform: &Platform, out: &Path) -> Result<(), Failure> {
    let content = std::fs::read(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    // Hosts unpack the mode too, but only where the entry says that it comes from Unix.
    let options = SimpleFileOptions::default()
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(File::create(out.join(platform.archive()))?);
    zip.start_file(platform.executable(), options)?;
    zip.write_all(&content)?;
    zip.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::write;
    use crate::artifact::Platform;

    #[test]
    fn packaged_twice_then_the_same_bytes_and_a_mode_that_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = folder.path().join("binary");
        std::fs::write(&binary, b"\x7fELF").expect("writes");
        let platform = Platform { os: "linux".to_owned(), arch: "amd64".to_owned() };
        let packaged = || {
            write(&binary, &platform, folder.path()).expect("packages");
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
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("content");
        assert_eq!(content, b"\x7fELF");
    }
}
