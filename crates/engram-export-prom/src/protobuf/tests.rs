//! Read back by a decoder that is not ours.

mod exemplars;
pub(crate) mod model;
mod native;
mod values;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use engram_metrics_core::{
    Collect, Counter, Descriptor, ExplicitHistogram, Gauge, Histogram, Kind, Labels, Layout,
    LogLinearHistogram, Named, Registry, Unit, UpDownCounter, Value, Visit, metric_set,
};
use model::{MetricFamily, families};
use proptest::prelude::*;

use crate::{Encoder, Format, Names};


fn page(registry: &Registry) -> Vec<MetricFamily> {
    let mut page = Vec::new();
    Encoder::new(Format::Protobuf).encode_whole(registry, &mut page);
    families(&page)
}
