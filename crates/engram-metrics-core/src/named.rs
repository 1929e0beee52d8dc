//! A metric made at run time, with the descriptor that a static set would give it.

use std::ops::Deref;

use crate::collect::{Collect, Visit};
use crate::control::Control;
use crate::descriptor::Descriptor;
use crate::gate::Live;
use crate::set::Instrument;

/// One instrument and what it is; a source of its own.
///
/// ```
/// use std::sync::Arc;
/// use engram_metrics_core::{Counter, Descriptor, Kind, Named, Registry, Unit};
///
/// let registry = Registry::new();
/// let what = Descriptor::new("plugin.calls", "Calls.", Unit::Count("{call}"), Kind::Counter)?;
/// let calls = Arc::new(Named::new(what, Counter::new()));
/// registry.register_shared(&[("plugin", "tea")], calls.clone())?;
/// calls.increment();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Named<I> {
    descriptor: Live<Descriptor>,
    instrument: I,
}

impl<I> Named<I> {
    /// Gives an instrument a name.
    pub const fn new(descriptor: Descriptor, instrument: I) -> Self {
        Self { descriptor: Live::new(descriptor), instrument }
    }
}

impl<I> Deref for Named<I> {
    type Target = I;

    #[inline]
    fn deref(&self) -> &I {
        &self.instrument
    }
}

impl<I: Instrument + Send + Sync> Collect for Named<I> {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        self.descriptor.get().filter(|_| index == 0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        self.instrument.collect(visit);
    }

    fn control(&self, _: usize) -> Option<&dyn Control> {
        self.instrument.control()
    }
}
