use std::path::Path;

use serde_json::{Map, Value, json};
use terraform_provider_maas::provider::VERSION;

use super::{Archive, checksums};
use crate::Failure;
use crate::artifact::mirror_folder;

/// Writes the files of a mirror: the zip files, the list of this version's zip files, and the list of versions.
pub(super) fn write(archives: &[Archive], out: &Path) -> Result<(), Failure> {
    let folder = mirror_folder(&out.join("mirror"));
    std::fs::create_dir_all(&folder)?;
    let mut listed = Map::new();
    for Archive { name, platform } in archives {
        let archive = folder.join(name);
        std::fs::copy(out.join(name), &archive)?;
        listed.insert(platform.clone(), json!({ "url": name, "hashes": checksums::lock_hashes(&archive)? }));
    }
    write_json(&folder.join(format!("{VERSION}.json")), &json!({ "archives": listed }))?;
    let versions: Map<_, _> = versions(&folder)?.into_iter().map(|version| (version, json!({}))).collect();
    write_json(&folder.join("index.json"), &json!({ "versions": versions }))
}

/// Returns the versions that have a list in the folder, including earlier ones.
fn versions(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut versions = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let version = name.to_str().and_then(|name| name.strip_suffix(".json"));
        versions.extend(version.filter(|version| *version != "index").map(str::to_owned));
    }
    Ok(versions)
}

fn write_json(path: &Path, value: &Value) -> Result<(), Failure> {
    Ok(std::fs::write(path, format!("{value:#}\n"))?)
}
