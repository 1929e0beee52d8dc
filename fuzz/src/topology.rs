//! A machine's files may hold anything: what is made of them is still a machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engram_hw::{
    Cgroup, CgroupSource, Health, IdSet, MachineSource, PressureSource, ProcessSource, ProcessStat,
    Topology,
};
use engram_metrics_core::{Collect, Reading, Registry};

use crate::input::Input;

/// Files below a root, of a machine of two nodes with two CPUs each.
const FILES: [&str; 42] = [
    "sys/devices/system/cpu/online",
    "sys/devices/system/cpu/present",
    "sys/devices/system/cpu/cpu0/topology/thread_siblings",
    "sys/devices/system/cpu/cpu0/topology/thread_siblings_list",
    "sys/devices/system/cpu/cpu0/topology/core_siblings",
    "sys/devices/system/cpu/cpu0/topology/core_id",
    "sys/devices/system/cpu/cpu0/topology/physical_package_id",
    "sys/devices/system/cpu/cpu1/topology/core_cpus",
    "sys/devices/system/cpu/cpu1/topology/package_cpus_list",
    "sys/devices/system/cpu/cpu1/online",
    "sys/devices/system/cpu/cpu0/cache/index0/level",
    "sys/devices/system/cpu/cpu0/cache/index0/type",
    "sys/devices/system/cpu/cpu0/cache/index0/size",
    "sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_map",
    "sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size",
    "sys/devices/system/cpu/cpu1/cache/index0/shared_cpu_list",
    "sys/devices/system/node/online",
    "sys/devices/system/node/node0/cpumap",
    "sys/devices/system/node/node0/cpulist",
    "sys/devices/system/node/node0/distance",
    "sys/devices/system/node/node0/meminfo",
    "sys/devices/system/node/node1/cpumap",
    "sys/devices/system/node/node1/distance",
    "proc/cpuinfo",
    "proc/meminfo",
    "proc/mounts",
    "proc/self/status",
    "proc/self/cpuset",
    "proc/self/cgroup",
    "proc/self/mountinfo",
    "proc/self/stat",
    "cg/cpu.max",
    "cg/cpu.stat",
    "cg/cpuset.cpus.effective",
    "cg/memory.max",
    "cg/memory.events",
    "proc/stat",
    "proc/self/limits",
    "proc/self/oom_score_adj",
    "proc/pressure/cpu",
    "proc/pressure/memory",
    "sys/devices/system/node/node0/numastat",
];

/// Writes some of the files, reads the machine, and takes them away again.
///
/// # Panics
/// When what was read contradicts itself: a CPU in two nodes, something that is allowed and not there, a picture
/// that is no text.
pub fn topology(data: &[u8]) {
    ROOT.with(|root| read(&root.0, data));
}

fn read(root: &Path, data: &[u8]) {
    let mut input = Input(data);
    let mut written = Vec::new();
    while !input.0.is_empty() {
        let path = root.join(FILES[usize::from(input.byte()) % FILES.len()]);
        fs::write(&path, input.text()).expect("the folder is ours");
        written.push(path);
    }
    for machine in [Topology::from_root(root), Topology::without_caches(root)].into_iter().flatten()
    {
        is_whole(&machine);
    }
    let _ =
        Cgroup::of_process(root).map(|cgroup| (cgroup.limits().is_ok(), cgroup.usage().is_ok()));
    let _ = ProcessStat::of(root, "self");
    let _ = Health::new(root).snapshot();
    collect(root);
    for path in written {
        // Written twice, it is gone already.
        let _ = fs::remove_file(path);
    }
}

/// Everything as metrics.
fn collect(root: &Path) {
    let registry = Registry::new();
    let sources: [Arc<dyn Collect>; 4] = [
        Arc::new(MachineSource::new(root)),
        Arc::new(CgroupSource::new(root)),
        Arc::new(PressureSource::new(root)),
        Arc::new(ProcessSource::new(root)),
    ];
    for source in sources {
        registry.register_shared(&[], source).expect("their names differ");
    }
    let _ = Reading::of(&registry);
}

fn is_whole(machine: &Topology) {
    let cpus = machine.cpus();
    assert!(!cpus.is_empty() && machine.allowed_cpus().is_subset(cpus));
    assert!(cpus.intersection(machine.offline_cpus()).is_empty());
    let sets = |sets: &mut dyn Iterator<Item = &IdSet>| {
        let mut taken = IdSet::new();
        for set in sets {
            assert!(set.is_subset(cpus) && set.intersection(&taken).is_empty(), "{machine:?}");
            taken = taken.union(set);
        }
    };
    sets(&mut machine.nodes().iter().map(|node| &node.cpus));
    sets(&mut machine.cores().iter().map(|core| &core.cpus));
    sets(&mut machine.packages().iter().map(|package| &package.cpus));
    assert!(machine.caches().iter().all(|cache| cache.cpus.is_subset(cpus)));
    let nodes: IdSet = machine.nodes().iter().map(|node| node.id).collect();
    assert!(!nodes.is_empty() && machine.allowed_nodes().is_subset(&nodes));
    assert!(machine.nodes().iter().all(|node| node.nearest.is_subset(&nodes)));
    // Numbers up to 65,535 make pictures that say nothing more.
    if cpus.len() < 64 {
        assert!(!machine.to_text().is_empty() && machine.to_svg().ends_with("</svg>\n"));
        assert!(machine.to_json().ends_with("}\n"));
    }
}

/// Folders for the files, made once for each thread and gone with it.
struct Root(PathBuf);

thread_local! {
    static ROOT: Root = Root::new();
}

impl Root {
    /// In memory where the system has a folder for that.
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let owner = (std::process::id(), std::thread::current().id());
        let root = above.join(format!("engram-fuzz-{}-{:?}", owner.0, owner.1));
        for file in FILES {
            let folder = root.join(file);
            fs::create_dir_all(folder.parent().expect("below the root"))
                .expect("a folder for temporary files");
        }
        Self(root)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
