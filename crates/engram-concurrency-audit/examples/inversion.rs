//! Two locks in both orders, which has not deadlocked yet; see docs/guide/auditing.md.

use engram_concurrency_audit::{AUDITOR, Mutex, Policy, save_report, spawn};

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

fn main() -> std::io::Result<()> {
    AUDITOR.set_policy(Policy::testing());
    let works: [fn(); 2] = [|| deposit(5), replay];
    for work in works {
        drop(spawn(work).join());
    }
    match std::env::args_os().nth(1) {
        Some(path) => save_report(path.as_ref()),
        None => Ok(()),
    }
}
