//! Copies of the files of 42 machines, and what lstopo printed about each.

use std::fs;
use std::path::{Path, PathBuf};

use engram_hw::Topology;

use crate::expected::{Expected, Scope, differences};
use crate::{console, data, xml};

/// Machines about which we say something else, and by which rule.
const EXCEPTIONS: [(&str, &str); 2] = [
    (
        "128ia64-17n4s2c",
        "memory that is equally far from every node is nearest to all of them, not to none",
    ),
    (
        "64intel64-fakeKNL-A2A-cache",
        "memory that caches other memory is described outside of /sys and /proc",
    ),
];

/// A machine, what was printed, and with which options.
struct Case {
    name: String,
    archive: PathBuf,
    expected: PathBuf,
    options: String,
}

#[test]
fn each_machine_is_read_as_lstopo_reads_it() {
    let Some(folder) = data::folder("hwloc") else { return };
    let cases = cases(&folder);
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let mut faults = Vec::new();
    for case in &cases {
        let found = differ(case);
        let is_excepted = EXCEPTIONS.iter().any(|(name, _)| *name == case.name);
        if is_excepted == found.is_empty() {
            faults.push(format!(
                "{} (an exception: {is_excepted})\n  {}",
                case.name,
                found[..found.len().min(16)].join("\n  ")
            ));
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
    eprintln!("{} cases, {} exceptions", cases.len(), EXCEPTIONS.len());
}

fn differ(case: &Case) -> Vec<String> {
    let ours = match Topology::from_root(data::unpack(&case.archive)) {
        Ok(ours) => ours,
        Err(error) => return vec![error.to_string()],
    };
    let text = fs::read_to_string(&case.expected).unwrap();
    let is_xml = case.expected.extension().is_some_and(|it| it == "xml");
    let theirs: Expected = if is_xml { xml::read(&text) } else { console::read(&text) };
    let has = |option: &str| case.options.contains(option);
    let scope = Scope {
        is_restricted: !has("--disallowed"),
        instruction_caches: !has("--no-icaches"),
        structure: !["--merge", "--no-caches", "structure"].iter().any(|it| has(it)),
    };
    differences(&ours, &theirs, scope)
}

/// Of each description: `source:` is the machine, `target:` what was printed, `options:` how.
fn cases(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for path in files(&folder.join("linux"), "test") {
        let text = fs::read_to_string(&path).unwrap();
        let field = |name| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let (Some(source), Some(target)) = (field("source:"), field("target:")) else { continue };
        cases.push(Case {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            archive: folder.join("linux").join(source),
            expected: folder.join("linux").join(target),
            options: field("options:").unwrap_or_default().to_owned(),
        });
    }
    for expected in files(&folder.join("linux-2.9.0"), "output") {
        let options = fs::read_to_string(expected.with_extension("options")).unwrap_or_default();
        let archive = expected.with_extension("tar.bz2");
        let name = expected.file_stem().unwrap().to_string_lossy().into_owned();
        cases.push(Case { name, archive, expected, options });
    }
    cases
}

/// The files with an ending, in the order of their names.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    files.sort();
    files
}
