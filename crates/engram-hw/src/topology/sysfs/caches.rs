//! `cpuN/cache/indexM`.

use crate::id_set::IdSet;
use crate::topology::files::Files;
use crate::topology::{Cache, CacheKind, Topology};

/// As many as any processor has. Numbers may have gaps.
const MOST: u32 = 10;

/// Each cache once: a CPU whose cache is known from another one costs two small files.
pub(in crate::topology) fn caches(files: &mut Files, found: &mut Topology) {
    for cpu in found.online.iter() {
        for index in 0..MOST {
            let path = format!("cpu{cpu}/cache/index{index}");
            let Some(level) = files.number::<u8>(&format!("{path}/level")) else { continue };
            let kind = files.parse(&format!("{path}/type"), CacheKind::parse);
            // A cache without a kind is none: some firmware describes empty slots.
            let Some(kind) = kind else { continue };
            let is_known =
                |it: &Cache| (it.level, it.kind) == (level, kind) && it.cpus.contains(cpu);
            if !found.caches.iter().any(is_known) {
                let cache = read(files, &path, cpu, found);
                found.caches.push(Cache { level, kind, ..cache });
            }
        }
    }
}

/// Everything but level and kind.
fn read(files: &mut Files, path: &str, cpu: u32, found: &Topology) -> Cache {
    let list = format!("{path}/shared_cpu_list");
    let mask = format!("{path}/shared_cpu_map");
    let shared = files.set(&[&mask], &[&list]).filter(|cpus| cpus.contains(cpu));
    // Itanium said of some that nobody shares them, not even who has them.
    let of_core = || found.core_of(cpu).map(|core| core.cpus.clone());
    let alone = || [cpu].into_iter().collect();
    let shared: IdSet = shared.or_else(of_core).unwrap_or_else(alone);
    let positive = |number: &u32| *number > 0;
    Cache {
        level: 0,
        kind: CacheKind::Unified,
        size_bytes: files.parse(&format!("{path}/size"), size),
        line_bytes: files.number(&format!("{path}/coherency_line_size")).filter(positive),
        ways: files.number(&format!("{path}/ways_of_associativity")).filter(positive),
        cpus: shared.intersection(&found.online),
    }
}

/// `32K`, as the kernel writes it; `M` and `G` as firmware of virtual machines does.
fn size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_has_a_unit_or_is_bytes() {
        assert_eq!(size("48K"), Some(48 << 10));
        assert_eq!(size("2M"), Some(2 << 20));
        assert_eq!(size("64"), Some(64));
        assert_eq!([size("K"), size("1T"), size("-1K"), size("99999999999999999999K")], [None; 4]);
    }
}
