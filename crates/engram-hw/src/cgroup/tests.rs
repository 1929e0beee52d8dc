use std::time::Duration;

use super::*;

const MOUNTS: &str = "\
24 1 0:22 / /proc rw,nosuid shared:3 - proc proc rw
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 /docker /sys/fs/cgroup/cpu,cpuacct rw shared:1 master:2 - cgroup cgroup rw,cpu,cpuacct
33 31 0:30 / /sys/fs/cgroup/with\\040space rw - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

fn at(cgroup: &str) -> Cgroup {
    Cgroup::parse(Path::new("/r"), cgroup, MOUNTS).unwrap()
}

#[test]
fn the_way_to_a_group_starts_at_the_root_of_its_mount() {
    let lineage = at("2:cpu,cpuacct:/docker/ab/cd\n").lineage("cpu").unwrap();
    let folders = ["ab/cd", "ab", ""].map(|part| {
        let place = Path::new("/r/sys/fs/cgroup/cpu,cpuacct");
        if part.is_empty() { place.to_owned() } else { place.join(part) }
    });
    assert_eq!(lineage, Lineage { version: CgroupVersion::V1, folders: folders.to_vec() });
}

#[test]
fn places_may_have_white_space() {
    let lineage = at("3:memory:/\n").lineage("memory").unwrap();
    assert_eq!(lineage.folders, [Path::new("/r/sys/fs/cgroup/with space")]);
}

#[test]
fn a_group_outside_of_what_is_mounted_is_not_no_limit() {
    for path in ["/", "/dock", "/docker/../other"] {
        let error = at(&format!("2:cpu:{path}\n")).lineage("cpu").unwrap_err();
        assert!(matches!(error, CgroupError::NotVisible { .. }), "{path}: {error}");
        assert!(at(&format!("2:cpu:{path}\n")).limits().is_err());
    }
    let error = at("0::/../../elsewhere\n").lineage("cpu").unwrap_err();
    assert!(matches!(error, CgroupError::NotVisible { .. }), "{error}");
}

#[test]
fn a_controller_without_a_hierarchy_of_its_own_is_in_the_unified_one() {
    let cgroup = at("2:cpu:/docker\n0::/app:1\n");
    assert_eq!(cgroup.lineage("pids").unwrap().version, CgroupVersion::V2);
    assert_eq!(
        cgroup.lineage("pids").unwrap().folders[0],
        Path::new("/r/sys/fs/cgroup/unified/app:1")
    );
    assert!(cgroup.is_hybrid());
    assert_eq!(cgroup.path(), Some("/app:1"));
    assert!(matches!(at("2:cpu:/docker\n").lineage("pids"), Err(CgroupError::NoController { .. })));
}

#[test]
fn lines_that_no_kernel_writes_are_errors_that_show_them() {
    for line in ["invalid-line:", "0\\using\\colons", "x:cpu:/", "1:cpu:relative"] {
        let error = Membership::parse_all(line).unwrap_err().to_string();
        assert!(error.contains("/proc/self/cgroup"), "{error}");
    }
    for line in
        ["1 0 8:1 / / rw,noatime shared:1 - ext4 /dev/sda1", "1 0 8:1", "1 0 - cgroup cgroup rw"]
    {
        assert!(CgroupMount::parse_all(line).is_err(), "{line}");
    }
}

#[test]
fn a_quota_is_a_number_of_processors_rounded_both_ways() {
    let limit = CpuLimit::from_v2("150000 100000\n").unwrap().unwrap();
    assert_eq!((limit.cores(), limit.floor(), limit.ceil()), (1.5, 1, 2));
    let tiny = CpuLimit::from_v1("1000\n", "100000\n").unwrap().unwrap();
    assert_eq!((tiny.floor(), tiny.ceil()), (1, 1));
    assert_eq!(CpuLimit::from_v2("max 100000"), Ok(None));
    assert_eq!(CpuLimit::from_v1("-1", ""), Ok(None));
}

#[test]
fn throttling_is_nanoseconds_in_version_1_and_microseconds_in_version_2() {
    let old = "nr_periods 16\nnr_throttled 16\nthrottled_time 2520000000\n";
    let new = "usage_usec 9\nnr_periods 14\nnr_throttled 12\nthrottled_usec 600000\nnr_bursts 2\nburst_usec 20000\n";
    assert_eq!(Throttling::parse(old).unwrap().throttled_time, Duration::from_millis(2_520));
    let new = Throttling::parse(new).unwrap();
    assert_eq!((new.periods, new.throttled_periods, new.burst_periods), (14, 12, 2));
    assert_eq!(
        (new.throttled_time, new.burst_time),
        (Duration::from_millis(600), Duration::from_millis(20))
    );
    assert_eq!(Throttling::parse("usage_usec 9\n"), None);
}

#[test]
fn no_limit_of_memory_has_two_spellings() {
    assert_eq!(memory_amount("max\n"), Ok(None));
    assert_eq!(memory_amount("9223372036854771712\n"), Ok(None));
    assert_eq!(memory_amount("9223372036854710272"), Ok(None));
    assert_eq!(memory_amount("67108864\n"), Ok(Some(64 << 20)));
    assert!(
        memory_amount("").is_err() && memory_amount("+1").is_err() && memory_amount("-1").is_err()
    );
}

#[test]
fn events_that_a_kernel_does_not_count_are_0() {
    let events =
        MemoryEvents::parse("low 1\nhigh 307\nmax 3\noom 2\noom_kill 1\noom_group_kill 9\n");
    assert_eq!(events, MemoryEvents { low: 1, high: 307, max: 3, oom: 2, oom_kill: 1 });
    assert_eq!(MemoryEvents::parse("").oom_kill, 0);
}

/// A tree of groups as files, which goes when this is dropped.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("engram-hw-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(root)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const V2: &str = "30 1 0:26 / /cg rw - cgroup2 cgroup2 rw\n";

#[test]
fn a_group_is_held_by_the_tightest_of_its_ancestors() {
    let tree = Tree::new(
        "ancestors",
        &[
            ("proc/self/cgroup", "0::/pod/app\n"),
            ("proc/self/mountinfo", V2),
            ("cg/pod/cpu.max", "50000 100000\n"),
            ("cg/pod/cpu.max.burst", "20000\n"),
            ("cg/pod/app/cpu.max", "200000 100000\n"),
            ("cg/pod/app/cpu.weight", "30\n"),
            ("cg/pod/app/cpuset.cpus.effective", "\n"),
            ("cg/pod/cpuset.cpus.effective", "0-3\n"),
            ("cg/pod/memory.max", "max\n"),
            ("cg/pod/app/memory.max", "1073741824\n"),
            ("cg/pod/memory.high", "4096\n"),
            ("cg/pod/app/memory.events", "high 3\noom_kill 1\n"),
            ("cg/pod/app/memory.current", "8192\n"),
            ("cg/pod/app/cpu.stat", "nr_periods 4\nnr_throttled 3\nthrottled_usec 7\n"),
            ("cg/pod/app/cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=9\n"),
        ],
    );
    let cgroup = Cgroup::of_process(&tree.0).unwrap();
    let limits = cgroup.limits().unwrap();
    let cpu = limits.cpu.unwrap();
    assert_eq!((cpu.cores(), cpu.burst), (0.5, Duration::from_millis(20)));
    assert_eq!((limits.cpu_weight, limits.cpus.unwrap().len()), (Some(30), 4));
    assert_eq!((limits.memory_max, limits.memory_high), (Some(1 << 30), Some(4_096)));
    let usage = cgroup.usage().unwrap();
    assert_eq!(usage.throttling.unwrap().throttled_time, Duration::from_micros(7));
    assert_eq!((usage.memory_current, usage.memory_events.unwrap().oom_kill), (Some(8_192), 1));
    assert_eq!(usage.cpu_pressure.unwrap().some.unwrap().share_10s, 0.01);
    assert_eq!(usage.memory_pressure, None);
}

#[test]
fn version_1_has_the_same_limits_under_other_names() {
    let mounts = "32 1 0:29 / /cpu rw - cgroup cgroup rw,cpu\n33 1 0:30 / /memory rw - cgroup cgroup rw,memory\n";
    let tree = Tree::new(
        "v1",
        &[
            ("proc/self/cgroup", "2:memory:/a\n1:cpu:/a\n"),
            ("proc/self/mountinfo", mounts),
            ("cpu/a/cpu.cfs_quota_us", "-1\n"),
            ("cpu/cpu.cfs_quota_us", "150000\n"),
            ("cpu/cpu.cfs_period_us", "100000\n"),
            ("cpu/a/cpu.shares", "1024\n"),
            ("memory/a/memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory/memory.limit_in_bytes", "65536\n"),
            ("memory/a/memory.failcnt", "5\n"),
            ("memory/a/memory.oom_control", "oom_kill_disable 0\noom_kill 2\n"),
        ],
    );
    let cgroup = Cgroup::of_process(&tree.0).unwrap();
    let limits = cgroup.limits().unwrap();
    assert_eq!((limits.cpu.unwrap().cores(), limits.memory_max), (1.5, Some(65_536)));
    assert_eq!(limits.cpu_weight, Some(39));
    let events = cgroup.usage().unwrap().memory_events.unwrap();
    assert_eq!((events.max, events.oom_kill), (5, 2));
}

#[test]
fn a_file_that_holds_something_else_is_an_error_that_shows_it() {
    for (file, text) in
        [("cpu.max", "asdf 100000"), ("memory.max", "1G"), ("cpuset.cpus.effective", "0-")]
    {
        let tree = Tree::new(
            &format!("malformed-{file}"),
            &[
                ("proc/self/cgroup", "0::/\n"),
                ("proc/self/mountinfo", V2),
                (&format!("cg/{file}"), text),
            ],
        );
        let error = Cgroup::of_process(&tree.0).unwrap().limits().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}
