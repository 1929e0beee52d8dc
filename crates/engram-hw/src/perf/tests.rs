use super::*;
use crate::Reason;
use crate::sys::Mapping;

const ALL: usize = Event::USUAL.len() + Event::OF_KERNEL.len();

#[test]
fn each_event_is_open_or_unavailable_with_a_reason() {
    let events: Vec<Event> = Event::USUAL.into_iter().chain(Event::OF_KERNEL).collect();
    let group = Group::open(&events);
    let open = group.read().unwrap().samples().count();
    assert!(open + group.unavailable().len() <= ALL);
    for (event, unavailable) in group.unavailable() {
        assert!(unavailable.to_string().contains(unavailable.reason.advice()), "{event:?}");
    }
}

/// Whether the kernel names no driver for counters of the processor, or none of them opens.
pub(crate) fn has_no_counters() -> bool {
    let drivers = std::fs::read_dir("/sys/bus/event_source/devices");
    let names: Vec<_> =
        drivers.into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    let of_kernel = ["breakpoint", "kprobe", "msr", "software", "tracepoint", "uprobe"];
    let is_of_kernel = |name: &std::ffi::OsString| of_kernel.iter().any(|it| name == *it);
    let is_without = !names.is_empty() && names.iter().all(is_of_kernel);
    if is_without || Group::open(&Event::USUAL).is_empty() {
        return true;
    }
    eprintln!("not run: this machine has counters");
    false
}

#[test]
fn without_counters_of_the_processor_nothing_is_made_of_them() {
    if !has_no_counters() {
        return;
    }
    let group = Group::open(&Event::USUAL);
    assert!(group.is_empty());
    assert_eq!(group.unavailable().len(), Event::USUAL.len());
    let samples: Vec<_> = group.read().unwrap().samples().collect();
    assert_eq!((samples.len(), ratios(&samples)), (0, vec![]));
    let mut reasons: Vec<_> = group.unavailable().iter().map(|(_, it)| it.reason).collect();
    reasons.dedup();
    assert_eq!(reasons.len(), 1, "one clear reason: {reasons:?}");
    assert_eq!(self_test().unwrap_err().reason, reasons[0]);
    let region = Region::new("nothing");
    drop(region.enter());
    assert_eq!(region.counts().samples().count(), 0);
}

#[test]
fn the_kernel_counts_page_faults_of_the_thread() {
    let group = Group::open(&Event::OF_KERNEL);
    if !group.unavailable().is_empty() {
        eprintln!("not run: {:?}", group.unavailable());
        return;
    }
    let before = group.read().unwrap();
    // Of the kernel: what an allocator hands out may have been used before.
    let mut pages = Mapping::new(256 * 4_096).unwrap();
    pages.bytes_mut().fill(1);
    let counted = group.read().unwrap().since(&before);
    let faults = counted.samples().find(|sample| sample.event == Event::PageFaults).unwrap();
    assert!(faults.count > 0 && faults.running == 1.0, "{faults:?}");
    group.stop().unwrap();
    group.reset().unwrap();
    let faults = group.read().unwrap().samples().find(|it| it.event == Event::PageFaults).unwrap();
    assert_eq!(faults.count, 0);
}

#[test]
fn counters_of_a_process_say_what_they_counted() {
    let counters = Counters::open(&Event::OF_KERNEL, Scope::Process(std::process::id()));
    if !counters.unavailable().is_empty() {
        eprintln!("not run: {:?}", counters.unavailable());
        return;
    }
    counters.enable().unwrap();
    self_test::spin(1_000_000);
    // Of this process means of its first thread and what that starts: it sleeps while a test runs.
    assert!(counters.read().unwrap().len() <= Event::OF_KERNEL.len());
}

#[test]
fn a_count_is_scaled_by_the_time_that_it_ran() {
    let scaled = |count, times| Sample::scaled(Event::Cycles, count, times);
    assert_eq!(scaled(100, [1_000, 250]).map(|it| (it.count, it.running)), Some((400, 0.25)));
    assert_eq!(scaled(100, [1_000, 1_000]).map(|it| (it.count, it.running)), Some((100, 1.0)));
    assert_eq!(scaled(0, [1_000, 0]), None, "never ran: unknown, not 0");
    assert_eq!(scaled(100, [999, 1_000]).map(|it| it.count), Some(100), "clocks that disagree");
    assert_eq!(scaled(u64::MAX, [u64::MAX, 1]).map(|it| it.count), Some(u64::MAX));
}

#[test]
fn a_ratio_needs_both_of_its_counts() {
    let sample = |event, count| Sample { event, count, running: 1.0 };
    let both = [sample(Event::Cycles, 100), sample(Event::Instructions, 250)];
    let ipc = ratios(&both);
    assert_eq!((ipc.len(), ipc[0].value, ipc[0].denominator), (1, 2.5, 100));
    assert_eq!(ratios(&both[..1]), []);
    assert_eq!(ratios(&[sample(Event::Cycles, 0), sample(Event::Instructions, 1)]), []);
    let missed = [sample(Event::Branches, 100), sample(Event::BranchMisses, 2)];
    assert_eq!(ratios(&missed)[0].value, 0.98);
    let nonsense = [sample(Event::LlcLoads, 10), sample(Event::LlcLoadMisses, 20)];
    assert_eq!(ratios(&nonsense), []);
}

#[test]
fn the_share_of_vectors_is_of_all_that_has_a_point() {
    let of = |packed, scalar| {
        let sample = |name, count| Sample { event: Event::Named(name, 1), count, running: 1.0 };
        ratios(&[sample("fp_packed", packed), sample("fp_scalar", scalar)])
    };
    let share = of(30, 10);
    assert_eq!((share.len(), share[0].name, share[0].value), (1, "simd_share", 0.75));
    assert_eq!(share[0].denominator, 40);
    assert_eq!(of(0, 0), []);
}

#[test]
fn every_event_has_a_number_of_its_own() {
    let mut codes: Vec<_> =
        Event::USUAL.into_iter().chain(Event::OF_KERNEL).map(Event::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), ALL);
    assert_eq!(Event::L1dLoadMisses.code(), (3, 0x1_0000));
    assert!(Event::Raw(1).is_hardware() && !Event::TaskClock.is_hardware());
}

#[test]
fn processors_are_known_by_vendor_and_family() {
    let of = Vendor::of_cpuinfo;
    assert_eq!(of("vendor_id\t: AuthenticAMD\ncpu family\t: 25\n"), Some(Vendor::Amd));
    assert_eq!(of("vendor_id\t: AuthenticAMD\ncpu family\t: 23\n"), None);
    assert_eq!(of("vendor_id\t: GenuineIntel\ncpu family\t: 6\n"), Some(Vendor::Intel));
    assert_eq!(of("CPU implementer : 0x41\nCPU architecture: 8\n"), Some(Vendor::Arm));
    assert_eq!(of(""), None);
    assert_eq!(remote_memory_event(Vendor::Amd), Event::Named("remote_memory_loads", 0x4044));
    for vendor in [Vendor::Intel, Vendor::Amd, Vendor::Arm] {
        let mut names: Vec<_> = vendor.events().iter().map(|event| event.name()).collect();
        assert_eq!(names[0], "remote_memory_loads");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), vendor.events().len(), "a series for each of them");
    }
    let _ = Reason::NoPmu;
}
