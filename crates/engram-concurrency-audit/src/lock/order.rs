//! The acquisition order: which lock was taken while which was held, by whom, and where.
//!
//! Two graphs of the same make: one of locks, one of classes. A combination that a thread takes for the first
//! time is entered in both, before the thread blocks; what closes a cycle is judged by [`cycle`].

mod cycle;
mod edge;

use std::collections::{HashMap, HashSet};

use crate::auditor::AUDITOR;
use crate::finding::{Confidence, ErrorCode, Finding, Site};
use crate::sync::{Mutex, patiently};

use super::class::Class;
use super::graph::{Graph, Inserted};
use super::holding::Holding;
use super::state::{LockState, Mode, SHARED_IDENTITY};
use super::thread::Thread;

pub(super) use cycle::Rules;
pub(super) use edge::{Edge, Occurrence};

/// An acquisition that may block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) state: &'a LockState,
    pub(super) class: &'static Class,
    pub(super) mode: Mode,
    pub(super) site: Site,
}

/// Enters an acquisition and judges it. `None` when the graph could not be had: it is to be tried again.
pub(super) fn check(thread: &'static Thread, wanted: Wanted<'_>) -> Option<Vec<Finding>> {
    let all: Vec<Holding> = thread.held.holdings().collect();
    let is_other = |it: &&Holding| it.lock != wanted.state.address();
    let others: Vec<Holding> = all.iter().filter(is_other).copied().collect();
    let mut findings: Vec<Finding> =
        others.iter().filter_map(|held| declared(thread, held, wanted)).collect();
    tell_apart(&others, wanted);
    let mut guard = patiently(&ORDER)?;
    let order = guard.get_or_insert_default();
    for held in &others {
        // What is asked for again is a gate as well: the thread has it.
        let gates = all.iter().filter(|gate| gate.lock != held.lock);
        let gates = gates.map(|gate| (gate.id, gate.mode, gate.class)).collect();
        let occurrence = Occurrence::new(thread, held, wanted, gates);
        findings.extend(order.enter(held, wanted, occurrence));
    }
    Some(findings)
}

/// What has been declared about the two locks and does not hold.
fn declared(thread: &Thread, held: &Holding, wanted: Wanted<'_>) -> Option<Finding> {
    let (outer, inner) = (held.class, wanted.class);
    let (code, message) = if inner.level != 0 && outer.level > inner.level {
        let levels = (inner.level, outer.level);
        let Class { name, .. } = inner;
        (
            ErrorCode::LevelViolation,
            format!(
                "{name} of level {} is taken inside {} of level {}",
                levels.0, outer.name, levels.1
            ),
        )
    } else if outer.number == inner.number
        && held.key > wanted.state.key()
        && wanted.state.key().is_some()
    {
        (
            ErrorCode::KeyViolation,
            format!("two of {} are taken against the order of their keys", inner.name),
        )
    } else if outer.is_spin && !inner.is_spin {
        (
            ErrorCode::InvalidContext,
            format!("{} may block and is taken inside {}", inner.name, outer.name),
        )
    } else {
        return None;
    };
    let resource = format!("{} -> {}", outer.name, inner.name);
    let finding = Finding::new(code, resource, message).in_thread(thread.name());
    let finding = finding.at(format!("holds {}", outer.name), held.site);
    Some(finding.at(format!("takes {}", inner.name), wanted.site))
}

/// Locks of one class that are nested in each other have identities of their own from now on.
fn tell_apart(held: &[Holding], wanted: Wanted<'_>) {
    if held.iter().any(|it| it.class.number == wanted.class.number) {
        wanted.class.set_nesting();
        wanted.state.individualise();
    }
}

/// A lock was written through for the first time: readers of it can now be held up by writers that wait.
pub(super) fn gained_writer(id: u32) -> Vec<Finding> {
    let Some(mut guard) = patiently(&ORDER) else { return Vec::new() };
    let order = guard.get_or_insert_default();
    if !order.locks.graph.contains(id) || !order.written.insert(id) {
        return Vec::new();
    }
    let out: Vec<u32> = order.locks.graph.out(id).to_vec();
    let judge = |to: u32| order.locks.judge(id, to, &order.rules(Confidence::Instances));
    out.into_iter().filter_map(judge).collect()
}

/// A lock is dropped.
#[cold]
pub(super) fn forget(id: u32) {
    if id == 0 || id & SHARED_IDENTITY != 0 {
        return;
    }
    if let Some(order) = patiently(&ORDER).as_mut().and_then(|order| order.as_mut()) {
        order.locks.forget(id);
        order.written.remove(&id);
    }
}

/// The edges of both graphs, for drawing: those of locks, those of classes.
pub(super) fn edges() -> (Vec<Edge>, Vec<Edge>) {
    let guard = patiently(&ORDER);
    let order = guard.as_ref().and_then(|order| order.as_ref());
    order.map_or_else(Default::default, |order| (order.locks.list(), order.classes.list()))
}

static ORDER: Mutex<Option<Order>> = Mutex::new(None);

#[derive(Debug, Default)]
struct Order {
    locks: Layer,
    classes: Layer,
    /// Locks that somebody wrote through.
    written: HashSet<u32>,
}

/// A graph and what is known of its edges.
#[derive(Debug, Default)]
struct Layer {
    graph: Graph,
    edges: HashMap<(u32, u32), Edge>,
}

impl Order {
    fn enter(&mut self, held: &Holding, wanted: Wanted<'_>, it: Occurrence) -> Vec<Finding> {
        let (from, to) = (held.id, wanted.state.id());
        if wanted.state.is_written() {
            self.written.insert(to);
        }
        let mut findings = Vec::new();
        let are_individual = (from | to) & SHARED_IDENTITY == 0;
        if are_individual && from != to {
            wanted.state.set_in_graph();
            if self.locks.enter((from, to), it.clone(), &mut findings) {
                findings.extend(self.locks.judge(from, to, &self.rules(Confidence::Instances)));
            }
        }
        let (outer, inner) = (held.class.number, wanted.class.number);
        if outer != inner {
            let may_close = self.classes.enter((outer, inner), it, &mut findings);
            if may_close && findings.is_empty() {
                let found = self.classes.judge(outer, inner, &self.rules(Confidence::Classes));
                if found.is_some() {
                    // From now on each of these locks has an identity of its own: whether they are the same
                    // ones is known the next time.
                    held.class.set_nesting();
                    wanted.class.set_nesting();
                }
                findings.extend(found);
            }
        }
        findings
    }

    fn rules(&self, confidence: Confidence) -> Rules<'_> {
        Rules {
            policy: AUDITOR.policy(),
            confidence,
            written: &self.written,
            alive: &self.locks.graph,
        }
    }
}

impl Layer {
    /// Enters an occasion; says whether a cycle may go through its edge.
    fn enter(&mut self, edge: (u32, u32), it: Occurrence, findings: &mut Vec<Finding>) -> bool {
        let (from, to) = edge;
        let inserted = self.graph.insert(from, to);
        if inserted == Inserted::Full {
            let message = "an order was seen that there is no room for";
            findings.push(Finding::new(ErrorCode::GraphFull, "acquisition graph", message));
            return false;
        }
        self.edges.entry((from, to)).or_insert_with(|| Edge::new(from, to)).add(it);
        inserted == Inserted::Closes || (inserted == Inserted::Known && self.graph.has_cycle())
    }

    /// The worst cycle through an edge, if there is one.
    fn judge(&self, from: u32, to: u32, rules: &Rules<'_>) -> Option<Finding> {
        if !self.graph.reaches(to, from) {
            return None;
        }
        cycle::worst(self, (from, to), rules)
    }

    fn forget(&mut self, node: u32) {
        self.graph.remove(node).into_iter().for_each(|edge| {
            self.edges.remove(&edge);
        });
    }

    fn edge(&self, from: u32, to: u32) -> Option<&Edge> {
        self.edges.get(&(from, to))
    }

    fn list(&self) -> Vec<Edge> {
        let mut edges: Vec<Edge> = self.edges.values().cloned().collect();
        edges.sort_unstable_by_key(|edge| (edge.from, edge.to));
        edges
    }
}
