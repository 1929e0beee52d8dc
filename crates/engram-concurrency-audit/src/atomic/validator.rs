//! Knows all watched variables, and follows them where asked to.

mod walk;

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use super::access::{Access, Effect, Kind};
use super::asks::Threads;
use super::ledger::{self, Marks};
#[cfg(feature = "locks")]
use super::past::Clock;
use super::past::Past;
use super::sync::Order;
use super::variable::{At, Facts, Variable};
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::reentry;
use crate::sync::Mutex;
use crate::thread_number::thread_number;

use walk::Walk;

/// The watched variables of the process.
pub static ATOMICS: AtomicValidator = AtomicValidator(());

/// Knows all watched variables; what is wrong with them is said by [`audit`](Self::audit), or where it happens.
#[derive(Debug)]
pub struct AtomicValidator(());

/// Which variables are followed, operation by operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// None: the ledger alone.
    Ledger,
    /// One in so many of those that are first used from now on.
    OneIn(u32),
    /// All of them, one operation at a time: for tests.
    All,
}

impl AtomicValidator {
    /// Says from now on which variables are followed.
    pub fn watch(&self, watching: Watching) {
        if crate::ENABLED {
            let mut state = state();
            state.watching = watching;
            state.threads.forget();
        }
    }

    /// Also says where less than an atomic would do, and where stores may be overtaken by loads.
    pub fn advise(&self, wanted: bool) {
        if crate::ENABLED {
            state().facts.wants_advice = wanted;
        }
    }

    /// Calls a variable by this name, by its address; call it before the first use.
    pub fn name<T>(&self, variable: &T, name: &str) {
        if crate::ENABLED {
            state().names.insert(std::ptr::from_ref(variable).addr(), name.to_owned());
        }
    }

    /// Looks at what all variables have seen, and reports what is wrong. Returns how many findings were new.
    pub fn audit(&self) -> usize {
        if !crate::ENABLED {
            return 0;
        }
        let findings = reentry::unaudited(|| state().judge());
        findings.into_iter().filter(|finding| AUDITOR.report(finding.clone())).count()
    }

    /// What this thread did is shown to who [acquires](Self::acquire) the same address: for order that nobody
    /// watches, a lock of others say.
    pub fn release(&self, address: usize) {
        play(address, Kind::Update, Order::Release);
    }

    /// What was [released](Self::release) at this address comes before what this thread does from now on.
    pub fn acquire(&self, address: usize) {
        play(address, Kind::Load, Order::Acquire);
    }
}

fn play(address: usize, kind: Kind, order: Order) {
    if !crate::ENABLED || reentry::is_inside() {
        return;
    }
    reentry::unaudited(|| {
        let mut state = state();
        if state.watching != Watching::Ledger {
            let thread = state.enter();
            state.past.operate(thread, address, (kind, order));
        }
    });
}

/// An operation that takes the cold path.
pub(super) fn watched<R>(
    address: usize,
    marks: &Marks,
    access: Access,
    act: impl FnOnce() -> (R, Effect),
) -> R {
    if reentry::is_inside() {
        return act().0;
    }
    let (result, findings) = reentry::unaudited(|| {
        let mut state = state();
        let mut findings: Vec<Finding> = invalid(access).into_iter().collect();
        let is_followed = state.enrol(address, marks, access);
        let (result, effect) = act();
        if is_followed {
            marks.see();
            findings.extend(state.follow(address, access, effect));
        } else if state.threads.enter() {
            marks.add(access.kind, access.kind.valid(access.order));
        } else {
            marks.see();
        }
        state.learn(address, marks, access);
        (result, findings)
    });
    findings.into_iter().for_each(|finding| {
        AUDITOR.report(finding);
    });
    result
}

/// A variable is dropped.
pub(super) fn forget(address: usize, marks: &Marks) {
    if marks.word() != 0 && !reentry::is_inside() {
        reentry::unaudited(|| {
            let mut state = state();
            state.variables.remove(&address);
            state.names.remove(&address);
            state.past.forget_variable(address);
        });
    }
}

/// An ordering that the operation cannot have.
fn invalid(access: Access) -> Option<Finding> {
    let Access { kind, order, failure, at } = access;
    let what = match failure {
        Some(failure) if !Kind::Load.can_be(failure) => {
            format!("a compare-exchange cannot fail with {failure:?}")
        }
        _ if !kind.can_be(order) => format!("a {} cannot be {order:?}", kind.as_str()),
        _ => return None,
    };
    Some(
        Finding::new(ErrorCode::InvalidOrdering, kind.as_str(), what)
            .at("is asked for", Site::of(at)),
    )
}

#[derive(Debug)]
pub(super) struct State {
    watching: Watching,
    variables: HashMap<usize, Variable>,
    names: HashMap<usize, String>,
    pub(super) past: Past<At>,
    pub(super) threads: Threads,
    pub(super) facts: Facts,
    /// Steps of each thread between fences.
    walks: HashMap<u32, Walk>,
    /// Pairs of a store and a load that it may be overtaken by.
    overtakes: HashMap<(usize, usize), At>,
    used: u64,
}

impl State {
    fn new() -> Self {
        Self {
            watching: Watching::Ledger,
            variables: HashMap::new(),
            names: HashMap::new(),
            past: Past::new(),
            threads: Threads::default(),
            facts: Facts::default(),
            walks: HashMap::new(),
            overtakes: HashMap::new(),
            used: 0,
        }
    }

    pub(super) fn is_following(&self) -> bool {
        self.watching != Watching::Ledger
    }

    /// The number of this thread, which is known from now on.
    pub(super) fn enter(&mut self) -> u32 {
        let thread = thread_number();
        if !self.past.knows(thread) {
            self.past.begin(thread, None);
            // Fails while the thread is torn down, when nobody could say that it ends.
            let _ = ENDS.try_with(|_| ());
        }
        thread
    }

    /// Makes a variable known; says whether it is followed.
    fn enrol(&mut self, address: usize, marks: &Marks, access: Access) -> bool {
        // A fresh variable at the place of one that was moved away, or forgotten.
        let is_known = marks.word() != 0 && self.variables.contains_key(&address);
        if !is_known && self.variables.len() < VARIABLES {
            self.used += 1;
            let is_followed = match self.watching {
                Watching::Ledger => false,
                Watching::OneIn(many) => self.used.is_multiple_of(u64::from(many.max(1))),
                Watching::All => true,
            };
            let name = self.names.get(&address).map(String::as_str);
            self.variables.insert(address, Variable::new(name, access.at, is_followed));
        }
        let all = self.watching == Watching::All;
        self.variables.get(&address).is_some_and(|variable| variable.is_followed || all)
    }

    fn learn(&mut self, address: usize, marks: &Marks, access: Access) {
        if let Some(variable) = self.variables.get_mut(&address) {
            let order = access.kind.valid(access.order);
            let access = Access { order, ..access };
            variable.learn(access, marks.word() | ledger::own(access.kind));
        }
    }

    fn follow(&mut self, address: usize, access: Access, effect: Effect) -> Vec<Finding> {
        let thread = self.enter();
        let (kind, order) = match access.failure.filter(|_| effect.after.is_none()) {
            Some(failure) => (Kind::Load, Kind::Load.valid(failure)),
            None => (access.kind, access.kind.valid(access.order)),
        };
        self.past.operate(thread, address, (kind, order));
        let walk = self.walks.entry(thread).or_default();
        let overtaken = walk.step(address, kind, order);
        let overtaken = overtaken.filter(|_| self.facts.wants_advice);
        let overtaken = overtaken.and_then(|stored| self.overtake(stored, address, access.at));
        let variable = self.variables.get_mut(&address);
        let lost = variable.and_then(|variable| variable.follow(thread, access, effect));
        lost.into_iter().chain(overtaken).collect()
    }

    /// A store to one variable, then a load of another: a finding once both ways were seen.
    fn overtake(&mut self, stored: usize, loaded: usize, at: At) -> Option<Finding> {
        self.overtakes.insert((stored, loaded), at);
        let other = *self.overtakes.get(&(loaded, stored))?;
        let name = |address| self.variables.get(&address).map_or("?", |it| it.name.as_str());
        let (first, second) = (name(stored), name(loaded));
        let message = format!("{first} is stored and {second} loaded, and the other way round");
        let finding = Finding::new(ErrorCode::StoreLoad, format!("{first}, {second}"), message);
        Some(finding.at("loads", Site::of(at)).at("loads the other", Site::of(other)))
    }

    /// A fence of this thread; returns what is wrong with the one before.
    pub(super) fn fence(&mut self, order: Order, at: At) -> Option<Finding> {
        let thread = self.enter();
        self.past.fence(thread, order);
        self.walks.entry(thread).or_default().fence(order, at)
    }

    fn judge(&mut self) -> Vec<Finding> {
        let facts = Facts {
            seqcst_variables: self.variables.values().filter(|it| it.seqcst().is_some()).count(),
            ..self.facts
        };
        let mut findings: Vec<Finding> =
            self.variables.values().flat_map(|variable| variable.judge(facts)).collect();
        findings.extend(self.shared_lines());
        findings.extend(self.walks.values_mut().filter_map(Walk::end));
        findings
    }

    /// Variables of different hot writers on one cache line.
    fn shared_lines(&self) -> Vec<Finding> {
        let mut lines: HashMap<usize, Vec<(&Variable, u32)>> = HashMap::new();
        for (address, variable) in &self.variables {
            if let Some(writer) = variable.hot_writer() {
                lines.entry(address / LINE).or_default().push((variable, writer));
            }
        }
        let shared = lines.into_values().filter_map(|mut line| {
            line.sort_by_key(|(variable, _)| variable.name.clone());
            let (first, writer) = *line.first()?;
            let (second, _) = *line.iter().find(|(_, other)| *other != writer)?;
            Some(share(first, second))
        });
        shared.collect()
    }
}

fn share(first: &Variable, second: &Variable) -> Finding {
    let names = format!("{}, {}", first.name, second.name);
    let message = format!(
        "{} and {} are on one cache line, and each has a busy writer of its own",
        first.name, second.name
    );
    let finding = Finding::new(ErrorCode::FalseSharing, names, message);
    finding.at(&first.name, Site::of(first.at)).at(&second.name, Site::of(second.at))
}

/// What a thread that is started now will know; `None` while nothing is followed.
#[cfg(feature = "locks")]
pub(crate) fn fork() -> Option<Clock> {
    following(|state, thread| state.past.show(thread))
}

/// A thread begins with what its parent knew.
#[cfg(feature = "locks")]
pub(crate) fn begin(known: Option<&Clock>) {
    if let Some(known) = known.filter(|_| !reentry::is_inside()) {
        reentry::unaudited(|| state().past.begin(thread_number(), Some(known)));
    }
}

/// What this thread knew, at its end.
#[cfg(feature = "locks")]
pub(crate) fn end() -> Option<Clock> {
    following(|state, thread| state.past.show(thread))
}

/// A thread that was joined has ended.
#[cfg(feature = "locks")]
pub(crate) fn join(known: &Clock) {
    let _ = following(|state, thread| state.past.learn(thread, known));
}

#[cfg(feature = "locks")]
fn following<R>(act: impl FnOnce(&mut State, u32) -> R) -> Option<R> {
    if reentry::is_inside() {
        return None;
    }
    reentry::unaudited(|| {
        let mut state = state();
        state.is_following().then(|| {
            let thread = state.enter();
            act(&mut state, thread)
        })
    })
}

/// Ends what is known of a thread that nobody joins in our sight.
struct Ends;

impl Drop for Ends {
    fn drop(&mut self) {
        reentry::unaudited(|| {
            let (thread, mut state) = (thread_number(), state());
            state.past.end_unfollowed(thread);
            state.walks.remove(&thread);
        });
    }
}

thread_local! {
    static ENDS: Ends = const { Ends };
}

/// Not with patience: while it is held, nobody waits or calls back, and its own thread does not come again.
pub(super) fn state() -> Guard {
    let mut guard = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    guard.get_or_insert_with(State::new);
    Guard(guard)
}

/// The state, which is there.
pub(super) struct Guard(MutexGuard<'static, Option<State>>);

impl std::ops::Deref for Guard {
    type Target = State;

    fn deref(&self) -> &State {
        self.0.as_ref().expect("`state` made it")
    }
}

impl std::ops::DerefMut for Guard {
    fn deref_mut(&mut self) -> &mut State {
        self.0.as_mut().expect("`state` made it")
    }
}

/// Variables that are known; further ones are not audited.
const VARIABLES: usize = 65_536;

/// Bytes that travel between cores together.
const LINE: usize = 64;

static STATE: Mutex<Option<State>> = Mutex::new(None);
