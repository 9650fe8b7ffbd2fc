use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use terraform_provider_maas::provider::VERSION;
use zip::ZipArchive;

use super::Archive;
use crate::Failure;
use crate::artifact::NAME;

/// Writes `SHA256SUMS` for the zip files and the manifest, and returns its path.
pub(super) fn write(archives: &[Archive], manifest: &str, out: &Path) -> Result<PathBuf, Failure> {
    let mut sums = String::new();
    for name in archives.iter().map(|archive| archive.name.as_str()).chain([manifest]) {
        writeln!(sums, "{}  {name}", sha256(&std::fs::read(out.join(name))?))?;
    }
    let path = out.join(format!("{NAME}_{VERSION}_SHA256SUMS"));
    std::fs::write(&path, sums)?;
    Ok(path)
}

/// Returns the hashes of a package for lock files: `h1:` of its content, `zh:` of the zip file.
pub(super) fn lock_hashes(archive: &Path) -> Result<[String; 2], Failure> {
    Ok([h1(archive)?, format!("zh:{}", sha256(&std::fs::read(archive)?))])
}

/// Returns the hash of Go's `dirhash`: the hash of a sorted list of files with the hash of each.
fn h1(archive: &Path) -> Result<String, Failure> {
    let mut zip = ZipArchive::new(File::open(archive)?)?;
    let mut lines = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        lines.push((entry.name()?.into_owned(), sha256(&content)));
    }
    lines.sort();
    let mut list = Sha256::new();
    for (name, hash) in lines {
        list.update(format!("{hash}  {name}\n"));
    }
    Ok(format!("h1:{}", STANDARD.encode(list.finalize())))
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::{h1, sha256};

    #[test]
    fn nothing_hashed_then_the_known_digest() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    /// The expected text was generated with `sha256sum` and `base64`.
    #[test]
    fn files_in_any_order_then_h1_over_the_sorted_list() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let mut zip = ZipWriter::new(file.as_file_mut());
        for (name, content) in [("b", "two"), ("a", "one")] {
            zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
            zip.write_all(content.as_bytes()).expect("content");
        }
        zip.finish().expect("a zip file").rewind().expect("rewinds");
        assert_eq!(h1(file.path()).expect("a hash"), "h1:0XE42WOCQDaQSCqJ2jNHUzarNsBGppEqhrre3WIwHLg=");
    }
}
