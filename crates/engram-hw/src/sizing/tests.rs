use super::*;
use crate::{CpuLimit, IdSet, Stall};

fn of_quota(text: &str) -> Limits {
    Limits { cpu: CpuLimit::from_v2(text).unwrap(), ..Limits::default() }
}

#[test]
fn a_pool_has_no_thread_that_would_be_throttled_and_at_least_one() {
    for (quota, cpus, workers) in [
        ("max 100000", 16, 16),
        ("250000 100000", 16, 2),
        ("50000 100000", 16, 1),
        ("800000 100000", 4, 4),
        ("max 100000", 0, 1),
    ] {
        assert_eq!(worker_pool(&of_quota(quota), cpus), workers, "{quota} of {cpus}");
    }
    let cpus = Some(IdSet::from_list("0-2").unwrap());
    assert_eq!(worker_pool(&Limits { cpus, ..Limits::default() }, 16), 3);
}

#[test]
fn the_tightest_of_what_limits_memory_is_aimed_at_less_what_stays_free() {
    let limits = |max, high| Limits { memory_max: max, memory_high: high, ..Limits::default() };
    let target = |max, high, machine| memory_target(&limits(max, high), machine, 0.1);
    assert_eq!(target(Some(1_000), None, Some(10_000)), Some(900));
    assert_eq!(target(Some(1_000), Some(500), Some(10_000)), Some(450));
    assert_eq!(target(Some(u64::MAX), None, Some(10_000)), Some(9_000));
    assert_eq!(target(None, None, None), None);
    assert_eq!(target(None, None, Some(0)), None, "nobody has said how much there is");
    assert_eq!(memory_target(&limits(Some(1_000), None), None, 7.0), Some(0));
}

#[test]
fn pressure_rises_from_some_who_wait_to_all() {
    let stall = |share| Some(Stall { share_10s: share, ..Stall::default() });
    let level = |some, full| PressureLevel::of(&Pressure { some: stall(some), full: stall(full) });
    assert_eq!(level(0.04, 0.0), PressureLevel::None);
    assert_eq!(level(0.05, 0.0), PressureLevel::Some);
    assert_eq!(level(0.25, 0.0), PressureLevel::High);
    assert_eq!(level(0.1, 0.05), PressureLevel::High);
    assert_eq!(level(0.3, 0.25), PressureLevel::Critical);
    assert!(PressureLevel::Some < PressureLevel::Critical);
    assert_eq!(PressureLevel::of(&Pressure::default()), PressureLevel::None);
}

#[test]
fn a_profile_says_what_limits_and_how_large_to_be() {
    let free = ContainerProfile::of(&Limits::default(), None, 8, Some(1_000));
    assert_eq!((free.is_limited, free.workers, free.memory_target_bytes), (false, 8, Some(900)));
    let limits = Limits { memory_max: Some(500), ..of_quota("150000 100000") };
    let held = ContainerProfile::of(&limits, Some(QosClass::Burstable), 8, Some(1_000));
    assert_eq!((held.is_limited, held.workers, held.cpu_quota), (true, 1, Some(1.5)));
    assert_eq!((held.memory_target_bytes, held.qos), (Some(450), Some(QosClass::Burstable)));
}
