//! The door in models: loom's atomics, which remember what each thread may see.

pub(crate) use loom::cell::UnsafeCell;
pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

/// The ordering of a site: as written, or weaker when this run asks for it with
/// `ENGRAM_WEAKEN=SITE=ORDERING`. With `ENGRAM_SITES=1` each site says that it was reached.
pub(crate) fn ordering_at(site: &'static str, order: Ordering) -> Ordering {
    static WEAKENED: LazyLock<Option<(String, Ordering)>> = LazyLock::new(weakened);
    static LISTS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("ENGRAM_SITES").is_some());
    if *LISTS {
        say_once(site);
    }
    match &*WEAKENED {
        Some((weakened, weaker)) if weakened == site => *weaker,
        _ => order,
    }
}

fn weakened() -> Option<(String, Ordering)> {
    let asked = std::env::var("ENGRAM_WEAKEN").ok()?;
    let (site, order) = asked.split_once('=').expect("ENGRAM_WEAKEN is SITE=ORDERING");
    // Relaxed, Acquire, Release: what may be asked for by name.
    let weaker = [Ordering::Relaxed, Ordering::Acquire, Ordering::Release];
    let order = weaker.into_iter().find(|weaker| format!("{weaker:?}") == order);
    let order = order.expect("ENGRAM_WEAKEN names an ordering that may be weaker");
    Some((site.to_owned(), order))
}

fn say_once(site: &'static str) {
    static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    if SAID.lock().is_ok_and(|mut said| said.insert(site)) {
        eprintln!("reached {site}");
    }
}
