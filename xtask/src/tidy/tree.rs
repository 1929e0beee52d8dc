//! Reading the tree: the one part of the rules that touches files.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Finding, Manifest, Source};

/// Everything that rules look at.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) packages: Vec<Package>,
    pub(super) manifests: Vec<Manifest>,
    pub(super) sources: Vec<Source>,
    /// Code and documentation of any kind, by path.
    pub(super) texts: Vec<(String, String)>,
    /// Files that should parse and do not.
    pub(super) unreadable: Vec<Finding>,
}

/// A package of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    /// Relative to the workspace.
    pub(super) manifest: String,
    pub(super) is_published: bool,
    /// Of any kind: normal, of tests, of the build script.
    pub(super) dependencies: Vec<String>,
}

impl Package {
    /// The folder that holds it.
    pub(super) fn folder(&self) -> &str {
        self.manifest.trim_end_matches("Cargo.toml").trim_end_matches('/')
    }
}

impl Tree {
    /// Reads all files below `root` that are not built.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self { packages: packages(root)?, ..Self::default() };
        tree.walk(root, "")?;
        Ok(tree)
    }

    fn walk(&mut self, root: &Path, folder: &str) -> Result<()> {
        let place = root.join(folder);
        let reading = || format!("cannot read {}", place.display());
        for entry in fs::read_dir(&place).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().with_context(reading)?;
            if kind.is_dir() && !["target", ".git"].contains(&path.as_str()) {
                self.walk(root, &path)?;
            } else if kind.is_file() && is_text(&path) {
                let text = fs::read_to_string(entry.path())
                    .with_context(|| format!("cannot read {path} as UTF-8"))?;
                self.add(path, text);
            }
        }
        Ok(())
    }

    fn add(&mut self, path: String, text: String) {
        let problem = if path.ends_with(".rs") {
            Source::parse(&path, &text).map(|it| self.sources.push(it)).map_err(|it| it.to_string())
        } else if path.ends_with("Cargo.toml") {
            Manifest::parse(&path, &text)
                .map(|it| self.manifests.push(it))
                .map_err(|it| it.to_string())
        } else {
            Ok(())
        };
        if let Err(message) = problem {
            let advice = "make it parse: the rules cannot look inside";
            self.unreadable.push(Finding { path: path.clone(), line: 1, message, advice });
        }
        self.texts.push((path, text));
    }
}

/// Code, manifests, scripts, documentation; not data.
fn is_text(path: &str) -> bool {
    const ENDINGS: [&str; 9] =
        [".rs", ".toml", ".md", ".py", ".sh", ".yml", ".yaml", ".json", ".ci/run"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// The packages of the workspace, as cargo reads them.
fn packages(root: &Path) -> Result<Vec<Package>> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1", "--quiet"];
    let output = Command::new("cargo").args(arguments).current_dir(root).output();
    let output = output.context("cannot start cargo metadata")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo metadata: {}", errors.trim());
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("what cargo metadata wrote is not JSON")?;
    let root = metadata["workspace_root"].as_str().context("cargo metadata names no workspace")?;
    let list = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    list.iter().map(|it| package(it, root).context("a package without a name")).collect()
}

fn package(value: &Value, root: &str) -> Option<Package> {
    let manifest = value["manifest_path"].as_str()?;
    let manifest = manifest.strip_prefix(root).unwrap_or(manifest).trim_start_matches('/');
    let dependencies = value["dependencies"].as_array()?.iter();
    Some(Package {
        name: value["name"].as_str()?.to_owned(),
        manifest: manifest.to_owned(),
        is_published: value["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
        dependencies: dependencies
            .filter_map(|it| it["name"].as_str().map(str::to_owned))
            .collect(),
    })
}
