//! The thread that looks for deadlocks.

use std::collections::{HashMap, HashSet};
use std::thread::{Builder, sleep};
use std::time::Duration;

use crate::auditor::AUDITOR;
use crate::finding::{Edge, ErrorCode, Finding, Place};
use crate::lock::sync::{AtomicU32, Ordering};
use crate::reentry;

use super::super::class;
use super::super::held::DEPTH;
use super::super::record::Seen;
use super::super::thread::{self, Thread, site};
use super::stuck::{Blocked, Scene};
use super::{Wait, partners};

/// Between two looks while threads wait.
const TICK: Duration = Duration::from_millis(10);

/// Between two looks while nothing changes.
const IDLE: Duration = Duration::from_millis(30);

/// Looks at the same waits after which nothing changes.
const STILL: u32 = 30;

/// Looks at a wait for a notification, a second and more, after which somebody should have notified before.
const UNNOTIFIED: u32 = 60;

/// 1 once somebody has started the watcher, or is about to.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// Starts the watcher, when a thread waits for the first time. Nobody waits for that: who comes second may hold
/// a lock of the allocator that the first one needs for it. Without memory for a thread there is no watcher, and
/// the next one who waits tries again.
pub(super) fn start() {
    // Relaxed, both: one of the threads sees 0, and nothing else is read on the strength of it.
    if STARTED.load(Ordering::Relaxed) == 0 && STARTED.swap(1, Ordering::Relaxed) == 0 {
        let builder = Builder::new().name("engram-audit".to_owned()).stack_size(256 * 1024);
        if reentry::unaudited(|| builder.spawn(watch)).is_err() {
            // Relaxed: as above.
            STARTED.store(0, Ordering::Relaxed);
        }
    }
}

fn watch() {
    reentry::unaudited(|| {
        let mut watch = Watch::default();
        loop {
            let findings = watch.look();
            findings.into_iter().for_each(|finding| AUDITOR.report_from_watcher(finding));
            class::ask_for_sample();
            sleep(if watch.still >= STILL { IDLE } else { TICK });
        }
    });
}

/// What the looks before saw.
#[derive(Debug, Default)]
struct Watch {
    /// The wait of each thread, and in how many looks.
    seen: HashMap<u32, (u64, u32)>,
    reported: HashSet<Vec<(u32, u64)>>,
    still: u32,
}

impl Watch {
    fn look(&mut self) -> Vec<Finding> {
        let threads = thread::all();
        let waiting: Vec<Blocked> = threads.iter().filter_map(|thread| blocked(thread)).collect();
        let mut seen = HashMap::new();
        for it in &waiting {
            let before = self.seen.get(&it.serial).filter(|(number, _)| *number == it.number);
            seen.insert(it.serial, (it.number, before.map_or(1, |(_, looks)| looks + 1)));
        }
        let is_same = seen.len() == self.seen.len() && seen.values().all(|(_, looks)| *looks > 1);
        self.still = if is_same { self.still + 1 } else { 0 };
        self.seen = seen;
        let scene = self.scene(waiting, &threads);
        let mut findings = missing_notifications(&scene);
        let circles = scene.circles(&scene.stuck());
        if self.reported.len() > 4096 {
            self.reported.clear();
        }
        let circles = circles.into_iter().filter(|circle| self.is_new(&scene, circle));
        findings.extend(circles.map(|circle| describe(&scene, &circle)));
        findings
    }

    fn is_new(&mut self, scene: &Scene, circle: &[usize]) -> bool {
        let mut key: Vec<(u32, u64)> = circle
            .iter()
            .map(|at| (scene.blocked[*at].serial, scene.blocked[*at].number))
            .collect();
        key.sort_unstable();
        self.reported.insert(key)
    }

    /// Only who waits since the look before counts: then all of them waited at one and the same time.
    fn scene(&self, mut blocked: Vec<Blocked>, threads: &[&'static Thread]) -> Scene {
        let alive: Vec<u32> = threads.iter().map(|it| it.serial()).filter(|it| *it != 0).collect();
        for it in &mut blocked {
            it.looks = self.seen.get(&it.serial).map_or(0, |(_, looks)| *looks);
            it.partners = match it.wait {
                Wait::Lock(_) | Wait::Upgrade | Wait::Join => Vec::new(),
                wait => partners(wait, it.resource),
            };
            it.partners.retain(|serial| alive.contains(serial) && *serial != it.serial);
        }
        blocked.retain(|it| it.looks > 1);
        let is_blocked = |serial: &u32| blocked.iter().any(|it| it.serial == *serial);
        let running: Vec<u32> = alive.iter().copied().filter(|it| !is_blocked(it)).collect();
        for it in &mut blocked {
            let thread = threads.iter().find(|thread| thread.serial() == it.serial);
            let clock = thread.map(|thread| thread.clock()).unwrap_or_default();
            let is_known = |serial: &u32| *serial != it.serial && clock.knows(*serial, 1);
            it.ancestors = alive.iter().copied().filter(is_known).collect();
        }
        let orphaned = thread::orphans().into_iter().map(|(lock, _, _)| lock).collect();
        Scene { blocked, running, orphaned }
    }
}

fn blocked(thread: &'static Thread) -> Option<Blocked> {
    let mut held = Vec::with_capacity(DEPTH);
    let Seen { serial, number, wait, resource, at } =
        thread.look(|now| held.extend(now.holdings()))?;
    let name = thread.name();
    // Else the name is that of the thread that has the lease now.
    let is_same = serial == thread.serial();
    is_same.then_some(Blocked {
        serial,
        name,
        number,
        wait,
        resource,
        at,
        held,
        partners: Vec::new(),
        ancestors: Vec::new(),
        looks: 0,
    })
}

/// Waits for a notification that nobody who is alive was ever seen to give.
fn missing_notifications(scene: &Scene) -> Vec<Finding> {
    let is_alone = |it: &&Blocked| {
        it.wait == Wait::Condition && it.looks == UNNOTIFIED && it.partners.is_empty()
    };
    let report = |it: &Blocked| {
        let message = format!("thread {:?} waits, and nobody was seen to notify", it.name);
        Finding::new(ErrorCode::MissingNotify, "condition variable", message)
            .in_thread(&it.name)
            .at("waits for a notification", site(it.at))
    };
    scene.blocked.iter().filter(is_alone).map(report).collect()
}

fn describe(scene: &Scene, circle: &[usize]) -> Finding {
    let edges: Vec<Edge> = (0..circle.len()).map(|step| edge(scene, circle, step)).collect();
    let names: Vec<String> = edges.iter().map(|edge| resource(&edge.wants)).collect();
    let message = match circle {
        [_] => format!("thread {:?} waits for what nobody will release", edges[0].thread),
        _ => format!("{} threads wait for each other", circle.len()),
    };
    if AUDITOR.breaks_waits() {
        let victim = &scene.blocked[circle[0]];
        let thread = thread::all().into_iter().find(|thread| thread.serial() == victim.serial);
        thread.into_iter().for_each(|thread| thread.waiting.break_off(victim.number));
    }
    let finding = Finding::new(ErrorCode::Deadlock, names.join(" -> "), message);
    edges.into_iter().fold(finding, Finding::with_edge)
}

fn resource(wants: &Place) -> String {
    wants.what.rsplit(' ').next().unwrap_or_default().to_owned()
}

/// What a thread of the circle has that the one before waits for, and what it waits for itself.
fn edge(scene: &Scene, circle: &[usize], step: usize) -> Edge {
    let at = circle[step];
    let before = circle[(step + circle.len() - 1) % circle.len()];
    let next = circle[(step + 1) % circle.len()];
    let blocked = &scene.blocked[at];
    let holds = match scene.wanted(before, at) {
        Some(holding) => {
            Place { what: format!("holds {}", holding.class.name), site: holding.site }
        }
        None => Place { what: "is waited for".to_owned(), site: site(blocked.at) },
    };
    let wanted = scene.wanted(at, next).map(|holding| holding.class.name.clone());
    let wanted = wanted.or_else(|| orphan_name(blocked.resource));
    let other = &scene.blocked[next].name;
    let what = match (blocked.wait, wanted) {
        (Wait::Lock(_), Some(lock)) => format!("waits for {lock}"),
        (Wait::Lock(_), None) => "waits for the lock behind a writer".to_owned(),
        (Wait::Upgrade, _) => "waits for the other readers".to_owned(),
        (Wait::Join, _) => format!("joins {other}"),
        (Wait::Condition, _) => "waits for a notification".to_owned(),
        (Wait::Barrier, _) => "waits at a barrier".to_owned(),
        #[cfg(feature = "channels")]
        (Wait::Send, _) => "waits for room in a channel".to_owned(),
        #[cfg(feature = "channels")]
        (Wait::Receive, _) => "waits for a message of a channel".to_owned(),
    };
    Edge { thread: blocked.name.clone(), holds, wants: Place { what, site: site(blocked.at) } }
}

fn orphan_name(lock: usize) -> Option<String> {
    let orphans = thread::orphans();
    let found = orphans.into_iter().find(|(orphan, _, _)| *orphan == lock);
    found.map(|(_, holding, name)| format!("{} of ended-thread {name}", holding.class.name))
}
