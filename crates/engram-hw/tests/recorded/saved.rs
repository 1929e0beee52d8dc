//! What hwloc has saved as XML, read by hwloc into our model: it is what the text says.

use std::fs;

use engram_hw::Topology;

use crate::expected::{Scope, differences};
use crate::{data, dumps, xml};

/// Machines about which we say something else, and by which rule.
const EXCEPTIONS: [(&str, &str); 0] = [];

#[test]
fn each_saved_machine_is_read_as_it_is_written() {
    let Some(folder) = data::folder("hwloc") else { return };
    let mut files = dumps::files(&folder.join("xml-v2"), "xml");
    files.extend(dumps::files(&folder.join("linux"), "xml"));
    let (mut read, mut faults) = (0, Vec::new());
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        // The library of the system need not know the format of its successor, nor the older one as well as this.
        if !text.contains("<topology version=\"2") {
            continue;
        }
        let name = file.file_name().unwrap().to_string_lossy();
        let found = match Topology::from_hwloc_xml(&text) {
            Ok(ours) => {
                let scope =
                    Scope { is_restricted: false, instruction_caches: true, structure: true };
                let mut found = differences(&ours, &xml::read(&text), scope);
                found.extend(in_several_nodes(&ours));
                found
            }
            Err(error) => vec![error.to_string()],
        };
        read += 1;
        let is_excepted = EXCEPTIONS.iter().any(|(excepted, _)| *excepted == name);
        if is_excepted == found.is_empty() {
            faults.push(format!("{name}\n  {}", found[..found.len().min(16)].join("\n  ")));
        }
    }
    assert!(read >= 20, "{read} machines");
    assert!(faults.is_empty(), "{} of {read}:\n{}", faults.len(), faults.join("\n"));
    eprintln!("{read} machines, {} exceptions", EXCEPTIONS.len());
}

/// What no CPU may be: memory alone has none, however many are near.
fn in_several_nodes(machine: &Topology) -> Option<String> {
    let cpus: usize = machine.nodes().iter().map(|node| node.cpus.len()).sum();
    let most = machine.cpus().len();
    (cpus > most).then(|| format!("{most} CPUs are {cpus} in nodes"))
}

#[test]
fn what_is_no_machine_is_an_error() {
    for text in ["", "<topology", "<topology version=\"2.0\"></topology>"] {
        assert!(Topology::from_hwloc_xml(text).is_err(), "{text}");
    }
}

#[test]
fn this_machine_is_the_same_from_hwloc_and_from_its_files() {
    let (theirs, ours) = (Topology::from_hwloc().unwrap(), Topology::from_root("/").unwrap());
    assert_eq!(theirs.cpus(), ours.cpus());
    assert_eq!(theirs.allowed_cpus(), ours.allowed_cpus());
    assert_eq!(theirs.packages().len(), ours.packages().len());
    let cpus = |machine: &Topology| -> Vec<_> {
        machine.cores().iter().map(|it| it.cpus.clone()).collect()
    };
    assert_eq!(cpus(&theirs), cpus(&ours));
    let of_nodes = |machine: &Topology| -> Vec<_> {
        machine.nodes().iter().map(|it| (it.id, it.cpus.clone(), it.memory_bytes)).collect()
    };
    assert_eq!(of_nodes(&theirs), of_nodes(&ours));
    assert_eq!(theirs.caches(), ours.caches());
}
