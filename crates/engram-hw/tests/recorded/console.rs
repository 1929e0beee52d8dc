//! What `lstopo -v` prints.

use engram_hw::{CacheKind, IdSet};

use crate::expected::{Amount, Cache, Expected, Node};

/// A line of the tree.
struct Line<'a> {
    indent: usize,
    kind: &'a str,
    logical: Option<u32>,
    id: Option<u32>,
    details: &'a str,
}

pub(crate) fn read(text: &str) -> Expected {
    let lines: Vec<Line<'_>> = text.lines().map_while(line).collect();
    let mut expected = Expected::default();
    let mut by_index = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let below = cpus_below(&lines, at);
        match line.kind {
            "PU" => drop(expected.cpus.insert(line.id.unwrap())),
            "NUMANode" => {
                let id = line.id.unwrap();
                by_index.push((line.logical, id));
                let node =
                    Node { cpus: cpus_below(&lines, parent(&lines, at)), memory: memory(line) };
                expected.nodes.insert(id, node);
            }
            "Package" => drop(expected.packages.insert(below.to_string())),
            "Core" => drop(expected.cores.insert(below.to_string())),
            kind => expected.caches.extend(cache(kind, line, below)),
        }
    }
    let name = |index: u32| by_index.iter().find(|it| it.0 == Some(index)).map(|it| it.1).unwrap();
    distances(text, &name, &mut expected);
    expected
}

/// A line such as `    NUMANode(NVM) L#2 (P#7 local=742GiB ...)`; the tree ends where one begins otherwise.
fn line(text: &str) -> Option<Line<'_>> {
    let trimmed = text.trim_start();
    let kind = trimmed.split([' ', '(']).next()?;
    if trimmed.starts_with("depth ") || trimmed.starts_with("Special ") {
        return None;
    }
    let number = |mark: &str| {
        let (_, behind) = trimmed.split_once(mark)?;
        behind.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
    };
    let details = trimmed.split_once(" (").map_or("", |(_, details)| details);
    let indent = text.len() - trimmed.len();
    Some(Line { indent, kind, logical: number("L#"), id: number("P#"), details })
}

/// Memory and memory-side caches hang below what has the CPUs.
fn parent(lines: &[Line<'_>], at: usize) -> usize {
    let mut indent = lines[at].indent;
    for above in (0..at).rev() {
        if lines[above].indent < indent {
            if lines[above].kind != "MemCache" {
                return above;
            }
            indent = lines[above].indent;
        }
    }
    0
}

fn cpus_below(lines: &[Line<'_>], at: usize) -> IdSet {
    let below = lines[at + 1..].iter().take_while(|it| it.indent > lines[at].indent);
    below.filter(|it| it.kind == "PU").filter_map(|it| it.id).collect()
}

fn memory(line: &Line<'_>) -> Option<Amount> {
    let local = line.details.split_once("local=").map(|(_, behind)| behind);
    let text = local.or_else(|| (!line.details.contains('=')).then_some(line.details))?;
    Amount::parse(text.split([' ', ')']).next()?)
}

/// `L1dCache`, `L2Cache`.
fn cache(kind: &str, line: &Line<'_>, cpus: IdSet) -> Option<Cache> {
    let name = kind.strip_prefix('L')?.strip_suffix("Cache")?;
    let level = name.trim_end_matches(['d', 'i']);
    let kind = match &name[level.len()..] {
        "d" => CacheKind::Data,
        "i" => CacheKind::Instruction,
        _ => CacheKind::Unified,
    };
    let mut details = line.details.split([' ', ')']);
    let size = details.find_map(|it| it.strip_prefix("size="))?;
    Some(Cache { level: level.parse().ok()?, kind, size: Amount::parse(size), cpus })
}

fn distances(text: &str, name: &dyn Fn(u32) -> u32, expected: &mut Expected) {
    let is_heading = |line: &&str| line.contains("name NUMALatency") && line.contains("NUMANodes");
    let mut lines = text.lines().skip_while(|line| !is_heading(line)).skip(1);
    let numbers =
        |line: &str| line.split_whitespace().map_while(|it| it.parse().ok()).collect::<Vec<u32>>();
    let Some(heading) = lines.next() else { return };
    let columns = numbers(heading.trim_start().trim_start_matches("index"));
    for row in lines.map(numbers).take(columns.len()) {
        for (column, distance) in columns.iter().zip(&row[1..]) {
            expected.distances.insert((name(row[0]), name(*column)), *distance);
        }
    }
}
