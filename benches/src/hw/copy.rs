//! A machine of 128 processors as files, which nobody needs to own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use engram_hw::{Cache, CacheKind, IdSet, Synthetic, Topology};

/// The files, which go when this is dropped.
pub(super) struct Copy(PathBuf);

impl Copy {
    /// Two packages of two nodes, 16 cores each, two threads a core.
    pub(super) fn of_128() -> Self {
        let machine =
            Synthetic { packages: 2, nodes: 2, cores: 16, threads: 2, ..Synthetic::default() };
        static MADE: AtomicU32 = AtomicU32::new(0);
        // Relaxed: numbers only have to differ.
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let copy = Self(
            std::env::temp_dir().join(format!("engram-bench-{}-{number}", std::process::id())),
        );
        copy.write(&Topology::synthetic(machine))
            .expect("the folder for temporary files can be written");
        copy
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    fn write(&self, machine: &Topology) -> io::Result<()> {
        let put = |path: String, text: String| {
            let path = self.0.join(path);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text + "\n")
        };
        let of_cpus = "sys/devices/system/cpu";
        for name in ["online", "present", "possible"] {
            put(format!("{of_cpus}/{name}"), machine.cpus().to_string())?;
        }
        for cpu in machine.cpus().iter() {
            let folder = format!("{of_cpus}/cpu{cpu}");
            let core = machine.core_of(cpu).expect("every CPU has a core");
            let package = machine.package_of(cpu).expect("every CPU has a package");
            put(format!("{folder}/topology/core_id"), core.id.unwrap_or(0).to_string())?;
            put(format!("{folder}/topology/thread_siblings"), mask(&core.cpus))?;
            put(
                format!("{folder}/topology/physical_package_id"),
                package.id.unwrap_or(0).to_string(),
            )?;
            put(format!("{folder}/topology/core_siblings"), mask(&package.cpus))?;
            let caches = machine.caches().iter().filter(|cache| cache.cpus.contains(cpu));
            for (at, cache) in caches.enumerate() {
                let files = cache_files(cache);
                files.into_iter().try_for_each(|(name, text)| {
                    put(format!("{folder}/cache/index{at}/{name}"), text)
                })?;
            }
        }
        let all: IdSet = machine.nodes().iter().map(|node| node.id).collect();
        put("sys/devices/system/node/online".into(), all.to_string())?;
        for node in machine.nodes() {
            let folder = format!("sys/devices/system/node/node{}", node.id);
            let distances: Vec<_> =
                node.distances.iter().map(|(_, distance)| distance.to_string()).collect();
            let kilobytes = node.memory_bytes.unwrap_or(0) / 1_024;
            put(format!("{folder}/cpumap"), mask(&node.cpus))?;
            put(format!("{folder}/distance"), distances.join(" "))?;
            put(format!("{folder}/meminfo"), format!("Node {} MemTotal: {kilobytes} kB", node.id))?;
        }
        Ok(())
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Files that stay behind are in the folder for temporary ones.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn cache_files(cache: &Cache) -> [(&'static str, String); 6] {
    let kind = match cache.kind {
        CacheKind::Unified => "Unified",
        CacheKind::Data => "Data",
        CacheKind::Instruction => "Instruction",
    };
    [
        ("level", cache.level.to_string()),
        ("type", kind.to_owned()),
        ("size", format!("{}K", cache.size_bytes.unwrap_or(0) / 1_024)),
        ("coherency_line_size", cache.line_bytes.unwrap_or(0).to_string()),
        ("ways_of_associativity", cache.ways.unwrap_or(0).to_string()),
        ("shared_cpu_map", mask(&cache.cpus)),
    ]
}

/// As the kernel writes it for 128 processors.
fn mask(cpus: &IdSet) -> String {
    let group = |group: u32| {
        let bits = cpus
            .iter()
            .filter(|cpu| cpu / 32 == group)
            .fold(0_u32, |bits, cpu| bits | 1 << (cpu % 32));
        format!("{bits:08x}")
    };
    (0..4).rev().map(group).collect::<Vec<_>>().join(",")
}

/// The same question to the kernel itself, without the vDSO.
pub(super) fn getcpu() -> u32 {
    let mut node = 0_u32;
    let nowhere = std::ptr::null_mut::<u32>();
    // SAFETY: a number that lives during the call; where a pointer is null, nothing is written.
    unsafe { libc::syscall(libc::SYS_getcpu, nowhere, &raw mut node, nowhere) };
    node
}
