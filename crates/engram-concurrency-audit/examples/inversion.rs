//! Two locks in both orders, which has not deadlocked yet; see docs/guide/auditing.md.

use engram_concurrency_audit::{AUDITOR, Mutex, Policy, spawn};

static ACCOUNTS: Mutex<u64> = Mutex::new(0);
static JOURNAL: Mutex<Vec<u64>> = Mutex::new(Vec::new());

fn deposit(amount: u64) {
    let mut accounts = ACCOUNTS.lock();
    *accounts += amount;
    JOURNAL.lock().push(amount);
}

fn replay() {
    let journal = JOURNAL.lock();
    *ACCOUNTS.lock() = journal.iter().sum();
}

fn main() {
    AUDITOR.set_policy(Policy::testing());
    let works: [fn(); 2] = [|| deposit(5), replay];
    for work in works {
        drop(spawn(work).join());
    }
}
