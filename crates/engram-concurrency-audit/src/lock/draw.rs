//! The acquisition order drawn: DOT, Mermaid, JSON; edges on a cycle are marked.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::auditor::AUDITOR;
use crate::reentry;

use super::class;
use super::graph::Graph;
use super::order::{self, Edge};
use super::place::Place;

/// The acquisition order of the program so far.
///
/// ```
/// use engram_concurrency_audit::{LockOrder, Mutex};
///
/// let (a, b) = (Mutex::new(()), Mutex::new(()));
/// let _outer = a.lock();
/// let _inner = b.lock();
/// println!("{}", LockOrder::of_classes().to_mermaid());
/// ```
#[derive(Debug)]
pub struct LockOrder {
    nodes: BTreeMap<u32, String>,
    edges: Vec<Drawn>,
}

#[derive(Debug)]
struct Drawn {
    from: u32,
    to: u32,
    count: u64,
    held_at: String,
    taken_at: String,
    is_on_cycle: bool,
}

impl LockOrder {
    /// Between classes: what fits on a page.
    #[must_use]
    pub fn of_classes() -> Self {
        reentry::unaudited(|| Self::of(&order::edges().1))
    }

    /// Between locks, those that are told apart.
    #[must_use]
    pub fn of_locks() -> Self {
        reentry::unaudited(|| Self::of(&order::edges().0))
    }

    /// The order of a report that was saved, by [`report`] or [`to_json`](Self::to_json).
    ///
    /// # Errors
    /// When the value is not the order of a report; says what is missing.
    pub fn from_json(order: &Value) -> Result<Self, NotAnOrder> {
        let list = |name| order[name].as_array().ok_or(NotAnOrder(name));
        let number = |value: &Value, name| value[name].as_u64().ok_or(NotAnOrder(name));
        let id =
            |value: &Value, name| u32::try_from(number(value, name)?).or(Err(NotAnOrder(name)));
        let text =
            |value: &Value, name| value[name].as_str().map(str::to_owned).ok_or(NotAnOrder(name));
        let node = |node| Ok((id(node, "id")?, text(node, "name")?));
        let edge = |edge: &Value| {
            Ok(Drawn {
                from: id(edge, "from")?,
                to: id(edge, "to")?,
                count: number(edge, "count")?,
                held_at: text(edge, "held_at")?,
                taken_at: text(edge, "taken_at")?,
                is_on_cycle: edge["on_cycle"].as_bool().ok_or(NotAnOrder("on_cycle"))?,
            })
        };
        let nodes = list("nodes")?.iter().map(node).collect::<Result<_, _>>()?;
        let edges = list("edges")?.iter().map(edge).collect::<Result<_, _>>()?;
        Ok(Self { nodes, edges })
    }

    fn of(edges: &[Edge]) -> Self {
        let mut graph = Graph::default();
        for edge in edges {
            graph.insert(edge.from, edge.to);
        }
        let mut nodes = BTreeMap::new();
        let mut drawn = Vec::new();
        for edge in edges {
            let Some(first) = edge.seen.first() else { continue };
            nodes.insert(edge.from, first.held.class.name.clone());
            nodes.insert(edge.to, first.wanted.class.name.clone());
            drawn.push(Drawn {
                from: edge.from,
                to: edge.to,
                count: edge.count,
                held_at: first.held.site.to_string(),
                taken_at: first.wanted.site.to_string(),
                is_on_cycle: graph.reaches(edge.to, edge.from),
            });
        }
        Self { nodes, edges: drawn }
    }

    /// For Graphviz.
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = "digraph lock_order {\n".to_owned();
        for (node, name) in &self.nodes {
            let _ = writeln!(out, "  n{node} [label={name:?}];");
        }
        for edge in &self.edges {
            let color = if edge.is_on_cycle { ", color=red, penwidth=2" } else { "" };
            let label = format!("{}x {} -> {}", edge.count, edge.held_at, edge.taken_at);
            let _ = writeln!(out, "  n{} -> n{} [label={label:?}{color}];", edge.from, edge.to);
        }
        out + "}\n"
    }

    /// For Markdown.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut out = "flowchart LR\n".to_owned();
        for (node, name) in &self.nodes {
            let _ = writeln!(out, "  n{node}[\"{}\"]", name.replace('"', "#quot;"));
        }
        for edge in &self.edges {
            let _ = writeln!(out, "  n{} -->|\"{}x\"| n{}", edge.from, edge.count, edge.to);
        }
        for (number, _) in self.edges.iter().enumerate().filter(|(_, edge)| edge.is_on_cycle) {
            let _ = writeln!(out, "  linkStyle {number} stroke:red,stroke-width:2px");
        }
        out
    }

    /// For programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let node = |(id, name): (&u32, &String)| json!({ "id": id, "name": name });
        let edge = |edge: &Drawn| {
            json!({
                "from": edge.from, "to": edge.to, "count": edge.count, "on_cycle": edge.is_on_cycle,
                "held_at": edge.held_at, "taken_at": edge.taken_at,
            })
        };
        json!({
            "nodes": self.nodes.iter().map(node).collect::<Vec<_>>(),
            "edges": self.edges.iter().map(edge).collect::<Vec<_>>(),
        })
    }
}

/// A value is not the order of a report: this part is missing, or is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOrder(&'static str);

impl fmt::Display for NotAnOrder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the order of locks has no `{}`, or something else in its place", self.0)
    }
}

impl std::error::Error for NotAnOrder {}

/// The classes whose locks were waited for longest, first, and where they were waited for.
fn contended() -> Vec<Value> {
    let mut classes = class::all();
    classes.sort_unstable_by_key(|class| std::cmp::Reverse(class.waits().1));
    let row = |class: &&class::Class| {
        let (waits, ticks) = class.waits();
        json!({
            "class": class.name, "site": class.site.to_string(), "locks": class.instances(),
            "contentions": waits, "waited_seconds": seconds(ticks),
            "sites": class.places.all().into_iter().map(waited_at).collect::<Vec<_>>(),
        })
    };
    classes.iter().take(TOP).map(row).collect()
}

fn waited_at(place: &Place) -> Value {
    let (waits, ticks) = place.waits();
    json!({ "site": place.name(), "contentions": waits, "waited_seconds": seconds(ticks) })
}

/// Of ticks of 2^-30 s.
fn seconds(ticks: u64) -> f64 {
    ticks as f64 / f64::from(1 << 30)
}

const TOP: usize = 20;

/// The report of the process as one JSON value: findings, the order of classes, the most contended classes.
#[must_use]
pub fn report() -> Value {
    let order = LockOrder::of_classes().to_json();
    AUDITOR.json(&[("lock_order", order), ("contended", reentry::unaudited(|| json!(contended())))])
}

/// Writes [`report`] to a file: what `engram audit` shows, and draws.
///
/// # Errors
/// When the file cannot be written.
pub fn save_report(path: &Path) -> io::Result<()> {
    std::fs::write(path, format!("{:#}\n", report()))
}

#[cfg(test)]
mod tests;
