//! The thread that looks for deadlocks.

use std::collections::{HashMap, HashSet};
use std::thread::{Builder, sleep};
use std::time::Duration;

use crate::auditor::AUDITOR;
#[cfg(feature = "channels")]
use crate::channel::CHANNELS;
use crate::finding::{Confidence, Edge, ErrorCode, Finding, Identity, Place};
use crate::lock::sync::{AtomicU32, Ordering};
use crate::reentry;

use super::super::class;
use super::super::held::DEPTH;
use super::super::record::Seen;
use super::super::thread::{self, Thread, site};
use super::stuck::{Belief, Blocked, Scene};
use super::{Parties, Wait, parties};

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
            watch.went_on().iter().for_each(|finding| AUDITOR.withdraw(finding));
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
    reported: HashSet<Circle>,
    /// What was presumed of waits that have not ended yet.
    presumed: Vec<(Circle, Identity)>,
    still: u32,
}

/// The waits of a circle, by thread and number.
type Circle = Vec<(u32, u64)>;

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
        if self.reported.len() > 4096 {
            self.reported.clear();
        }
        let certain = scene.stuck(Belief::Certain);
        findings.extend(self.circles(&scene, &certain, Belief::Certain));
        let presumed = scene.stuck(Belief::Presumed);
        if presumed.len() > certain.len() {
            findings.extend(self.circles(&scene, &presumed, Belief::Presumed));
        }
        findings
    }

    /// The circles among the stuck that nothing was said of yet.
    fn circles(&mut self, scene: &Scene, stuck: &[usize], belief: Belief) -> Vec<Finding> {
        let mut findings = Vec::new();
        for circle in scene.circles(stuck) {
            let key = key(scene, &circle);
            if !self.reported.insert(key.clone()) {
                continue;
            }
            let finding = describe(scene, &circle, belief);
            let is_broken = break_off(&scene.blocked[circle[0]], belief);
            if belief == Belief::Presumed && !is_broken {
                self.presumed.push((key, finding.identity()));
            }
            findings.push(finding);
        }
        findings
    }

    /// What was presumed of waits one of which has ended: somebody came after all.
    fn went_on(&mut self) -> Vec<Identity> {
        let seen = &self.seen;
        let waits = |(serial, number): &(u32, u64)| {
            seen.get(serial).is_some_and(|(current, _)| current == number)
        };
        let ended = self.presumed.extract_if(.., |(circle, _)| !circle.iter().all(waits));
        ended.map(|(_, finding)| finding).collect()
    }

    /// Only who waits since the look before counts: then all of them waited at one and the same time.
    fn scene(&self, mut blocked: Vec<Blocked>, threads: &[&'static Thread]) -> Scene {
        let alive: Vec<u32> = threads.iter().map(|it| it.serial()).filter(|it| *it != 0).collect();
        for it in &mut blocked {
            it.looks = self.seen.get(&it.serial).map_or(0, |(_, looks)| *looks);
            if !matches!(it.wait, Wait::Lock(_) | Wait::Upgrade | Wait::Join) {
                let thread = threads.iter().find(|thread| thread.serial() == it.serial);
                let since = thread.and_then(|thread| thread.waiting.since());
                let parties = parties(it.wait, it.resource);
                it.is_notified = it.wait == Wait::Condition && parties.last > since;
                meet(it, parties, &alive);
            }
        }
        blocked.retain(|it| it.looks > 1 && !is_over(it));
        let is_blocked = |serial: &u32| blocked.iter().any(|it| it.serial == *serial);
        let running: Vec<u32> = alive.into_iter().filter(|it| !is_blocked(it)).collect();
        let orphaned = thread::orphans().into_iter().map(|(lock, _, _)| lock).collect();
        Scene { blocked, running, orphaned }
    }
}

/// Whether what the thread waits for is there, and it has only had no processor since.
fn is_over(blocked: &Blocked) -> bool {
    match blocked.wait {
        #[cfg(feature = "channels")]
        Wait::Send => CHANNELS.has_room(blocked.resource),
        #[cfg(feature = "channels")]
        Wait::Receive => CHANNELS.has_message(blocked.resource),
        _ => false,
    }
}

/// Fills in who can end a wait.
fn meet(blocked: &mut Blocked, parties: Parties, alive: &[u32]) {
    let Parties { serials, seats, .. } = parties;
    blocked.partners = serials.into_iter().filter(|serial| alive.contains(serial)).collect();
    let is_taken = blocked.partners.len() >= seats;
    blocked.partners.retain(|serial| *serial != blocked.serial);
    blocked.is_open = !is_taken || blocked.partners.is_empty();
}

fn key(scene: &Scene, circle: &[usize]) -> Circle {
    let wait = |at: &usize| (scene.blocked[*at].serial, scene.blocked[*at].number);
    let mut key: Circle = circle.iter().map(wait).collect();
    key.sort_unstable();
    key
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
        is_open: false,
        is_notified: false,
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

fn describe(scene: &Scene, circle: &[usize], belief: Belief) -> Finding {
    let edges: Vec<Edge> = (0..circle.len()).map(|step| edge(scene, circle, step)).collect();
    let names: Vec<String> = edges.iter().map(|edge| resource(&edge.wants)).collect();
    let message = match circle {
        [_] => format!("thread {:?} waits for what nobody will release", edges[0].thread),
        _ => format!("{} threads wait for each other", circle.len()),
    };
    let (message, confidence) = match belief {
        Belief::Certain => (message, Confidence::Certain),
        Belief::Presumed => {
            (format!("{message}, unless somebody comes who was never there"), Confidence::Heuristic)
        }
    };
    let finding = Finding::new(ErrorCode::Deadlock, names.join(" -> "), message);
    edges.into_iter().fold(finding.with_confidence(confidence), Finding::with_edge)
}

/// Ends the wait of the victim, if the policy says so. A panic wants certainty, for it cannot be answered.
fn break_off(victim: &Blocked, belief: Belief) -> bool {
    let is_told = AUDITOR.breaks_waits();
    if !is_told || (belief == Belief::Presumed && AUDITOR.panics_waits()) {
        return false;
    }
    let thread = thread::all().into_iter().find(|thread| thread.serial() == victim.serial);
    thread.into_iter().for_each(|thread| thread.waiting.break_off(victim.number));
    true
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
