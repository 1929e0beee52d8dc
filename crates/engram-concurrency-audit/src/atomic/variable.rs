//! What is known of one variable, and what is wrong with it.

use std::collections::{BTreeMap, HashMap};
use std::panic::Location;

use super::access::{Access, Effect, Kind};
use super::ledger::{self, bit};
use super::sync::Order;
use crate::finding::{ErrorCode, Finding, Site};

/// A place in the program.
pub(super) type At = &'static Location<'static>;

/// One variable.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    /// Where it was first used.
    pub(super) at: At,
    /// The bits of the ledger.
    pub(super) word: u64,
    /// The first operation of each kind and ordering.
    firsts: BTreeMap<u64, At>,
    /// Whether each of its operations is looked at.
    pub(super) is_followed: bool,
    /// Writes of each thread, while it is followed.
    pub(super) writes: HashMap<u32, u64>,
    exchanges: u64,
    failures: u64,
    /// What threads loaded and have not stored over yet.
    loaded: HashMap<u32, Loaded>,
}

#[derive(Clone, Copy, Debug)]
struct Loaded {
    value: u64,
    at: At,
    /// Who changed it since.
    changed: Option<At>,
}

impl Variable {
    pub(super) fn new(name: Option<&str>, at: At, is_followed: bool) -> Self {
        let file = at.file().rsplit('/').next().unwrap_or_default();
        let name = name.map_or_else(|| format!("{file}:{}", at.line()), str::to_owned);
        Self {
            name,
            at,
            word: 0,
            firsts: BTreeMap::new(),
            is_followed,
            writes: HashMap::new(),
            exchanges: 0,
            failures: 0,
            loaded: HashMap::new(),
        }
    }

    /// The first operation of its kind, ordering, or thread.
    pub(super) fn learn(&mut self, access: Access, word: u64) {
        self.word |= word;
        self.firsts.entry(bit(access.kind, access.order)).or_insert(access.at);
    }

    /// An operation while the variable is followed; returns the update that it loses.
    pub(super) fn follow(
        &mut self,
        thread: u32,
        access: Access,
        effect: Effect,
    ) -> Option<Finding> {
        let Effect { before, after } = effect;
        if access.failure.is_some() {
            self.exchanges += 1;
            self.failures += u64::from(after.is_none());
        }
        let Some(after) = after else {
            self.loaded.insert(thread, Loaded { value: before, at: access.at, changed: None });
            return None;
        };
        *self.writes.entry(thread).or_default() += 1;
        let own = self.loaded.remove(&thread);
        for other in self.loaded.values_mut().filter(|_| after != before) {
            other.changed.get_or_insert(access.at);
        }
        let own = own.filter(|own| access.kind == Kind::Store && own.value != before)?;
        let changed = own.changed.filter(|_| after != before)?;
        Some(self.lost(own.at, changed, access.at))
    }

    fn lost(&self, loaded: At, changed: At, stored: At) -> Finding {
        let message = format!("{} changed between a load and the store that follows it", self.name);
        self.finding(ErrorCode::LostUpdate, message)
            .at("loads", Site::of(loaded))
            .at("changes it meanwhile", Site::of(changed))
            .at("stores over the change", Site::of(stored))
    }

    /// What the operations so far say.
    pub(super) fn judge(&self, facts: Facts) -> Vec<Finding> {
        let found = [
            self.unpaired_release(facts),
            self.unpaired_acquire(facts),
            self.hot_exchange(),
            self.lone_seqcst(facts),
            self.single_writer(facts),
        ];
        found.into_iter().flatten().collect()
    }

    /// A release store is read by others, and never with an acquire.
    fn unpaired_release(&self, facts: Facts) -> Option<Finding> {
        let released = self.first(|kind, order| kind != Kind::Load && order == Order::Release)?;
        let loaded = self.first(|kind, _| kind == Kind::Load)?;
        let is_acquired =
            self.first(|kind, order| kind != Kind::Store && order.acquires()).is_some();
        let is_shared = ledger::readers(self.word) & !ledger::writers(self.word) != 0;
        if is_acquired || !is_shared || facts.acquire_fences {
            return None;
        }
        let message = format!("{} is released and only ever loaded without an acquire", self.name);
        let finding = self.finding(ErrorCode::UnpairedRelease, message);
        Some(finding.at("releases", Site::of(released)).at("loads relaxed", Site::of(loaded)))
    }

    /// An acquire load reads what others only ever store relaxed.
    fn unpaired_acquire(&self, facts: Facts) -> Option<Finding> {
        let acquired = self.first(|kind, order| kind == Kind::Load && order == Order::Acquire)?;
        let stored = self.first(|kind, _| kind != Kind::Load)?;
        let is_released =
            self.first(|kind, order| kind != Kind::Load && order.releases()).is_some();
        let is_shared = ledger::writers(self.word) & !ledger::readers(self.word) != 0;
        if is_released || !is_shared || facts.release_fences {
            return None;
        }
        let message = format!("{} is acquired and only ever stored without a release", self.name);
        let finding = self.finding(ErrorCode::UnpairedAcquire, message);
        Some(finding.at("acquires", Site::of(acquired)).at("stores relaxed", Site::of(stored)))
    }

    fn hot_exchange(&self) -> Option<Finding> {
        let Self { exchanges, failures, .. } = *self;
        if exchanges < HOT || failures * 2 < exchanges {
            return None;
        }
        let message = format!(
            "{failures} of {exchanges} compare-exchanges of {} found another value",
            self.name
        );
        Some(self.finding(ErrorCode::HotExchange, message))
    }

    /// One variable alone is in no order with others.
    fn lone_seqcst(&self, facts: Facts) -> Option<Finding> {
        let first = self.seqcst()?;
        if facts.seqcst_variables != 1 || facts.seqcst_fences {
            return None;
        }
        let message = format!("{} is the only variable with SeqCst: nothing is ordered", self.name);
        let finding = self.finding(ErrorCode::LoneSeqCst, message);
        Some(finding.at("is SeqCst", Site::of(first)))
    }

    /// An update where a load and a store would do.
    fn single_writer(&self, facts: Facts) -> Option<Finding> {
        let updated = self.first(|kind, _| kind == Kind::Update)?;
        if !facts.wants_advice || ledger::writers(self.word).count_ones() != 1 {
            return None;
        }
        let message = format!("one thread alone writes {}", self.name);
        let finding = self.finding(ErrorCode::SingleWriter, message);
        Some(finding.at("updates", Site::of(updated)))
    }

    /// Where it was first used with `SeqCst`.
    pub(super) fn seqcst(&self) -> Option<At> {
        self.first(|_, order| order == Order::SeqCst)
    }

    /// The thread that wrote it often, if no other thread did.
    pub(super) fn hot_writer(&self) -> Option<u32> {
        let mut hot = self.writes.iter().filter(|(_, writes)| **writes >= HOT);
        hot.next().filter(|_| self.writes.len() == 1).map(|(thread, _)| *thread)
    }

    fn first(&self, is_wanted: impl Fn(Kind, Order) -> bool) -> Option<At> {
        let all = KINDS.iter().flat_map(|kind| Order::ALL.map(|order| (*kind, order)));
        let wanted = all.filter(|(kind, order)| kind.can_be(*order) && is_wanted(*kind, *order));
        wanted.filter_map(|(kind, order)| self.firsts.get(&bit(kind, order)).copied()).next()
    }

    pub(super) fn finding(&self, code: ErrorCode, message: String) -> Finding {
        Finding::new(code, &self.name, message).at("was first used", Site::of(self.at))
    }
}

/// What is known of the program beside one variable.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) acquire_fences: bool,
    pub(super) release_fences: bool,
    pub(super) seqcst_fences: bool,
    pub(super) seqcst_variables: usize,
    /// Whether advice is asked for, beside what is wrong.
    pub(super) wants_advice: bool,
}

/// Operations from which on a variable is hot.
const HOT: u64 = 1000;

const KINDS: [Kind; 3] = [Kind::Load, Kind::Store, Kind::Update];
