//! What hwloc saves as XML, read without hwloc: elements and their attributes, one after the other.

use engram_hw::{CacheKind, IdSet};

use crate::expected::{Amount, Cache, Expected, Node};

pub(crate) fn read(text: &str) -> Expected {
    let mut expected = Expected::default();
    let mut latencies = Latencies::default();
    for element in text.split('<').skip(1) {
        let (tag, content) = element.split_once('>').unwrap_or((element, ""));
        match tag.split_whitespace().next() {
            Some("object") => object(tag, &mut expected),
            Some("distances2") => {
                latencies.are_meant = attribute(tag, "name") == Some("NUMALatency");
                latencies.are_meant &= attribute(tag, "type") == Some("NUMANode");
            }
            Some("indexes") if latencies.are_meant => latencies.nodes.extend(numbers(content)),
            Some("u64values") if latencies.are_meant => latencies.values.extend(numbers(content)),
            _ => {}
        }
    }
    latencies.put(&mut expected);
    expected
}

#[derive(Default)]
struct Latencies {
    are_meant: bool,
    nodes: Vec<u32>,
    values: Vec<u32>,
}

impl Latencies {
    fn put(&self, expected: &mut Expected) {
        let pairs =
            self.nodes.iter().flat_map(|from| self.nodes.iter().map(move |to| (*from, *to)));
        expected.distances.extend(pairs.zip(self.values.iter().copied()));
    }
}

fn object(tag: &str, expected: &mut Expected) {
    let set = |name| IdSet::from_mask(attribute(tag, name).unwrap_or_default()).unwrap();
    let number = |name| attribute(tag, name).and_then(|it| it.parse::<u64>().ok());
    let id = number("os_index").map(|id| id as u32);
    let cpus = set("cpuset");
    let bytes = |number| Amount { number, unit: 1 };
    match attribute(tag, "type").unwrap_or_default() {
        "PU" => drop(expected.cpus.insert(id.unwrap())),
        "NUMANode" => {
            let memory = number("local_memory").map(bytes);
            expected.nodes.insert(id.unwrap(), Node { cpus, memory });
        }
        "Package" => drop(expected.packages.insert(cpus.to_string())),
        "Core" => drop(expected.cores.insert(cpus.to_string())),
        kind if kind.starts_with('L') && kind.contains("Cache") => {
            let level = number("depth").unwrap() as u8;
            let kind = match attribute(tag, "cache_type") {
                Some("1") => CacheKind::Data,
                Some("2") => CacheKind::Instruction,
                _ => CacheKind::Unified,
            };
            let size = number("cache_size").filter(|size| *size > 0).map(bytes);
            expected.caches.push(Cache { level, kind, size, cpus });
        }
        _ => {}
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = tag.split_once(&format!(" {name}=\""))?;
    behind.split('"').next()
}

fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.split_whitespace().filter_map(|it| it.parse().ok())
}
