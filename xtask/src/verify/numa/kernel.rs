//! A kernel with everything that is looked at: NUMA, control groups, pressure.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::super::command::run;
use super::super::context::Context;

/// Debian's cloud kernels, the newer one first; each is a name that stands for the package of today.
const PACKAGES: [&str; 2] = ["linux-image-6.12-cloud-amd64", "linux-image-cloud-amd64"];

/// The image, unpacked below the tools: it is not installed, and needs no superuser.
pub(super) fn image(context: &Context) -> Result<PathBuf> {
    let folder = context.tools().join("kernel");
    if let Some(image) = find(&folder) {
        return Ok(image);
    }
    fs::create_dir_all(&folder).context("cannot make a folder for the kernel")?;
    let package = PACKAGES.iter().find_map(|name| depends(context, name));
    let package =
        package.context("apt knows no cloud kernel: `apt-get update` reads its lists anew")?;
    run(context
        .command("apt-get", &["--quiet", "--quiet", "download", &package])
        .current_dir(&folder))?;
    let fetched = fs::read_dir(&folder)?.flatten().map(|entry| entry.path());
    let fetched = fetched.into_iter().find(|path| path.extension().is_some_and(|it| it == "deb"));
    let fetched = fetched.context("apt has brought no package")?;
    run(context.command("dpkg-deb", &["--extract"]).arg(&fetched).arg(&folder))?;
    // Modules: everything that is needed here is in the image.
    let _ = fs::remove_dir_all(folder.join("lib"));
    fs::remove_file(&fetched).context("cannot remove the package")?;
    find(&folder).context("the package has no kernel")
}

fn find(folder: &std::path::Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder.join("boot")).ok()?.flatten().map(|entry| entry.path());
    let is_image = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz-"))
    };
    entries.into_iter().find(is_image)
}

fn depends(context: &Context, name: &str) -> Option<String> {
    let text = super::run_quietly(&mut context.command("apt-cache", &["depends", name])).ok()?;
    text.lines().find_map(|line| Some(line.trim().strip_prefix("Depends:")?.trim().to_owned()))
}
