//! What stands out, with the evidence for it.

use engram_hw::Ratio;

use super::report::Report;

/// Something that kept the program from being faster.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// What.
    pub(super) title: &'static str,
    /// The numbers that say so.
    pub(super) evidence: String,
    /// What to try.
    pub(super) advice: &'static str,
}

/// Seconds of a run from which a rate can be told.
const SHORTEST: f64 = 0.1;

/// All that stands out. A number that is missing is evidence of nothing, and so is the rate of a run of milliseconds.
pub(super) fn findings(report: &Report) -> Vec<Finding> {
    if report.seconds() < SHORTEST {
        return Vec::new();
    }
    let rules = [
        throttled,
        waits_for_processors,
        waits_for_memory,
        reads_pages,
        in_kernel,
        faults,
        switched,
        idle,
    ];
    let counted = report.counted.ratios.iter().filter_map(of_ratio);
    rules.into_iter().filter_map(|rule| rule(report)).chain(counted).collect()
}

fn throttled(report: &Report) -> Option<Finding> {
    let it = report.surroundings.throttling.filter(|it| it.throttled_periods > 0)?;
    Some(Finding {
        title: "held back by the quota of its control group",
        evidence: format!(
            "{} of {} periods throttled, {:.2} s waited",
            it.throttled_periods,
            it.periods,
            it.throttled_time.as_secs_f64()
        ),
        advice: "raise the CPU limit, allow a burst, or run fewer threads than the quota has processors",
    })
}

fn waits_for_processors(report: &Report) -> Option<Finding> {
    let share = report.share(0).filter(|share| *share > 0.2)?;
    Some(Finding {
        title: "tasks waited for a processor",
        evidence: format!("{:.0} % of the time some task of the machine did", share * 100.0),
        advice: "run fewer threads, or fewer programs besides",
    })
}

fn waits_for_memory(report: &Report) -> Option<Finding> {
    let share = report.share(1).filter(|share| *share > 0.05)?;
    Some(Finding {
        title: "tasks waited for memory",
        evidence: format!("{:.0} % of the time some task of the machine did", share * 100.0),
        advice: "use less memory, or raise its limit",
    })
}

fn reads_pages(report: &Report) -> Option<Finding> {
    let rate = report.used.major_faults as f64 / report.seconds();
    (rate > 50.0).then(|| Finding {
        title: "pages were read from disk",
        evidence: format!("{} major faults, {rate:.0} each second", report.used.major_faults),
        advice: "read files ahead, or keep them in memory",
    })
}

fn in_kernel(report: &Report) -> Option<Finding> {
    let system = report.used.system_time.as_secs_f64();
    let all = system + report.used.user_time.as_secs_f64();
    (all > 0.1 && system > 0.4 * all).then(|| Finding {
        title: "much time in the kernel",
        evidence: format!("{system:.2} s of {all:.2} s on processors"),
        advice: "look for small reads and writes, new memory and threads that wake each other",
    })
}

fn faults(report: &Report) -> Option<Finding> {
    let rate = report.used.minor_faults as f64 / report.seconds();
    (rate > 50_000.0).then(|| Finding {
        title: "memory was given back and asked for again",
        evidence: format!("{} minor faults, {rate:.0} each second", report.used.minor_faults),
        advice: "reuse buffers, or use an allocator that keeps pages",
    })
}

fn switched(report: &Report) -> Option<Finding> {
    let rate = report.used.involuntary_switches as f64 / report.seconds();
    (rate > 500.0).then(|| Finding {
        title: "threads were taken off processors",
        evidence: format!("{} times, {rate:.0} each second", report.used.involuntary_switches),
        advice: "run as many threads as there are processors",
    })
}

/// Not of a program that may have been ready all the time, and had no processor.
fn idle(report: &Report) -> Option<Finding> {
    let busy = report.busy();
    let had_to_wait = waits_for_processors(report).is_some();
    (report.seconds() > 0.2 && busy < 0.2 && !had_to_wait).then(|| Finding {
        title: "the program mostly waited",
        evidence: format!("{busy:.2} processors busy over {:.2} s", report.seconds()),
        advice: "look at what it waits for: disks, the network, locks, other programs",
    })
}

/// Of the processor's counters, with the divisor: a ratio of few events says little.
fn of_ratio(ratio: &Ratio) -> Option<Finding> {
    let (limit, is_below, title, advice) = match ratio.name {
        "instructions_per_cycle" => {
            (0.7, true, "few instructions in each cycle", "look for loads that miss caches")
        }
        "cache_hit" => {
            (0.7, true, "caches miss", "make the data that is used together smaller, or closer")
        }
        "branch_accuracy" => (
            0.95,
            true,
            "branches are mispredicted",
            "sort the data, or compute instead of branching",
        ),
        "dtlb_hit" => (0.98, true, "addresses are looked up", "use huge pages"),
        "backend_stalled" => {
            (0.5, false, "cycles wait for data", "prefetch, or use data in the order it lies")
        }
        _ => return None,
    };
    let stands_out = ratio.denominator > 1_000_000 && (ratio.value < limit) == is_below;
    stands_out.then(|| Finding {
        title,
        evidence: format!("{} {:.2} over {} events", ratio.name, ratio.value, ratio.denominator),
        advice,
    })
}

#[cfg(test)]
mod tests;
