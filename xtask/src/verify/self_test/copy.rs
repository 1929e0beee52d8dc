//! A copy of the workspace, kept from one run to the next so that little is built anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A folder with the same files as the workspace.
#[derive(Debug)]
pub(super) struct Copy(PathBuf);

/// A file with a fault in it.
#[derive(Debug)]
pub(super) struct Planted {
    path: PathBuf,
    original: String,
}

impl Copy {
    /// Makes `place` the same as `root`. What is the same already keeps its time of change.
    pub(super) fn of(root: &Path, place: &Path) -> Result<Self> {
        let mut files = BTreeSet::new();
        gather(root, Path::new(""), &mut files)?;
        let mut old = BTreeSet::new();
        if place.is_dir() {
            gather(place, Path::new(""), &mut old)?;
        }
        for gone in old.difference(&files) {
            let path = place.join(gone);
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        for file in &files {
            copy(&root.join(file), &place.join(file))?;
        }
        Ok(Self(place.to_owned()))
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    /// Replaces what stands exactly once in a file.
    pub(super) fn edit(&self, file: &Path, (from, to): (&str, &str)) -> Result<Planted> {
        let path = self.0.join(file);
        let original =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", file.display()))?;
        let found = original.matches(from).count();
        ensure!(found == 1, "`{}` stands {found} times in {}", from.trim(), file.display());
        write(&path, original.replace(from, to).as_bytes())?;
        Ok(Planted { path, original })
    }
}

impl Planted {
    /// Puts back what was there.
    pub(super) fn take_out(self) -> Result<()> {
        write(&self.path, self.original.as_bytes())
    }
}

/// All files below a folder, relative to it; neither the history nor what was built.
fn gather(root: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    let place = root.join(folder);
    let reading = || format!("cannot read {}", place.display());
    for entry in fs::read_dir(&place).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let path = folder.join(entry.file_name());
        let kind = entry.file_type().with_context(reading)?;
        let is_built = || entry.path().join("CACHEDIR.TAG").exists() || path == Path::new("target");
        if kind.is_dir() && path != Path::new(".git") && !is_built() {
            gather(root, &path, files)?;
        } else if kind.is_file() {
            files.insert(path);
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    write(to, &content)
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests;
