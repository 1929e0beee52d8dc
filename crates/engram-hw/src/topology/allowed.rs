//! Where this process may run and have memory.
//!
//! A kernel says so, after cpusets and affinity: to who asks, and in `/proc/self/status`, among fifty other things. A
//! copy of another machine has the files of the cpuset at best, in one of three forms.

use super::files::Files;
use super::{Quirk, Topology};
use crate::id_set::IdSet;
use crate::sys;

/// Finds out and writes it down.
pub(super) fn restrict(files: &mut Files, found: &mut Topology) {
    let nodes: IdSet = found.nodes.iter().map(|node| node.id).collect();
    let said = asked(files).or_else(|| status(files)).or_else(|| cpuset(files)).unwrap_or_default();
    let within = |said: Option<IdSet>, all: &IdSet| said.map(|said| said.intersection(all));
    let (cpus, memory) = (within(said.cpus, &found.online), within(said.nodes, &nodes));
    if [&cpus, &memory].into_iter().flatten().any(IdSet::is_empty) {
        found.quirks.push(Quirk::NothingAllowed);
    }
    let or_all = |said: Option<IdSet>, all: IdSet| said.filter(|it| !it.is_empty()).unwrap_or(all);
    found.allowed_cpus = or_all(cpus, found.online.clone());
    found.allowed_nodes = or_all(memory, nodes);
}

/// What is allowed; `None` is everything.
#[derive(Default)]
struct Said {
    cpus: Option<IdSet>,
    nodes: Option<IdSet>,
}

/// The kernel's own answer, for this machine. Filters of containers may forbid the question about memory.
fn asked(files: &Files) -> Option<Said> {
    if !files.is_here() {
        return None;
    }
    let (cpus, nodes) = (sys::affinity_of_process().ok()?, sys::allowed_nodes().ok()?);
    Some(Said { cpus: Some(cpus), nodes: Some(nodes) })
}

/// The same, written down.
fn status(files: &mut Files) -> Option<Said> {
    let text = files.text("proc/self/status")?;
    let field = |name| {
        let value = text.lines().find_map(|line| line.strip_prefix(name))?;
        IdSet::from_list(value).ok()
    };
    Some(Said { cpus: field("Cpus_allowed_list:"), nodes: field("Mems_allowed_list:") })
}

/// The files of the cpuset that the process is in.
fn cpuset(files: &mut Files) -> Option<Said> {
    let within = files.text("proc/self/cpuset")?.to_owned();
    let mounts = files.text("proc/mounts")?.to_owned();
    let mut all = Said::default();
    for mount in mounts.lines().filter_map(Mount::of) {
        let mut set = |what| {
            let [prefix, suffix] = mount.names;
            let path = format!("{}{within}/{prefix}{what}{suffix}", mount.place);
            files.parse(path.trim_start_matches('/'), |text| IdSet::from_list(text).ok())
        };
        all = Said {
            cpus: all.cpus.or_else(|| set("cpus")),
            nodes: all.nodes.or_else(|| set("mems")),
        };
    }
    Some(all)
}

/// Where cpusets are, and what comes before and behind `cpus` in the name of a file.
struct Mount<'a> {
    place: &'a str,
    names: [&'static str; 2],
}

impl<'a> Mount<'a> {
    /// A line of `/proc/mounts`: what, where, kind, options.
    fn of(line: &'a str) -> Option<Self> {
        let mut fields = line.split_whitespace().skip(1);
        let (place, kind, options) = (fields.next()?, fields.next()?, fields.next()?);
        let has = |option| options.split(',').any(|it| it == option);
        let names = match kind {
            "cpuset" => ["", ""],
            "cgroup" if has("cpuset") && has("noprefix") => ["", ""],
            "cgroup" if has("cpuset") => ["cpuset.", ""],
            "cgroup2" => ["cpuset.", ".effective"],
            _ => return None,
        };
        Some(Self { place, names })
    }
}
