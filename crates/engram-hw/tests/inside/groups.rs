//! Control groups of version 2: limits as they were set, counts as the kernel has them.

use std::fs;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use engram_hw::{Cgroup, Limits, Throttling, Trigger, memory_amount};

use crate::Checked;
use crate::init::Machine;

const TOP: &str = "/sys/fs/cgroup";

/// Files of a group and of the one below it, and what then holds below.
type Scenario = (&'static [(&'static str, &'static str)], fn(&Limits) -> bool);

/// Of each: what is set, with `below/` for the inner group, and what is read there.
const SCENARIOS: [Scenario; 20] = [
    (&[], |it| it.cpu.is_none() && it.memory_max.is_none()),
    (&[("cpu.max", "50000 100000")], |it| cores(it) == Some(0.5)),
    (&[("below/cpu.max", "50000 100000")], |it| cores(it) == Some(0.5)),
    (&[("cpu.max", "50000 100000"), ("below/cpu.max", "150000 100000")], |it| {
        cores(it) == Some(0.5)
    }),
    (&[("cpu.max", "150000 100000"), ("below/cpu.max", "50000 100000")], |it| {
        cores(it) == Some(0.5)
    }),
    (&[("cpu.max", "max 50000")], |it| it.cpu.is_none()),
    (&[("cpu.max", "1000 1000000")], |it| {
        it.cpu.is_some_and(|cpu| cpu.floor() == 1 && cpu.ceil() == 1)
    }),
    (&[("below/cpu.max", "25000 10000")], |it| {
        it.cpu.is_some_and(|cpu| (cpu.floor(), cpu.ceil()) == (2, 3))
    }),
    (&[("below/cpu.max", "50000 100000"), ("below/cpu.max.burst", "20000")], |it| {
        it.cpu.is_some_and(|cpu| cpu.burst == Duration::from_millis(20))
    }),
    (&[("below/cpu.weight", "30")], |it| it.cpu_weight == Some(30)),
    (&[("below/cpu.weight", "10000")], |it| it.cpu_weight == Some(10_000)),
    (&[("memory.max", "67108864")], |it| it.memory_max == Some(64 << 20)),
    (&[("below/memory.max", "67108864")], |it| it.memory_max == Some(64 << 20)),
    (&[("memory.max", "67108864"), ("below/memory.max", "134217728")], |it| {
        it.memory_max == Some(64 << 20)
    }),
    (&[("memory.high", "20971520"), ("below/memory.high", "max")], |it| {
        it.memory_high == Some(20 << 20)
    }),
    (&[("below/memory.max", "max")], |it| it.memory_max.is_none()),
    (&[("below/memory.swap.max", "0")], |it| it.swap_max == Some(0)),
    // CPU 1 is offline in one of the machines.
    (&[("cpuset.cpus", "0,2")], |it| {
        it.cpus.as_ref().is_some_and(|cpus| cpus.to_string() == "0,2")
    }),
    (&[("cpuset.cpus", "0,2"), ("below/cpuset.cpus", "2")], |it| {
        it.cpus.as_ref().is_some_and(|cpus| cpus.to_string() == "2")
    }),
    (&[("below/cpuset.mems", "0")], |it| {
        it.nodes.as_ref().is_some_and(|nodes| nodes.to_string() == "0")
    }),
];

fn cores(limits: &Limits) -> Option<f64> {
    limits.cpu.map(|cpu| cpu.cores())
}

/// Every scenario is read as it was set, by a process inside.
pub(crate) fn limits(_: &Machine) -> Checked {
    for (at, (files, holds)) in SCENARIOS.iter().enumerate() {
        let group = Group::new(&format!("scenario{at}"), files)?;
        let mut child = group.start("burn", "200")?;
        let read = Cgroup::of(child.id()).and_then(|cgroup| cgroup.limits());
        let _ = child.kill();
        let _ = child.wait();
        let read = read.map_err(|error| format!("scenario {at}: {error}"))?;
        if !holds(&read) {
            return Err(format!("scenario {at}, {files:?}: read as {read:?}"));
        }
    }
    Ok(format!("{} of {} scenarios", SCENARIOS.len(), SCENARIOS.len()))
}

/// Throttling, bursts and kills are those that the kernel counts.
pub(crate) fn counts(_: &Machine) -> Checked {
    let files = [("below/cpu.max", "20000 100000"), ("below/cpu.max.burst", "10000")];
    let group = Group::new("throttled", &files)?;
    let mut child = group.start("burn", "1500")?;
    let cgroup = Cgroup::of(child.id()).map_err(|error| error.to_string())?;
    child.wait().map_err(|error| error.to_string())?;
    let usage = cgroup.usage().map_err(|error| error.to_string())?;
    let read = usage.throttling.ok_or("nothing about throttling")?;
    let text = fs::read_to_string(group.below("cpu.stat")).map_err(|error| error.to_string())?;
    let is_throttled =
        read.throttled_periods > 3 && read.throttled_time > Duration::from_millis(100);
    if Throttling::parse(&text) != Some(read) || !is_throttled || !same_fields(&text, &read) {
        return Err(format!("{read:?} of {text}"));
    }
    drop(group);
    let group =
        Group::new("filled", &[("below/memory.max", "16777216"), ("below/memory.swap.max", "0")])?;
    let mut child = group.start("fill", "64")?;
    let cgroup = Cgroup::of(child.id()).map_err(|error| error.to_string())?;
    let status: ExitStatus = child.wait().map_err(|error| error.to_string())?;
    let usage = cgroup.usage().map_err(|error| error.to_string())?;
    let events = usage.memory_events.ok_or("nothing about memory")?;
    if status.success() || events.oom_kill != 1 || events.max == 0 {
        return Err(format!("ended with {status}, {events:?}"));
    }
    let peak = fs::read_to_string(group.below("memory.peak")).map_err(|error| error.to_string())?;
    if Ok(usage.memory_peak) != memory_amount(&peak) {
        return Err(format!("a peak of {:?}, not {peak}", usage.memory_peak));
    }
    let (throttled, bursts) = (read.throttled_periods, read.burst_periods);
    Ok(format!("{throttled} of {} periods throttled, {bursts} bursts, 1 kill", read.periods))
}

/// A trigger on the pressure of a group fires when its tasks wait, and not before.
pub(crate) fn triggers(_: &Machine) -> Checked {
    const WINDOW: Duration = Duration::from_secs(2);
    let group = Group::new("waiting", &[("below/cpu.max", "10000 100000")])?;
    let file = group.below("cpu.pressure");
    let mut trigger = Trigger::new(Path::new(&file), Duration::from_millis(200), WINDOW)
        .map_err(|error| error.to_string())?;
    // Nobody is in the group: an event now is the false one that some kernels begin with.
    if trigger.wait(Duration::from_millis(100)) != Ok(false) {
        return Err("it fired although nobody waits".to_owned());
    }
    let mut child = group.start("burn", "8000")?;
    let started = Instant::now();
    let mut fired = false;
    let watched = trigger.watch(WINDOW, |is_pressed| {
        fired = is_pressed;
        let is_over = fired || started.elapsed() > Duration::from_secs(20);
        if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let _ = child.kill();
    let _ = child.wait();
    watched.map_err(|error| error.to_string())?;
    if !fired {
        return Err("a group that is throttled nine tenths of the time has no pressure".to_owned());
    }
    let refused = Trigger::new(Path::new(&file), WINDOW * 2, WINDOW).err().map(|it| it.reason);
    if refused.is_none() {
        return Err("a limit longer than its window was taken".to_owned());
    }
    Ok("fired when tasks waited, not before".to_owned())
}

/// By another reading of the same text than the product's.
fn same_fields(text: &str, read: &Throttling) -> bool {
    let number = |name: &str| {
        let mut words = text.split_whitespace().skip_while(|word| *word != name).skip(1);
        words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0)
    };
    number("nr_periods") == read.periods
        && number("nr_throttled") == read.throttled_periods
        && u128::from(number("throttled_usec")) == read.throttled_time.as_micros()
        && number("nr_bursts") == read.burst_periods
        && u128::from(number("burst_usec")) == read.burst_time.as_micros()
}

/// A group with one below it, which go when this is dropped.
struct Group(String);

impl Group {
    fn new(name: &str, files: &[(&str, &str)]) -> Result<Self, String> {
        let group = Self(format!("{TOP}/{name}"));
        let write = |path: String, text: &str| {
            fs::write(&path, text)
                .map_err(|error| format!("cannot write {text} to {path}: {error}"))
        };
        let controllers = "+cpu +memory +cpuset";
        write(format!("{TOP}/cgroup.subtree_control"), controllers)?;
        fs::create_dir_all(format!("{}/below", group.0)).map_err(|error| error.to_string())?;
        write(format!("{}/cgroup.subtree_control", group.0), controllers)?;
        files.iter().try_for_each(|(file, text)| write(format!("{}/{file}", group.0), text))?;
        Ok(group)
    }

    fn below(&self, file: &str) -> String {
        format!("{}/below/{file}", self.0)
    }

    /// Starts this program again, inside the inner group.
    fn start(&self, what: &str, how_much: &str) -> Result<std::process::Child, String> {
        let mut child = Command::new("/proc/self/exe");
        let child = child.args([what, how_much, &self.below("cgroup.procs")]).spawn();
        let child = child.map_err(|error| error.to_string())?;
        let path = format!("/proc/{}/cgroup", child.id());
        // It moves itself first thing.
        let patience = Instant::now() + Duration::from_secs(10);
        while Instant::now() < patience {
            if fs::read_to_string(&path).is_ok_and(|text| text.contains("/below")) {
                return Ok(child);
            }
        }
        Err(format!("{what} did not move to {}", self.0))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(Path::new(&self.0).join("below"));
        let _ = fs::remove_dir(&self.0);
    }
}

/// Moves into the group of the third argument; what the second says.
fn enter() -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    fs::write(&arguments[3], "0").expect("the group is there");
    arguments[2].parse().expect("a number")
}

/// Computes for so many milliseconds.
pub(crate) fn burn() {
    let until = Instant::now() + Duration::from_millis(enter());
    while Instant::now() < until {
        black_box((0..1_000_u64).sum::<u64>());
    }
}

/// Uses so many MiB.
pub(crate) fn fill() {
    let mebibytes = usize::try_from(enter()).expect("fits");
    // Long enough to be seen inside the group.
    std::thread::sleep(Duration::from_millis(500));
    let pages = vec![1_u8; mebibytes << 20];
    black_box(&pages);
    std::thread::sleep(Duration::from_millis(100));
}
