//! Encoders between scrapes, so that their buffers are made once.

use std::sync::{Mutex, PoisonError};

use engram_export_prom::{Encoder, Format, Names};

/// As many encoders as there may be scrapes at one time.
#[derive(Debug)]
pub(crate) struct Pool {
    most: usize,
    /// The one that was used last stands last.
    idle: Mutex<Vec<Encoder>>,
}

impl Pool {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, idle: Mutex::new(Vec::new()) }
    }

    /// An encoder that shows these metrics.
    pub(crate) fn take(&self, format: Format, names: Names) -> Encoder {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|encoder| encoder.format() == format);
        let mut encoder = at.map_or_else(|| Encoder::new(format), |at| idle.remove(at));
        encoder.select(names);
        encoder
    }

    pub(crate) fn give_back(&self, encoder: Encoder) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= self.most {
            idle.remove(0);
        }
        idle.push(encoder);
    }
}
