//! The processor's counters of what is profiled.

use std::collections::BTreeMap;
use std::fs;

use engram_hw::{Counters, Event, Ratio, Reason, Sample, Scope, ratios};

/// Counters, one set for each thread.
pub(super) struct Counted(Vec<Counters>);

/// What they counted, and what there was none of.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) samples: Vec<Sample>,
    pub(super) ratios: Vec<Ratio>,
    /// Events by the reason why there is no count of them.
    pub(super) unavailable: BTreeMap<&'static str, (Vec<&'static str>, &'static str)>,
}

impl Counted {
    /// Of whatever this thread starts next.
    pub(super) fn of_next_program() -> Self {
        Self(vec![Counters::open(&Event::USUAL, Scope::Program(0))])
    }

    /// Of all threads that a process has now, and of what they start.
    pub(super) fn of_process(pid: u32) -> Self {
        let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        let threads = threads.filter_map(|it| it.file_name().to_str()?.parse().ok());
        let open = |thread| {
            let counters = Counters::open(&Event::USUAL, Scope::Process(thread));
            // One that does not start counts nothing, and what never ran is left out.
            let _ = counters.enable();
            counters
        };
        Self(threads.map(open).collect())
    }

    pub(super) fn read(&self) -> Counts {
        let mut counts = Counts::default();
        for counters in &self.0 {
            for sample in counters.read().unwrap_or_default() {
                match counts.samples.iter_mut().find(|it| it.event == sample.event) {
                    Some(sum) => {
                        sum.count += sample.count;
                        sum.running = sum.running.min(sample.running);
                    }
                    None => counts.samples.push(sample),
                }
            }
        }
        for (event, unavailable) in self.0.first().map_or(&[][..], Counters::unavailable) {
            let reason: Reason = unavailable.reason;
            let row = counts.unavailable.entry(reason.name());
            row.or_insert((Vec::new(), reason.advice())).0.push(event.name());
        }
        counts.ratios = ratios(&counts.samples);
        counts
    }
}
