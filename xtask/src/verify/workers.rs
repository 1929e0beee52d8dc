//! Several jobs at a time, for the steps that wait for programs.

use std::sync::Mutex;
use std::thread;

use anyhow::{Result, anyhow};

/// The machines that this is made for have two cores.
const WORKERS: usize = 2;

/// Does all jobs, as many at a time as there are workers; the results are in the order of the jobs.
///
/// # Errors
/// That of a job that failed; those that were not begun then are left out.
pub(super) fn side_by_side<J: Send, R: Send>(
    jobs: Vec<J>,
    work: impl Fn(J) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let queue = Mutex::new(jobs.into_iter().enumerate());
    let worker = || -> Result<Vec<(usize, R)>> {
        let mut done = Vec::new();
        loop {
            let next = queue.lock().map_err(|_| anyhow!("another worker panicked"))?.next();
            let Some((place, job)) = next else { return Ok(done) };
            match work(job) {
                Ok(result) => done.push((place, result)),
                Err(error) => {
                    queue
                        .lock()
                        .map_err(|_| anyhow!("another worker panicked"))?
                        .by_ref()
                        .for_each(drop);
                    return Err(error);
                }
            }
        }
    };
    let done = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(worker)).collect();
        let ended = workers.into_iter().map(|it| it.join().expect("workers do not panic"));
        ended.collect::<Result<Vec<_>>>()
    })?;
    let mut done: Vec<_> = done.into_iter().flatten().collect();
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests;
