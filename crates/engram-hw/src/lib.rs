//! The machine underneath, read honestly: a number that could not be measured is absent and says why.
//!
//! ```
//! use engram_hw::{Topology, current_node};
//!
//! let machine = Topology::from_root("/")?;
//! println!("{}", machine.to_text());
//! let node = current_node();
//! # Ok::<(), engram_hw::TopologyError>(())
//! ```
//!
//! | question | answer |
//! |---|---|
//! | What is the machine made of? | [`Topology`]: packages, cores, caches, NUMA nodes, distances, what is offline and what is allowed |
//! | Where does this thread run? | [`current_node`], [`current_cpu`]; [`Pin`] keeps it there |
//! | Where is this memory? | [`NodeMemory`], [`MemoryPolicy`], [`PolicyScope`]; [`AddressMap`] knows without asking |
//! | How large should a program make itself? | [`ContainerProfile`], [`worker_pool`], [`memory_target`], [`PressureLevel`] |
//! | What did the processor count? | [`Group`], [`Counters`], [`Region`]; [`ratios`] of what is there |
//! | What did the kernel count? | [`SoftwareCounts`], [`migrations`] |
//! | What does only the program know? | [`AccessMetrics`], [`CrossingsSource`], [`WorkMetrics`] |
//! | What may the container use? | [`Cgroup`]: [`Limits`], [`Usage`], [`QosClass`] |
//! | What do tasks wait for? | [`Pressure`], [`Trigger`] |
//! | All of that, cheaply and often? | [`Health`] |
//! | All of that as metrics? | [`register_machine`] |
//!
//! # What cannot be measured
//! Every failure is an [`Unavailable`] with one of a dozen [reasons](Reason) and what can be done about it. A
//! metric without a number has no series, and `engram.hw.source.up` names the reason.
//!
//! # Switched off
//! Without the feature `enabled`, sources show nothing and regions count nothing. Reading the machine, pinning
//! and placing memory are not telemetry: they work as before.
//!
//! # Systems
//! Linux on x86-64 and aarch64. Elsewhere it compiles, copies of Linux machines are read, and what asks the kernel
//! is an [`Unavailable`] that says `not_supported`.
//!
//! # Deliberately absent
//! Context switches and migrations from `perf_event_open`, which are always 0 without rights over the kernel.
//! A ratio of local and remote accesses from `numastat`, which counts allocations. Writing limits: who sets
//! them is somebody else. Reading counters without a system call (`rdpmc`): they are read once per batch, and it
//! could be tried on no processor that people have. Bandwidth of memory: its counters are outside of cores, count
//! for everybody, and no machine that has them was there to verify a number.

mod amount;
mod cgroup;
mod gate;
mod health;
mod id_set;
mod json;
mod kept;
mod memory;
mod perf;
mod place;
mod pressure;
mod process;
mod sizing;
mod software;
mod source;
mod sync;
mod sys;
mod topology;
mod unavailable;
mod work;

pub use {
    cgroup::{
        Cgroup, CgroupError, CgroupMount, CgroupVersion, CpuLimit, Evidence, Limits, Lineage,
        Membership, MemoryEvents, QosClass, Throttling, Usage, memory_amount,
    },
    gate::ENABLED,
    health::{Health, HealthSnapshot},
    id_set::{IdSet, InvalidSet},
    memory::{
        AccessKind, AccessMetrics, AccessTarget, AddressMap, CrossingsSource, Locality,
        MemoryPolicy, NodeMemory, PolicyScope,
    },
    perf::{
        Counters, Counts, Event, Group, Ratio, Region, RegionGuard, Sample, Scope, Vendor, ratios,
        remote_memory_event, self_test,
    },
    place::{Pin, affinity, current_cpu, current_node, is_fast, place_cells_by_node},
    pressure::{Pressure, Stall, Trigger},
    process::{ProcessStat, pages_by_node, pages_in_maps},
    sizing::{ContainerProfile, PressureLevel, memory_target, worker_pool},
    software::{SoftwareCounts, migrations, migrations_in},
    source::{
        CgroupSource, CounterSource, MachineSource, PressureSource, ProcessSource, RegionSource,
        SourceStates, register_machine,
    },
    topology::{Cache, CacheKind, Core, Node, Package, Quirk, Synthetic, Topology, TopologyError},
    unavailable::{Reason, Unavailable},
    work::{Direction, InstructionSet, WorkMetrics},
};
