//! A `Cargo.toml` as the rules see it: text and dependencies.

use toml::{Table, Value};

use super::Finding;

/// A manifest that parses.
#[derive(Debug)]
pub(super) struct Manifest {
    /// Relative to the workspace.
    pub(super) path: String,
    pub(super) text: String,
    table: Table,
}

/// One dependency, in whatever section.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: Value,
    /// The section, as it is written: `dependencies`, `target.'cfg(unix)'.dependencies`.
    pub(super) section: String,
}

/// Where one line of a section of dependencies names a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) name: String,
    /// Counted from 1.
    pub(super) line: usize,
    /// Directly below the header of its section, whose comment is then its own.
    pub(super) header: Option<usize>,
}

/// Whether a package is part of the project.
pub(super) fn is_ours(name: &str) -> bool {
    name.starts_with("engram-") || name == "xtask"
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When it is not TOML.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, toml::de::Error> {
        Ok(Self { path: path.to_owned(), text: text.to_owned(), table: text.parse()? })
    }

    /// All dependencies: of the package, of its platforms, of the workspace.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        gather(&self.table, "", &mut entries);
        entries
    }

    /// The features, and what each switches on.
    pub(super) fn features(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.table.get("features").and_then(Value::as_table).into_iter().flatten()
    }

    /// Where the dependency is named; 1 when it is spelt in a way we do not read.
    pub(super) fn line_of(&self, entry: &Entry) -> usize {
        let named = self.mentions().into_iter().find(|mention| mention.name == entry.name);
        named.map_or(1, |mention| mention.line)
    }

    /// The lines that begin a dependency.
    pub(super) fn mentions(&self) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let (mut inside, mut depth, mut header) = (false, 0_i32, None);
        for (number, line) in (1..).zip(self.text.lines()) {
            let code = line.split('#').next().unwrap_or("").trim();
            if depth == 0 && code.starts_with('[') {
                let section = code.trim_matches(['[', ']']);
                inside = section.ends_with("dependencies");
                header = inside.then_some(number);
                // `[dependencies.name]` is a mention of its own.
                if let Some((_, name)) = section.rsplit_once("dependencies.") {
                    mentions.push(Mention { name: name.to_owned(), line: number, header: None });
                }
                continue;
            }
            if inside && depth == 0 && code.contains('=') {
                let name = code.split(['=', '.']).next().unwrap_or("").trim().trim_matches('"');
                let below_header = header.take().filter(|header| header + 1 == number);
                let name = name.to_owned();
                mentions.push(Mention { name, line: number, header: below_header });
            }
            depth += nesting(code);
        }
        mentions
    }

    pub(super) fn finding(&self, line: usize, message: String, advice: &'static str) -> Finding {
        Finding { path: self.path.clone(), line, message, advice }
    }
}

fn gather(table: &Table, prefix: &str, entries: &mut Vec<Entry>) {
    for (key, value) in table {
        let Value::Table(inner) = value else { continue };
        let section = format!("{prefix}{key}");
        if key.ends_with("dependencies") {
            entries.extend(inner.iter().map(|(name, value)| Entry {
                name: name.clone(),
                value: value.clone(),
                section: section.clone(),
            }));
        } else if ["target", "workspace"].contains(&key.as_str()) || prefix.starts_with("target.") {
            gather(inner, &format!("{section}."), entries);
        }
    }
}

/// How many more brackets a line opens than it closes.
fn nesting(code: &str) -> i32 {
    let of = |chars: [char; 2]| code.matches(chars).count() as i32;
    of(['[', '{']) - of([']', '}'])
}
