//! One metric: a series for each set of labels, up to a limit, and one more for what is beyond it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use engram_metrics_core::{Collect, Control, Descriptor, Visit};

use super::instrument::{Recorded, Shape};
use super::label::{self, Labels};
use super::series::Series;
use crate::sync::{AtomicBool, Ordering, RwLock, read, write};
use crate::telemetry::{BRIDGE, Merged};

#[derive(Debug)]
pub(super) struct Metric<I> {
    descriptor: Descriptor,
    /// The same with the help that came after the first record.
    described: OnceLock<Descriptor>,
    shape: Shape,
    limit: u32,
    is_off: AtomicBool,
    series: RwLock<All<I>>,
    overflow: OnceLock<Arc<Series<I>>>,
}

#[derive(Debug)]
struct All<I> {
    /// In the order in which they were made. Replaced, not changed, while a scrape walks it.
    list: Arc<Vec<Arc<Series<I>>>>,
    /// With the key that each was made for.
    by_labels: HashMap<Labels, (Arc<Series<I>>, metrics::Key)>,
}

impl<I: Recorded> Metric<I> {
    pub(super) fn new(descriptor: Descriptor, shape: Shape, limit: u32) -> Self {
        let all = All { list: Arc::default(), by_labels: HashMap::new() };
        Self {
            descriptor,
            described: OnceLock::new(),
            shape,
            limit,
            is_off: AtomicBool::new(false),
            series: RwLock::new(all),
            overflow: OnceLock::new(),
        }
    }

    /// Takes the help that came late; only the first.
    pub(super) fn describe(&self, help: &str) {
        let it = &self.descriptor;
        let described =
            Descriptor::new(it.name().to_owned(), help.to_owned(), it.unit(), it.kind());
        let _ = self.described.set(described.expect("the name has been valid before"));
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    /// The series of a key, made if it may be, or that of the overflow.
    pub(super) fn series(&self, key: &metrics::Key) -> Arc<Series<I>> {
        label::translate(key)
            .and_then(|(labels, is_repeated)| {
                if is_repeated {
                    BRIDGE.merged.at(Merged::Label).increment();
                }
                self.find(&labels, key).or_else(|| self.make(labels, key))
            })
            .unwrap_or_else(|| self.overflow())
    }

    fn find(&self, labels: &Labels, key: &metrics::Key) -> Option<Arc<Series<I>>> {
        let all = read(&self.series);
        let (series, first) = all.by_labels.get(labels)?;
        if first != key {
            BRIDGE.merged.at(Merged::Series).increment();
        }
        Some(series.clone())
    }

    fn make(&self, labels: Labels, key: &metrics::Key) -> Option<Arc<Series<I>>> {
        let mut all = write(&self.series);
        if let Some((series, _)) = all.by_labels.get(&labels) {
            return Some(series.clone());
        }
        if all.list.len() >= self.limit as usize {
            return None;
        }
        let series = self.switched(Series::new(labels, self.shape));
        all.by_labels.insert(series.labels().clone(), (series.clone(), key.to_retained()));
        Arc::make_mut(&mut all.list).push(series.clone());
        Some(series)
    }

    fn overflow(&self) -> Arc<Series<I>> {
        self.overflow.get_or_init(|| self.switched(Series::overflow(self.shape))).clone()
    }

    /// A new series is off when the metric is. Called by whoever makes it visible under the lock that
    /// `switch` takes, or, for the overflow, at worst one switch too early.
    fn switched(&self, series: Series<I>) -> Arc<Series<I>> {
        // Relaxed: the lock orders it; see above for the overflow.
        if self.is_off.load(Ordering::Relaxed) {
            series.instrument().switch(false);
        }
        Arc::new(series)
    }

    fn list(&self) -> Arc<Vec<Arc<Series<I>>>> {
        read(&self.series).list.clone()
    }
}

impl<I: Recorded> Collect for Metric<I> {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then(|| self.described.get().unwrap_or(&self.descriptor))
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let list = self.list();
        list.iter().chain(self.overflow.get()).for_each(|series| series.collect(visit));
    }

    fn control(&self, _: usize) -> Option<&dyn Control> {
        Some(self)
    }
}

impl<I: Recorded> Control for Metric<I> {
    fn switch(&self, on: bool) {
        let all = write(&self.series);
        // Relaxed: read under the lock that is held here.
        self.is_off.store(!on, Ordering::Relaxed);
        let everything = all.list.iter().chain(self.overflow.get());
        everything.for_each(|series| series.instrument().switch(on));
    }

    fn overflow(&self) -> Option<u64> {
        Some(self.overflow.get().map_or(0, |series| series.overflowed()))
    }
}
