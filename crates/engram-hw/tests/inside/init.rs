//! The first process: mounts what the kernel tells about itself, runs the checks, and switches the machine off.

use std::fs;
use std::fs::OpenOptions;
use std::io::Write as _;

use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, reboot};

use crate::{Checked, cells, counters, groups, places};

/// What is mounted, and where.
const MOUNTS: [(&str, &str); 4] =
    [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev"), ("cgroup2", "/sys/fs/cgroup")];

/// A name and what it checks.
type Check = (&'static str, fn(&Machine) -> Checked);

const CHECKS: [Check; 8] = [
    ("topology", places::topology),
    ("pins", places::pins),
    ("memory", places::memory),
    ("cells", cells::cells),
    ("counters", counters::counters),
    ("limits", groups::limits),
    ("counts", groups::counts),
    ("triggers", groups::triggers),
];

/// What the machine was told to be, on the command line of its kernel.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Where to write what came out.
    said: String,
    /// Names of the checks that are wanted.
    checks: Vec<String>,
    /// CPUs and whether there is memory, node by node.
    pub(crate) nodes: Vec<(u32, bool)>,
    /// Rows of distances.
    pub(crate) distances: Vec<Vec<u32>>,
    /// CPUs that are switched off first.
    pub(crate) offline: Vec<u32>,
}

/// Never returns to who started the machine: it is off then.
pub(crate) fn run() {
    for (kind, place) in MOUNTS {
        let _ = fs::create_dir_all(place);
        if let Err(error) = mount(kind, place, kind, MountFlags::empty(), None) {
            eprintln!("cannot mount {place}: {error}");
        }
    }
    let line = fs::read_to_string("/proc/cmdline").unwrap_or_default();
    let machine = Machine::parse(&line);
    for cpu in &machine.offline {
        let _ = fs::write(format!("/sys/devices/system/cpu/cpu{cpu}/online"), "0");
    }
    let mut out =
        OpenOptions::new().write(true).open(&machine.said).expect("the machine has a second port");
    for (name, check) in
        CHECKS.iter().filter(|(name, _)| machine.checks.iter().any(|it| it == name))
    {
        let said = match check(&machine) {
            Ok(figure) => format!("passed {name}: {figure}"),
            Err(fault) => format!("failed {name}: {fault}"),
        };
        let _ = writeln!(out, "{said}");
    }
    let _ = writeln!(out, "done");
    let _ = out.flush();
    rustix::fs::sync();
    let _ = reboot(RebootCommand::PowerOff);
}

impl Machine {
    /// `engram.said=/dev/hvc0 engram.checks=pins engram.nodes=2:1,2:1 engram.distances=10,20;20,10 engram.offline=1`.
    fn parse(line: &str) -> Self {
        let value = |name: &str| {
            line.split_whitespace().find_map(|it| it.strip_prefix(name)).unwrap_or_default()
        };
        let numbers =
            |text: &str| text.split(',').filter_map(|it| it.parse().ok()).collect::<Vec<u32>>();
        let node = |text: &str| {
            let (cpus, memory) = text.split_once(':')?;
            Some((cpus.parse().ok()?, memory != "0"))
        };
        Self {
            said: value("engram.said=").to_owned(),
            checks: value("engram.checks=").split(',').map(str::to_owned).collect(),
            nodes: value("engram.nodes=").split(',').filter_map(node).collect(),
            distances: value("engram.distances=").split(';').map(numbers).collect(),
            offline: numbers(value("engram.offline=")),
        }
    }
}
