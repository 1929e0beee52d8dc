use super::*;

fn two_by_two() -> Topology {
    Topology::synthetic(Synthetic {
        packages: 2,
        nodes: 2,
        cores: 2,
        threads: 2,
        ..Synthetic::default()
    })
}

#[test]
fn a_synthetic_machine_has_everything_as_often_as_said() {
    let machine = two_by_two();
    assert_eq!(machine.cpus().to_string(), "0-15");
    assert_eq!((machine.packages().len(), machine.nodes().len(), machine.cores().len()), (2, 4, 8));
    assert_eq!(machine.node_of(5), Some(1));
    assert_eq!(machine.core_of(5).map(|core| core.cpus.to_string()), Some("4-5".into()));
    assert_eq!(machine.package_of(9).and_then(|package| package.id), Some(1));
    assert_eq!(
        [(0, 0), (0, 1), (0, 2)].map(|(a, b)| machine.distance(a, b)),
        [Some(10), Some(15), Some(20)]
    );
    assert_eq!(machine.memory_bytes(), 32 << 30);
    assert_eq!(machine.caches().iter().filter(|cache| cache.name() == "L3").count(), 4);
}

#[test]
fn a_synthetic_machine_of_nothing_or_of_too_much_is_one() {
    let none = Synthetic { packages: 0, nodes: 0, cores: 0, threads: 0, ..Synthetic::default() };
    assert!(Topology::synthetic(none).cpus().is_empty());
    let many = Synthetic { packages: u32::MAX, nodes: 2, cores: 70_000, threads: 9, ..none };
    assert_eq!(Topology::synthetic(many).cpus().last(), Some(IdSet::MAX));
}

#[test]
fn a_folder_without_a_machine_is_an_error_that_says_so() {
    let folder = std::env::temp_dir().join(format!("engram-hw-empty-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let error = Topology::from_root(&folder).unwrap_err();
    std::fs::remove_dir(&folder).unwrap();
    assert!(error.to_string().contains("names no CPU"), "{error}");
    let error = Topology::from_root(folder.join("nowhere")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

#[test]
fn this_machine_has_the_cpus_that_the_standard_library_counts() {
    if crate::process::is_emulated() {
        return;
    }
    let machine = Topology::from_root("/").unwrap();
    let allowed = machine.allowed_cpus().len();
    // The standard library takes the quota into account as well.
    assert!(allowed >= std::thread::available_parallelism().unwrap().get());
    assert!(machine.allowed_cpus().is_subset(machine.cpus()));
    assert!(!machine.nodes().is_empty());
    assert_eq!(Topology::without_caches("/").unwrap().caches(), []);
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_is_the_same_by_asking_it_and_by_its_files_alone() {
    if crate::process::is_emulated() {
        return;
    }
    // The same files, which are not known to be those of this machine: they alone are read.
    assert_eq!(Topology::from_root("/proc/self/root").unwrap(), Topology::from_root("/").unwrap());
}

#[test]
fn the_tree_and_the_picture_name_every_node_and_cpu() {
    let machine = two_by_two();
    let (text, picture) = (machine.to_text(), machine.to_svg());
    for node in machine.nodes() {
        assert!(text.contains(&format!("  node {}: 8 GiB, CPUs {}", node.id, node.cpus)), "{text}");
        assert!(picture.contains(&format!(">node {} · 8 GiB<", node.id)), "{picture}");
    }
    for cpu in machine.cpus().iter() {
        assert!(picture.contains(&format!(">{cpu}</text>")));
    }
    assert_eq!(picture.matches("<rect").count(), picture.matches("/>").count());
}

#[test]
fn json_says_what_the_topology_has() {
    let json = Topology::synthetic(Synthetic::default()).to_json();
    for part in [
        r#""online_cpus":"0-3""#,
        r#""nodes":[{"id":0,"cpus":"0-3","memory_bytes":8589934592,"nearest":"0","#,
        r#"{"name":"L3","size_bytes":16777216,"line_bytes":64,"ways":8,"cpus":"0-3"}"#,
    ] {
        assert!(json.contains(part), "{part} is not in {json}");
    }
}
