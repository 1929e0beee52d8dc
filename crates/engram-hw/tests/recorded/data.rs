//! Where the records are, and unpacking them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of the records; `None`, and said so, where there are none.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = env::var_os("ENGRAM_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from);
    let folder = root.join(data).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("not run: no data");
    None
}

/// The root of a machine that is packed in `archive`: unpacked once, into the build folder.
pub(crate) fn unpack(archive: &Path) -> PathBuf {
    let name = archive.file_name().and_then(|name| name.to_str()).expect("archives have names");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("machines").join(name);
    let done = folder.join("unpacked");
    if !done.exists() {
        // What an interrupted run left behind is not whole.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        // Archives hold devices and other people's users, which is nothing to fail about.
        let mut tar = Command::new("tar");
        tar.arg("-xjf")
            .arg(archive)
            .arg("-C")
            .arg(&folder)
            .args(["--no-same-owner", "--wildcards"]);
        let _ = tar.args(["*/proc", "*/dev", "*/cgroup", "*/sys/devices/system"]).output().unwrap();
        fs::write(&done, "").unwrap();
    }
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut roots: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    roots.sort();
    roots.into_iter().next().unwrap_or(folder)
}
