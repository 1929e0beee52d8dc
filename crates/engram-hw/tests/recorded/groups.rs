//! Control groups as three other libraries recorded them for their own tests.

use std::fs;
use std::path::Path;

use engram_hw::{Cgroup, CgroupMount, CgroupVersion, CpuLimit, Membership, Pressure};

use crate::data;

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn quotas_of_version_2_are_those_that_were_set_and_nonsense_is_refused() {
    let Some(folder) = data::folder("cgroup/automaxprocs/internal/cgroups/testdata/cgroups/v2")
    else {
        return;
    };
    let parse = |name: &str| CpuLimit::from_v2(&read(folder.join(name)));
    let cores = |name| parse(name).unwrap().map(|limit| limit.cores());
    assert_eq!([cores("set"), cores("only-max"), cores("unset")], [Some(2.5), Some(5.0), None]);
    for name in [
        "empty",
        "invalid-max",
        "invalid-period",
        "too-few-fields",
        "too-many-fields",
        "zero-period",
    ] {
        assert!(parse(name).is_err(), "{name}");
    }
    let Some(folder) = data::folder("cgroup/num_cpus/fixtures/cgroups2/cgroups") else { return };
    let parse = |name: &str| CpuLimit::from_v2(&read(folder.join(name).join("cpu.max")));
    let good = parse("good").unwrap().unwrap();
    let ceil = parse("ceil").unwrap().unwrap();
    assert_eq!((good.cores(), ceil.floor(), ceil.ceil()), (6.0, 1, 2));
    assert!(parse("zero-period").is_err());
}

#[test]
fn quotas_of_version_1_are_those_that_were_set_and_nonsense_is_refused() {
    let folders =
        ["automaxprocs/internal/cgroups/testdata/cgroups", "num_cpus/fixtures/cgroups/cgroups"];
    let Some(all) = data::folder("cgroup") else { return };
    let [first, second] = folders.map(|folder| all.join(folder));
    let parse = |folder: &Path, name: &str| {
        let text = |file| fs::read_to_string(folder.join(name).join(file)).unwrap_or_default();
        CpuLimit::from_v1(&text("cpu.cfs_quota_us"), &text("cpu.cfs_period_us"))
    };
    assert_eq!(parse(&first, "cpu").unwrap().unwrap().cores(), 6.0);
    assert_eq!(parse(&first, "undefined"), Ok(None));
    for name in ["empty", "invalid", "undefined-period", "zero-period"] {
        assert!(parse(&first, name).is_err(), "{name}");
    }
    assert_eq!(parse(&second, "good").unwrap().unwrap().cores(), 6.0);
    assert_eq!(parse(&second, "ceil").unwrap().unwrap().ceil(), 2);
    assert!(parse(&second, "zero-period").is_err());
}

#[test]
fn groups_are_found_through_the_roots_of_their_mounts() {
    let Some(folder) = data::folder("cgroup/automaxprocs/internal/cgroups/testdata/proc") else {
        return;
    };
    let text = |name: &str| read(folder.join(name));
    let of = |cgroup: &str, mounts: &str| {
        Cgroup::parse(Path::new("/"), &text(cgroup), &text(mounts)).unwrap()
    };
    let cgroup = of("cgroups/cgroup", "cgroups/mountinfo");
    let own = |controller| cgroup.lineage(controller).unwrap().folders.into_iter().next().unwrap();
    assert_eq!(own("cpu"), Path::new("/sys/fs/cgroup/cpu,cpuacct"));
    assert_eq!(own("cpuset"), Path::new("/sys/fs/cgroup/cpuset"));
    assert_eq!(own("memory"), Path::new("/sys/fs/cgroup/memory/large"));
    let hidden = of("untranslatable/cgroup", "untranslatable/mountinfo");
    assert_eq!(hidden.lineage("cpu").unwrap().folders.len(), 2);
    assert!(hidden.lineage("cpuacct").unwrap_err().to_string().contains("/docker"));
    assert!(Membership::parse_all(&text("invalid-cgroup/cgroup")).is_err());
    assert!(CgroupMount::parse_all(&text("invalid-mountinfo/mountinfo")).is_err());
}

#[test]
fn the_unified_hierarchy_is_number_0_and_of_the_type_cgroup2() {
    let Some(folder) = data::folder("cgroup/automaxprocs/internal/cgroups/testdata/proc/v2") else {
        return;
    };
    let text = |name: &str| read(folder.join(name));
    let of =
        |cgroup: &str, mounts: &str| Cgroup::parse(Path::new("/"), &text(cgroup), &text(mounts));
    for (mounts, place) in
        [("mountinfo-v1-v2", "/sys/fs/cgroup/unified"), ("mountinfo-v2", "/sys/fs/cgroup")]
    {
        let lineage = of("cgroup-subdir", mounts).unwrap().lineage("cpu").unwrap();
        assert_eq!(lineage.version, CgroupVersion::V2);
        assert_eq!(lineage.folders, [Path::new(place).join("Example"), place.into()]);
        assert_eq!(
            of("cgroup-root", mounts).unwrap().lineage("cpu").unwrap().folders,
            [Path::new(place)]
        );
    }
    assert!(
        of("cgroup-root", "mountinfo").unwrap().lineage("cpu").is_err(),
        "no cgroup2 is mounted"
    );
    assert!(of("cgroup-no-match", "mountinfo-v2").unwrap().lineage("cpu").is_err());
    assert!(of("cgroup-invalid", "mountinfo-v2").is_err());
}

#[test]
fn mounts_have_any_number_of_optional_fields() {
    let Some(folder) = data::folder("cgroup/num_cpus/fixtures") else { return };
    let cgroup = read(folder.join("cgroups/proc/cgroups/cgroup"));
    for name in ["mountinfo", "mountinfo_multi_opt", "mountinfo_zero_opt"] {
        let mounts = read(folder.join("cgroups/proc/cgroups").join(name));
        let lineage =
            Cgroup::parse(Path::new("/"), &cgroup, &mounts).unwrap().lineage("cpu").unwrap();
        assert_eq!(lineage.folders, [Path::new("/sys/fs/cgroup/cpu,cpuacct")], "{name}");
    }
    // Written by hand: a kernel gives the unified hierarchy the number 0, and no other one is without a name.
    for name in ["cgroup", "cgroup_multi"] {
        let cgroup = read(folder.join("cgroups2/proc/cgroups").join(name));
        let mounts = read(folder.join("cgroups2/proc/cgroups/mountinfo"));
        assert!(
            Cgroup::parse(Path::new("/"), &cgroup, &mounts).unwrap().lineage("cpu").is_err(),
            "{name}"
        );
    }
}

#[test]
fn pressure_is_what_was_recorded() {
    let Some(folder) = data::folder("cgroup/node_exporter/collector/fixtures/proc/pressure") else {
        return;
    };
    let read = |name: &str| Pressure::parse(&read(folder.join(name))).unwrap();
    let total = |stall: Option<engram_hw::Stall>| stall.map(|it| it.total.as_micros());
    let figures =
        ["cpu", "io", "memory", "irq"].map(|it| (total(read(it).some), total(read(it).full)));
    let expected = [
        (Some(14_036_781), Some(0)),
        (Some(159_886_802), Some(159_229_614)),
        (Some(0), Some(0)),
        (None, Some(8_494)),
    ];
    assert_eq!(figures, expected);
    let share = read("io").some.unwrap().share_60s;
    assert!((share - 0.0034).abs() < 1e-12, "{share}");
}
