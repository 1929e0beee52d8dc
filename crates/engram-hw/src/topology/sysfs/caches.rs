//! `cpuN/cache/indexM`.
//!
//! Seven files for each cache of each CPU would be most of a discovery. Two are read for a cache that is new, and
//! none for one that another CPU has named already, because:
//! - Threads of a core have the caches of its first one, if those say that they are shared.
//! - CPUs with the same numbers have the same levels and kinds behind them; one that has more or fewer is asked.
//! - Caches of one level, kind and size have the same lines and ways.
//! - Of this machine, the processor itself says most about the caches of the CPU that this runs on.
//! - What is around a cache, and what is in it, bound who shares it, see [`bounds`](super::bounds).

use std::cmp::Reverse;

use crate::id_set::IdSet;
use crate::topology::files::Files;
use crate::topology::processor::{Described, Own, Shape};
use crate::topology::sysfs::bounds::Bounds;
use crate::topology::{Cache, CacheKind, Topology};

/// As many as any processor has. Numbers may have gaps.
const MOST: u32 = 10;

/// What a number stands for.
#[derive(Clone, Copy)]
struct Slot {
    index: u32,
    level: u8,
    kind: CacheKind,
    /// What the processor says of it.
    shape: Option<Shape>,
}

impl Slot {
    /// What the processor says in its answer of that number.
    fn of((index, described): (u32, &Described)) -> Self {
        let Described { level, kind, shape } = *described;
        Self { index, level, kind, shape: Some(shape) }
    }
}

/// Whose caches are read.
struct Asking {
    cpu: u32,
    /// Whether it is the one that has spoken for itself.
    own: bool,
    bounds: Bounds,
}

/// The CPUs whose caches of a level and a kind are known.
struct Known {
    level: u8,
    kind: CacheKind,
    cpus: IdSet,
}

/// The caches of a CPU.
#[derive(Default)]
struct Slots {
    /// The outer ones first, and of a level that for data before that for instructions.
    all: Vec<Slot>,
    /// Whether numbers are left out between them.
    has_gap: bool,
    /// Links of their folder, which are two and one for each folder in it where the file system counts them.
    links: Option<u128>,
    /// The CPU that has the shapes; others may have more of them or less.
    own: Option<u32>,
}

/// Each cache once.
pub(in crate::topology) fn caches(files: &mut Files, found: &mut Topology) {
    let mut known: Vec<Known> = Vec::new();
    let mut slots = Slots::default();
    for cpu in found.online.clone().iter() {
        if is_known_by_core(&known, found, cpu) {
            continue;
        }
        files.within(format_args!("cpu{cpu}/cache"), |files| {
            let links = files.links();
            if !slots.are_of_another(links) {
                slots = Slots::of(files, links);
            }
            let mut asking = Asking { cpu, own: slots.own == Some(cpu), bounds: Bounds::default() };
            for slot in &slots.all {
                let known = of_kind(&mut known, slot);
                if !known.cpus.contains(cpu)
                    && let Some(cache) = read(files, *slot, &mut asking, found)
                {
                    known.cpus.add(&cache.cpus);
                    found.caches.push(cache);
                }
            }
        });
    }
}

impl Slots {
    /// Those that there are; when as many were found as there are folders, nobody is asked for more.
    fn of(files: &mut Files, links: Option<u128>) -> Self {
        let folders = links.and_then(|links| usize::try_from(links).ok()?.checked_sub(2));
        let folders = folders.filter(|folders| (1..=MOST as usize).contains(folders));
        let own = folders.and_then(|count| confirmed(files, count));
        let mut all: Vec<Slot> = match &own {
            Some(own) => (0..).zip(&own.caches).map(Slot::of).collect(),
            None => {
                let found = (0..MOST).filter_map(|index| slot(files, index));
                found.take(folders.unwrap_or(MOST as usize)).collect()
            }
        };
        let has_gap = all.last().is_some_and(|last| last.index as usize + 1 != all.len());
        all.sort_by_key(|slot| (Reverse(slot.level), slot.kind));
        Self { all, has_gap, links, own: own.map(|own| own.cpu) }
    }

    /// Whether a CPU with a folder of so many links has as many caches. Numbers with gaps are nobody else's.
    fn are_of_another(&self, links: Option<u128>) -> bool {
        let count = self.all.len();
        count > 0 && !self.has_gap && links == self.links && links >= Some(count as u128 + 2)
    }
}

/// What the processor says, where the last of the caches is as large as the kernel wrote down.
fn confirmed(files: &mut Files, count: usize) -> Option<Own> {
    let own = files.is_here().then(|| Own::ask(count))??;
    let last = own.caches.last()?.shape.size_bytes;
    let written = files.parse(format_args!("index{}/size", count - 1), size);
    (written == Some(last)).then_some(own)
}

/// A cache without a kind is none: some firmware describes empty slots.
fn slot(files: &mut Files, index: u32) -> Option<Slot> {
    let level = files.number(format_args!("index{index}/level"))?;
    let kind = files.parse(format_args!("index{index}/type"), CacheKind::parse)?;
    Some(Slot { index, level, kind, shape: None })
}

fn of_kind<'a>(all: &'a mut Vec<Known>, slot: &Slot) -> &'a mut Known {
    let at = all.iter().position(|it| (it.level, it.kind) == (slot.level, slot.kind));
    let at = at.unwrap_or_else(|| {
        all.push(Known { level: slot.level, kind: slot.kind, cpus: IdSet::new() });
        all.len() - 1
    });
    &mut all[at]
}

/// Whether the first CPU of the core has caches, and this one is in all of them.
fn is_known_by_core(known: &[Known], found: &Topology, cpu: u32) -> bool {
    let first = found.core_of(cpu).and_then(|core| core.cpus.first());
    let Some(first) = first.filter(|first| *first < cpu) else { return false };
    let mut of_first = known.iter().filter(|it| it.cpus.contains(first)).peekable();
    of_first.peek().is_some() && of_first.all(|it| it.cpus.contains(cpu))
}

/// A cache of which neither size nor sharing is said is none.
fn read(files: &mut Files, slot: Slot, asking: &mut Asking, found: &Topology) -> Option<Cache> {
    let Slot { index, level, kind, shape } = slot;
    let cpu = asking.cpu;
    let size_bytes = match shape.filter(|_| asking.own) {
        Some(shape) => Some(shape.size_bytes),
        None => files.parse(format_args!("index{index}/size"), size),
    };
    // A size shows that there is such a cache.
    let bound = asking.bounds.shared(level, kind).filter(|_| size_bytes.is_some());
    let shared = bound.or_else(|| {
        files.set(format_args!("index{index}"), &["shared_cpu_map"], &["shared_cpu_list"])
    });
    if shared.is_none() && size_bytes.is_none() {
        return None;
    }
    let shared =
        shared.filter(|cpus| cpus.contains(cpu)).map(|cpus| cpus.intersection(&found.online));
    if let Some(cpus) = &shared {
        asking.bounds.learn(level, kind, cpus);
    }
    // Itanium said of some that nobody shares them, not even who has them.
    let of_core = || found.core_of(cpu).map(|core| core.cpus.clone());
    let cpus = shared.or_else(of_core).unwrap_or_else(|| [cpu].into_iter().collect());
    let (line_bytes, ways) = lines_and_ways(files, slot, size_bytes, &found.caches);
    Some(Cache { level, kind, size_bytes, line_bytes, ways, cpus })
}

/// Of one that is alike, or its own.
fn lines_and_ways(
    files: &mut Files,
    slot: Slot,
    size_bytes: Option<u64>,
    known: &[Cache],
) -> (Option<u32>, Option<u32>) {
    let Slot { index, level, kind, shape } = slot;
    if let Some(shape) = shape.filter(|shape| Some(shape.size_bytes) == size_bytes) {
        return (Some(shape.line_bytes), Some(shape.ways));
    }
    let is_alike = |it: &&Cache| (it.level, it.kind, it.size_bytes) == (level, kind, size_bytes);
    if let Some(alike) = known.iter().find(is_alike).filter(|_| size_bytes.is_some()) {
        return (alike.line_bytes, alike.ways);
    }
    let mut number =
        |name| files.number(format_args!("index{index}/{name}")).filter(|it: &u32| *it > 0);
    (number("coherency_line_size"), number("ways_of_associativity"))
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
