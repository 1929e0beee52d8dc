//! A node: what it is called, its cores, its caches.

use std::fmt::Write as _;

use super::label;
use crate::amount::bytes;
use crate::id_set::IdSet;
use crate::topology::{Node, Topology};

/// The side of the square of a CPU, the space around a core, and between cores.
const CPU: u32 = 22;
const AROUND: u32 = 3;
const BETWEEN: u32 = 5;

/// Space inside a card, the height of its heading, and of a line of text.
const INSIDE: u32 = 12;
const HEADING: u32 = 34;
const LINE: u32 = 16;

/// CPUs in a row of cores, about.
const IN_A_ROW: usize = 16;

/// What is drawn, and how much room it takes.
pub(super) struct Card {
    heading: String,
    rows: Vec<Vec<Core>>,
    lines: Vec<String>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// CPUs that are drawn in one box, each with whether it may be used.
struct Core(Vec<(u32, bool)>);

impl Card {
    pub(super) fn new(machine: &Topology, node: &Node) -> Self {
        let memory = node.memory_bytes.map_or_else(|| "memory unknown".to_owned(), bytes);
        let heading = format!("node {} · {memory}", node.id);
        let rows = rows(machine, node);
        let lines = lines(machine, node);
        let widest_row = rows.iter().map(|row| row.iter().map(Core::width).sum::<u32>()).max();
        let widest_line = lines.iter().map(|line| line.chars().count() as u32 * 6).max();
        let inner =
            widest_row.max(widest_line).unwrap_or(0).max(heading.chars().count() as u32 * 8);
        let rows_high = rows.len() as u32 * (CPU + 2 * AROUND + BETWEEN);
        let height = HEADING + rows_high + lines.len() as u32 * LINE + INSIDE;
        Self { heading, rows, lines, width: inner + 2 * INSIDE, height }
    }

    pub(super) fn draw(&self, (x, y): (u32, u32), width: u32, out: &mut String) {
        let height = self.height;
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\" \
             stroke=\"#cfd6df\"/>"
        );
        let bold = "font-size=\"14\" font-weight=\"600\" fill=\"#1c2430\"";
        label(out, (x + INSIDE, y + 23), bold, &self.heading);
        let mut top = y + HEADING;
        for row in &self.rows {
            let mut left = x + INSIDE;
            for core in row {
                core.draw(left, top, out);
                left += core.width();
            }
            top += CPU + 2 * AROUND + BETWEEN;
        }
        for line in &self.lines {
            top += LINE;
            label(out, (x + INSIDE, top - 4), "font-size=\"11\" fill=\"#5a6675\"", line);
        }
    }
}

impl Core {
    fn width(&self) -> u32 {
        self.0.len() as u32 * CPU + 2 * AROUND + BETWEEN
    }

    fn draw(&self, x: u32, y: u32, out: &mut String) {
        let (width, height) = (self.width() - BETWEEN, CPU + 2 * AROUND);
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\" fill=\"#dfe7f3\"/>"
        );
        for ((cpu, is_allowed), at) in self.0.iter().zip(0..) {
            let (left, top, side) = (x + AROUND + at * CPU, y + AROUND, CPU - 1);
            let (fill, ink) =
                if *is_allowed { ("#3d6db5", "#ffffff") } else { ("#c3cad4", "#5a6675") };
            let _ = writeln!(
                out,
                "<rect x=\"{left}\" y=\"{top}\" width=\"{side}\" height=\"{CPU}\" rx=\"3\" fill=\"{fill}\"/>"
            );
            let style = format!("font-size=\"10\" text-anchor=\"middle\" fill=\"{ink}\"");
            label(out, (left + side / 2, top + 15), &style, &cpu.to_string());
        }
    }
}

/// The cores of a node; a CPU that is in none is drawn like one.
fn rows(machine: &Topology, node: &Node) -> Vec<Vec<Core>> {
    let mut rows: Vec<Vec<Core>> = Vec::new();
    let mut drawn = IdSet::new();
    let mut in_row = usize::MAX;
    for cpu in node.cpus.iter() {
        if drawn.contains(cpu) {
            continue;
        }
        let alone = [cpu].into_iter().collect();
        let cpus = machine.core_of(cpu).map_or(alone, |core| core.cpus.intersection(&node.cpus));
        drawn = drawn.union(&cpus);
        if in_row >= IN_A_ROW {
            rows.push(Vec::new());
            in_row = 0;
        }
        in_row += cpus.len();
        let core = cpus.iter().map(|cpu| (cpu, machine.allowed_cpus.contains(cpu))).collect();
        if let Some(row) = rows.last_mut() {
            row.push(Core(core));
        }
    }
    rows
}

/// Which packages, which caches; who is nearest to memory alone.
fn lines(machine: &Topology, node: &Node) -> Vec<String> {
    if node.cpus.is_empty() {
        return vec!["no CPU".to_owned(), format!("nearest: node {}", node.nearest)];
    }
    let here = |cpus: &IdSet| !cpus.intersection(&node.cpus).is_empty();
    let packages = machine.packages.iter().filter(|package| here(&package.cpus));
    let packages: Vec<_> = packages.filter_map(|it| Some(it.id?.to_string())).collect();
    let mut lines = Vec::new();
    if !packages.is_empty() {
        lines.push(format!("package {}", packages.join(", ")));
    }
    let caches: Vec<_> = machine.caches.iter().filter(|cache| here(&cache.cpus)).collect();
    for group in
        caches.chunk_by(|a, b| (a.level, a.kind, a.size_bytes) == (b.level, b.kind, b.size_bytes))
    {
        let Some(one) = group.first() else { continue };
        let size = one.size_bytes.map_or_else(String::new, |size| format!(" of {}", bytes(size)));
        lines.push(format!("{} {}{size}", group.len(), one.name()));
    }
    lines
}
