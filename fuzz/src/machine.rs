//! No text that a kernel could write, or somebody in its place, makes a parser panic or lie.

use std::path::Path;

use engram_hw::{
    Cgroup, CgroupMount, CpuLimit, IdSet, Membership, MemoryEvents, Pressure, ProcessStat,
    Throttling, Vendor, memory_amount, migrations_in, pages_in_maps,
};

use crate::input::Input;

/// Reads the same bytes as each of the files that are parsed.
///
/// # Panics
/// When what was read cannot be: a share above 1, a quota without a period, a set that reads back differently.
pub fn machine(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    sets(&text);
    groups(&text, data);
    if let Ok(pressure) = Pressure::parse(&text) {
        for stall in [pressure.some, pressure.full].into_iter().flatten() {
            for share in [stall.share_10s, stall.share_60s, stall.share_300s] {
                assert!((0.0..=1.0).contains(&share), "{text:?}");
            }
        }
    }
    let _ = ProcessStat::parse(&text);
    let _ = (Vendor::of_cpuinfo(&text), pages_in_maps(&text), migrations_in(&text));
}

fn sets(text: &str) {
    for set in [IdSet::from_list(text), IdSet::from_mask(text)].into_iter().flatten() {
        assert!(set.last() <= Some(IdSet::MAX), "{text:?}");
        assert_eq!(IdSet::from_list(&set.to_string()), Ok(set), "{text:?}");
    }
}

fn groups(text: &str, data: &[u8]) {
    let limits = [
        CpuLimit::from_v2(text),
        CpuLimit::from_v1(text, "100000"),
        CpuLimit::from_v1("100000", text),
    ];
    for limit in limits.into_iter().flatten().flatten() {
        assert!(limit.cores().is_finite() && limit.floor() <= limit.ceil(), "{text:?}");
    }
    let _ = (memory_amount(text), MemoryEvents::parse(text), Throttling::parse(text));
    let _ = (Membership::parse_all(text), CgroupMount::parse_all(text));
    // One part is where the process is, the other what is mounted.
    let mut input = Input(data);
    let (cgroup, mounts) = (input.text(), input.text());
    let Ok(cgroup) = Cgroup::parse(Path::new("/root"), &cgroup, &mounts) else { return };
    for controller in ["cpu", "memory", ""] {
        if let Ok(lineage) = cgroup.lineage(controller) {
            let is_below = |folder: &std::path::PathBuf| folder.starts_with("/root");
            assert!(
                !lineage.folders.is_empty() && lineage.folders.iter().all(is_below),
                "{mounts:?}"
            );
        }
    }
}
