//! Whether a cycle of the graph can happen.
//!
//! A cycle of n edges is n threads, each of which holds one lock and wants the next. It can happen when there
//! is an occasion of each edge such that
//!
//! - at each lock the way in and the way out exclude each other: not two readers,
//! - no two occasions were under one lock that excludes them (a gate),
//! - no two occasions are ordered by starting, joining, or a barrier,
//! - n different threads were seen; with fewer, it is as bad as the policy says.
//!
//! Two readers exclude each other after all when a writer may wait between them. That takes more threads, so
//! it is a warning, and only when somebody was seen to write.

use crate::auditor::Policy;
use crate::finding::{Confidence, Edge as Step, ErrorCode, Finding, Place, Severity};
use crate::lock::graph::Graph;
use crate::lock::state::Mode;

use super::edge::Side;
use super::{Edge, Layer, Occurrence};

use std::collections::HashSet;

/// What cycles are judged by.
#[derive(Debug)]
pub(in crate::lock) struct Rules<'a> {
    pub(super) policy: Policy,
    /// Whether the nodes are locks or classes.
    pub(super) confidence: Confidence,
    pub(super) written: &'a HashSet<u32>,
    /// The locks that exist and were nested.
    pub(super) alive: &'a Graph,
}

/// Steps of the search for one new edge; then the worst that was found so far counts.
const BUDGET: u32 = 20_000;

/// Edges of the cycles that are searched for. The shortest one is judged however long it is, by the first
/// occasion of each edge, if the search ended without any.
const LONGEST: usize = 512;

/// Edges of the cycles whose occasions are held against each other, which takes the square of their number.
const JUDGED: usize = 2048;

/// A cycle with an occasion for each edge, and what is to be said about it.
struct Verdict<'a> {
    severity: Severity,
    reason: String,
    gates: Vec<String>,
    way: Vec<&'a Occurrence>,
}

struct Search<'a> {
    layer: &'a Layer,
    rules: &'a Rules<'a>,
    goal: u32,
    /// The nodes from which the goal can be reached.
    useful: HashSet<u32>,
    budget: u32,
    worst: Option<Verdict<'a>>,
}

/// The worst cycle through an edge; a suppressed one when none can happen.
pub(super) fn worst(layer: &Layer, edge: (u32, u32), rules: &Rules<'_>) -> Option<Finding> {
    let first = layer.edge(edge.0, edge.1)?;
    let useful = layer.graph.reaching(edge.0);
    let mut search = Search { layer, rules, goal: edge.0, useful, budget: BUDGET, worst: None };
    search.extend(&mut vec![first], &mut HashSet::from([edge.0, edge.1]));
    if search.worst.is_none() {
        let way = shortest(layer, first)?;
        search.worst = Some(search.judge(&way));
    }
    search.worst.map(|verdict| describe(verdict, rules))
}

/// The shortest cycle through an edge, by the first occasion of each of its edges.
fn shortest<'a>(layer: &'a Layer, first: &'a Edge) -> Option<Vec<&'a Occurrence>> {
    let mut nodes = layer.graph.shortest(first.to, first.from)?.into_iter();
    let mut way = vec![first.seen.first()?];
    let mut at = nodes.next()?;
    for next in nodes {
        way.push(layer.edge(at, next)?.seen.first()?);
        at = next;
    }
    Some(way)
}

impl<'a> Search<'a> {
    /// Goes on from the last edge of the way until it is closed.
    fn extend(&mut self, way: &mut Vec<&'a Edge>, on_way: &mut HashSet<u32>) {
        let at = way[way.len() - 1].to;
        if at == self.goal {
            return self.choose(way, &mut Vec::new());
        }
        if way.len() == LONGEST {
            return;
        }
        for next in self.layer.graph.out(at) {
            if self.is_over() {
                return;
            }
            let is_goal = *next == self.goal;
            if !is_goal && (on_way.contains(next) || !self.useful.contains(next)) {
                continue;
            }
            let Some(edge) = self.layer.edge(at, *next) else { continue };
            way.push(edge);
            on_way.insert(*next);
            self.extend(way, on_way);
            if !is_goal {
                on_way.remove(next);
            }
            way.pop();
        }
    }

    /// Tries the occasions of each edge.
    fn choose(&mut self, way: &[&'a Edge], chosen: &mut Vec<&'a Occurrence>) {
        if let Some(edge) = way.get(chosen.len()) {
            for it in &edge.seen {
                if self.is_over() {
                    return;
                }
                chosen.push(it);
                self.choose(way, chosen);
                chosen.pop();
            }
            return;
        }
        let verdict = self.judge(chosen);
        if self.worst.as_ref().is_none_or(|worst| verdict.severity < worst.severity) {
            self.worst = Some(verdict);
        }
    }

    fn is_over(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(1);
        let is_certain =
            self.worst.as_ref().is_some_and(|worst| worst.severity <= Severity::Potential);
        self.budget == 0 || is_certain
    }

    fn judge(&self, way: &[&'a Occurrence]) -> Verdict<'a> {
        let verdict = |severity, reason: &str| Verdict {
            severity,
            reason: reason.to_owned(),
            gates: Vec::new(),
            way: way.to_vec(),
        };
        if way.len() > JUDGED {
            return verdict(Severity::Warn, "there are too many to say whether they can meet");
        }
        let pairs =
            || (0..way.len()).flat_map(|a| (a + 1..way.len()).map(move |b| (way[a], way[b])));
        if let Some(gate) = pairs().find_map(|(a, b)| a.common_gate(b)) {
            let reason = format!("infeasible: all of it happens under {}", gate.name);
            let gates = vec![gate.name.clone()];
            return Verdict { gates, ..verdict(Severity::Suppressed, &reason) };
        }
        if pairs().any(|(a, b)| a.thread != b.thread && a.is_ordered(b)) {
            return verdict(
                Severity::Suppressed,
                "infeasible: one is over before the other begins",
            );
        }
        let meet = |at: usize| self.meeting(&way[at].wanted, &way[(at + 1) % way.len()].held);
        let meetings: Vec<Meeting> = (0..way.len()).map(meet).collect();
        if meetings.contains(&Meeting::Shared) {
            return verdict(
                Severity::Suppressed,
                "infeasible: two readers do not exclude each other",
            );
        }
        let mut severity = Severity::Potential;
        let mut reason = "they are taken in both orders";
        let threads: HashSet<u32> = way.iter().map(|it| it.thread).collect();
        if threads.len() < way.len() {
            severity = self.rules.policy.single_thread;
            reason = "they are taken in both orders, so far by fewer threads than it takes";
        }
        if meetings.contains(&Meeting::BehindWriter) {
            severity = severity.max(Severity::Warn);
            reason = "they are read in both orders, and a writer may wait between the readers";
        }
        if self.rules.confidence == Confidence::Classes {
            severity = severity.max(self.class_severity(way));
        }
        verdict(severity, reason)
    }

    /// Of locks that were never alive at one time nothing is known but their classes.
    fn class_severity(&self, way: &[&Occurrence]) -> Severity {
        let ids = way.iter().flat_map(|it| [it.held.id, it.wanted.id]);
        let mut own = ids.filter(|id| id >> 31 == 0);
        match own.all(|id| self.rules.alive.contains(id)) {
            true => self.rules.policy.class_cycles,
            false => self.rules.policy.class_cycles.max(Severity::Warn),
        }
    }

    /// What happens between who wants a lock and who has it.
    fn meeting(&self, wanted: &Side, held: &Side) -> Meeting {
        if !wanted.mode.is_compatible(held.mode) {
            return Meeting::Excluded;
        }
        let is_written =
            self.rules.written.contains(&wanted.id) || self.rules.written.contains(&held.id);
        match wanted.mode == Mode::Shared && is_written {
            true => Meeting::BehindWriter,
            false => Meeting::Shared,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meeting {
    Excluded,
    BehindWriter,
    Shared,
}

fn describe(verdict: Verdict<'_>, rules: &Rules<'_>) -> Finding {
    let Verdict { severity, reason, gates, way } = verdict;
    let code = match rules.confidence {
        Confidence::Classes => ErrorCode::ClassInversion,
        _ => ErrorCode::OrderInversion,
    };
    let names: Vec<&str> = way.iter().map(|it| it.held.class.name.as_str()).collect();
    let message = format!("{} locks: {reason}", way.len());
    let mut finding = Finding::new(code, names.join(" -> "), message)
        .with_severity(severity)
        .with_confidence(rules.confidence);
    finding.gates = gates;
    way.iter().map(|it| step(it)).fold(finding, Finding::with_edge)
}

fn step(it: &Occurrence) -> Step {
    let place = |verb: &str, side: &Side| Place {
        what: format!("{verb} {}", side.class.name),
        site: side.site,
    };
    Step {
        thread: it.name.clone(),
        holds: place("holds", &it.held),
        wants: place("takes", &it.wanted),
    }
}
