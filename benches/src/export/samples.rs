//! How many samples a page has, in each format: a page that leaves something out is no rival.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message as _;

use super::mix::{COUNTER_FAMILIES, GAUGE_FAMILIES, HISTOGRAM_FAMILIES};

/// Holds a page against the number of samples that it has to have.
///
/// Ours says besides, of each family, how many records found no series.
pub(super) fn check(contender: &str, found: usize, expected: usize) {
    const FAMILIES: usize = COUNTER_FAMILIES + GAUGE_FAMILIES + HISTOGRAM_FAMILIES;
    let right = expected..=expected + FAMILIES;
    assert!(right.contains(&found), "{contender} shows {found} samples instead of {expected}");
}

/// Lines with values; moments of creation are no samples of ours.
pub(super) fn lines(page: &[u8]) -> usize {
    let lines = page.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.is_empty() && !line.starts_with(b"#") && !is_created(line)).count()
}

fn is_created(line: &[u8]) -> bool {
    let name = line.split(|byte| b"{ ".contains(byte)).next();
    name.is_some_and(|name| name.ends_with(b"_created"))
}

/// Series in messages `MetricFamily`, each behind its length.
pub(super) fn families(mut page: &[u8]) -> usize {
    let mut series = 0;
    while !page.is_empty() {
        let mut family = delimited(&mut page);
        while !family.is_empty() {
            series += usize::from(field(&mut family) == METRIC);
        }
    }
    series
}

/// The number of `MetricFamily.metric`.
const METRIC: u64 = 4;

/// Skips a field and returns its number.
fn field(message: &mut &[u8]) -> u64 {
    let key = varint(message);
    match key & 7 {
        0 => drop(varint(message)),
        2 => drop(delimited(message)),
        kind => panic!("a family has no fields of kind {kind}"),
    }
    key >> 3
}

fn delimited<'a>(from: &mut &'a [u8]) -> &'a [u8] {
    let length = varint(from) as usize;
    let (inside, rest) = from.split_at(length);
    *from = rest;
    inside
}

fn varint(from: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = from.split_first().expect("a number ends");
        *from = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            break;
        }
    }
    value
}

/// Points of a request.
pub(super) fn points(request: &[u8]) -> usize {
    let request = ExportMetricsServiceRequest::decode(request).expect("it is a request");
    let scopes = request.resource_metrics.iter().flat_map(|it| &it.scope_metrics);
    let points = |data: &Data| match data {
        Data::Gauge(it) => it.data_points.len(),
        Data::Sum(it) => it.data_points.len(),
        Data::Histogram(it) => it.data_points.len(),
        Data::ExponentialHistogram(it) => it.data_points.len(),
        Data::Summary(it) => it.data_points.len(),
    };
    scopes.flat_map(|it| &it.metrics).filter_map(|it| it.data.as_ref()).map(points).sum()
}
