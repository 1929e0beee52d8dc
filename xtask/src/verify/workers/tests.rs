use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::bail;

use super::*;

#[test]
fn results_are_in_the_order_of_the_jobs() {
    let jobs: Vec<u32> = (0..100).collect();
    let squares = side_by_side(jobs.clone(), |it| Ok(it * it)).expect("nothing fails");
    assert_eq!(squares, jobs.iter().map(|it| it * it).collect::<Vec<_>>());
}

#[test]
fn two_jobs_are_done_at_the_same_time() {
    let meeting = Barrier::new(WORKERS);
    let done = side_by_side(vec![(); WORKERS], |()| Ok(_ = meeting.wait()));
    assert_eq!(done.expect("both arrive").len(), WORKERS);
}

#[test]
fn a_job_that_fails_is_told_of_and_few_others_are_begun() {
    let begun = AtomicUsize::new(0);
    let result = side_by_side((0..1_000).collect(), |_: u32| -> Result<()> {
        begun.fetch_add(1, Ordering::Relaxed);
        bail!("no")
    });
    assert_eq!(result.expect_err("all fail").to_string(), "no");
    assert!(begun.into_inner() <= WORKERS, "each worker begins one at most");
}
