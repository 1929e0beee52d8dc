use anyhow::bail;

use super::*;

#[test]
fn what_a_program_does_besides_is_not_the_operations() {
    assert_eq!(slope(|times| Ok(8_000_000 + 7 * times)).expect("counted"), 7.0);
}

#[test]
fn a_count_that_fails_is_no_slope() {
    assert!(slope(|times| if times == FEW { Ok(1) } else { bail!("no valgrind") }).is_err());
    assert!(slope(|times| if times == MANY { Ok(1) } else { bail!("no valgrind") }).is_err());
}

#[test]
fn threads_that_only_watch_are_left_out() {
    let worker = "fn=(3) engram_workload::workers::run\n16 12\n\ntotals: 1200\n";
    assert_eq!(of_thread(worker), Some(1_200));
    assert_eq!(of_thread(&worker.replace("engram_workload", "engram_audit")), None);
    assert_eq!(of_thread("fn=(3) engram_workload::workers::run\n"), None);
}
