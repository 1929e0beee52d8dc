//! Counters that run at the same times.

use std::fs::File;

use super::Event;
use super::open::{Sample, open};
use crate::sys::{self, Control};
use crate::unavailable::{Reason, Unavailable};

/// Whose events are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The calling thread's.
    Thread,
    /// A thread's or process's, with threads and children that it starts from now on.
    Process(u32),
    /// The same, from the moment on when it becomes another program.
    Program(u32),
}

impl Scope {
    /// The process, 0 being the caller, and the flags.
    pub(super) fn of_process(self) -> (i32, u64) {
        let pid = |pid| i32::try_from(pid).unwrap_or(i32::MAX);
        match self {
            Self::Thread => (0, sys::DISABLED),
            Self::Process(it) => (pid(it), sys::DISABLED | sys::INHERIT),
            Self::Program(it) => (pid(it), sys::DISABLED | sys::INHERIT | sys::ENABLE_ON_EXEC),
        }
    }
}

/// More than any processor has places for.
const MOST: usize = 16;

/// Counters of the calling thread that start, stop and take turns together.
///
/// Opening is several system calls and a read is one: one group for each thread, read once for each batch of
/// work. A group that does not fit onto the processor is opened without those that are too many.
///
/// ```
/// use engram_hw::{Event, Group};
///
/// let group = Group::open(&[Event::Cycles, Event::Instructions, Event::TaskClock]);
/// for (event, reason) in group.unavailable() {
///     eprintln!("{}: {reason}", event.name());
/// }
/// ```
#[derive(Debug)]
pub struct Group {
    /// The first one leads.
    open: Vec<(Event, File)>,
    unavailable: Vec<(Event, Unavailable)>,
}

impl Group {
    /// Opens those that there are, and starts them; the rest is [unavailable](Self::unavailable).
    #[must_use]
    pub fn open(events: &[Event]) -> Self {
        let mut group = Self { open: Vec::new(), unavailable: Vec::new() };
        let format = sys::WITH_TIMES | sys::WHOLE_GROUP;
        for event in events {
            let leader = group.open.first().map(|(_, file)| file);
            let opened = if group.open.len() < MOST {
                open(*event, Scope::Thread, leader, format)
            } else {
                Err(Unavailable::because(Reason::Limit, "a group of counters"))
            };
            match opened {
                Ok(file) => group.open.push((*event, file)),
                Err(error) => group.unavailable.push((*event, error)),
            }
        }
        if let Err(error) =
            group.leader().map_or(Ok(()), |leader| sys::control(leader, Control::Enable))
        {
            group.unavailable.extend(group.open.drain(..).map(|(event, _)| (event, error)));
        }
        group
    }

    /// What could not be opened, and why.
    #[must_use]
    pub fn unavailable(&self) -> &[(Event, Unavailable)] {
        &self.unavailable
    }

    /// Whether nothing could be opened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Everything from 0 again.
    ///
    /// # Errors
    /// When the kernel refuses, which none is known to do.
    pub fn reset(&self) -> Result<(), Unavailable> {
        self.leader().map_or(Ok(()), |leader| sys::control(leader, Control::Reset))
    }

    /// Stops counting; what was counted stays.
    ///
    /// # Errors
    /// As [`reset`](Self::reset).
    pub fn stop(&self) -> Result<(), Unavailable> {
        self.leader().map_or(Ok(()), |leader| sys::control(leader, Control::Disable))
    }

    /// What was counted since the last reset, in one system call and without allocating.
    ///
    /// # Errors
    /// When the group lost its place for good.
    pub fn read(&self) -> Result<Counts, Unavailable> {
        let mut counts = Counts::default();
        let Some(leader) = self.leader() else { return Ok(counts) };
        // How many, the two times, then a count each.
        let mut numbers = [0; 3 + MOST];
        let read = sys::read_counter(leader, &mut numbers[..3 + self.open.len()])?;
        if read < 3 + self.open.len() {
            return Err(Unavailable::because(Reason::PinnedEof, "a group of counters"));
        }
        let [_, enabled, running, values @ ..] = numbers;
        counts.times = [enabled, running];
        for ((event, _), (value, place)) in
            self.open.iter().zip(values.iter().zip(&mut counts.values))
        {
            *place = Some((*event, *value));
        }
        Ok(counts)
    }

    fn leader(&self) -> Option<&File> {
        self.open.first().map(|(_, file)| file)
    }
}

/// What a group has counted at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Times in which it was wanted, and in which it ran.
    times: [u64; 2],
    values: [Option<(Event, u64)>; MOST],
}

impl Counts {
    /// What came since an earlier moment.
    #[must_use]
    pub fn since(mut self, earlier: &Self) -> Self {
        for (now, before) in self.times.iter_mut().zip(earlier.times) {
            *now = now.saturating_sub(before);
        }
        for (now, before) in self.values.iter_mut().zip(earlier.values) {
            if let (Some((_, now)), Some((_, before))) = (now, before) {
                *now = now.saturating_sub(before);
            }
        }
        self
    }

    /// Of times and counts that were added up elsewhere.
    pub(super) fn of(times: [u64; 2], counted: impl Iterator<Item = (Event, u64)>) -> Self {
        let mut counts = Self { times, ..Self::default() };
        counts.values.iter_mut().zip(counted).for_each(|(place, counted)| *place = Some(counted));
        counts
    }

    /// Times in which the group was wanted, and in which it ran.
    pub(super) fn times(&self) -> [u64; 2] {
        self.times
    }

    /// What was counted, not scaled.
    pub(super) fn counted(&self) -> impl Iterator<Item = (Event, u64)> {
        self.values.iter().flatten().copied()
    }

    /// The counts, scaled; none where the group never ran.
    pub fn samples(&self) -> impl Iterator<Item = Sample> {
        self.values
            .iter()
            .flatten()
            .filter_map(|(event, count)| Sample::scaled(*event, *count, self.times))
    }
}
