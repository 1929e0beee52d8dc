//! Other systems than Linux: they have no such calls, and every function says so.
//!
//! What is read from files works, so that a copy of a Linux machine can be looked at anywhere.

use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::time::Duration;

use super::resources::ResourceUsage;
use super::{Attributes, Control, Placing, Whose};
use crate::id_set::IdSet;
use crate::unavailable::{Reason, Unavailable};

const fn absent(what: &'static str) -> Unavailable {
    Unavailable::because(Reason::NotSupported, what)
}

pub(crate) fn affinity() -> Result<IdSet, Unavailable> {
    Err(absent("sched_getaffinity"))
}

pub(crate) fn affinity_of_process() -> Result<IdSet, Unavailable> {
    affinity()
}

pub(crate) fn allowed_nodes() -> Result<IdSet, Unavailable> {
    Err(absent("get_mempolicy"))
}

pub(crate) fn set_affinity(_: &IdSet) -> Result<(), Unavailable> {
    Err(absent("sched_setaffinity"))
}

/// CPU 0 of node 0, as where nobody knows.
pub(crate) const fn place() -> (u32, u32) {
    (0, 0)
}

pub(crate) fn open_counter(_: &Attributes, _: i32, _: Option<&File>) -> Result<File, Unavailable> {
    Err(absent("perf_event_open"))
}

pub(crate) fn control(_: &File, _: Control) -> Result<(), Unavailable> {
    Err(absent("ioctl of a counter"))
}

pub(crate) fn read_counter(_: &File, _: &mut [u64]) -> Result<usize, Unavailable> {
    Err(absent("read of a counter"))
}

pub(crate) fn set_policy_of_thread(_: Placing<'_>) -> Result<(), Unavailable> {
    Err(absent("set_mempolicy"))
}

pub(crate) fn policy_of_thread() -> Result<(i32, IdSet), Unavailable> {
    Err(absent("get_mempolicy"))
}

pub(crate) fn nodes_of_pages(_: &[*const u8]) -> Result<Vec<Result<u32, i32>>, Unavailable> {
    Err(absent("move_pages"))
}

pub(crate) fn move_pages(_: &[*const u8], _: u32) -> Result<Vec<Result<u32, i32>>, Unavailable> {
    Err(absent("move_pages"))
}

/// There is none: nobody can ask for a node.
#[derive(Debug)]
pub(crate) enum Mapping {}

impl Mapping {
    pub(crate) fn new(_: usize) -> Result<Self, Unavailable> {
        Err(absent("mbind"))
    }

    pub(crate) fn place(&self, _: Placing<'_>) -> Result<(), Unavailable> {
        match *self {}
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match *self {}
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        match *self {}
    }

    pub(crate) fn pages(&self) -> Vec<*const u8> {
        match *self {}
    }
}

/// Of the machine whose files are read, most likely.
pub(crate) const fn page_size() -> usize {
    4_096
}

/// The same.
pub(crate) const fn ticks_per_second() -> u64 {
    100
}

pub(crate) fn resource_usage(_: Whose) -> Result<ResourceUsage, Unavailable> {
    Err(absent("getrusage"))
}

pub(crate) fn wait_for_priority(_: &File, _: Duration) -> Result<bool, Unavailable> {
    Err(absent("poll"))
}

pub(crate) fn read_from_start(mut file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    file.rewind()?;
    file.read(buffer)
}
