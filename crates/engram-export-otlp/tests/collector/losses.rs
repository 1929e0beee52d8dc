//! Nothing is lost while a real collector refuses, or is gone.

use std::time::Duration;

use engram_export_otlp::{Config, Exporter, Temporality};
use engram_metrics_core::{Counter, Registry, Unit, metric_set};
use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point::Value};

use super::program::Collector;
use super::wire::{Said, Sink};

metric_set! {
    struct Counted {
        /// Things.
        things: Counter = "things", Unit::Count("{thing}");
    }
}

/// Longer than anything takes here.
const PATIENCE: Duration = Duration::from_secs(60);

/// The values of the counter that arrived, one after the other.
fn arrived(sink: &Sink) -> Vec<u64> {
    let requests = sink.take().into_iter().filter_map(|said| match said {
        Said::Metrics(request) => Some(request),
        _ => None,
    });
    let resources = requests.flat_map(|it| it.resource_metrics);
    let metrics = resources.flat_map(|it| it.scope_metrics).flat_map(|it| it.metrics);
    let points = metrics.filter_map(|it| it.data).flat_map(|data| match data {
        Data::Sum(sum) => sum.data_points,
        other => panic!("{other:?}"),
    });
    let values: Vec<_> = points.filter_map(|point| point.value).collect();
    values.into_iter().map(|value| match value {
        Value::AsInt(value) => value as u64,
        Value::AsDouble(value) => panic!("{value}"),
    }).collect()
}

/// Sums of deltas, or the newest total.
fn total(sink: &Sink, temporality: Temporality, before: u64) -> u64 {
    let values = arrived(sink);
    match temporality {
        Temporality::Delta => before + values.iter().sum::<u64>(),
        _ => values.last().copied().unwrap_or(before),
    }
}

/// What happens between two exports, again and again.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    /// The receiver behind the collector refuses twice, which the collector says to us.
    Refusals,
    /// The collector is gone during one export, and there again for the next.
    Absence,
}

#[test]
fn what_a_real_collector_refuses_or_is_not_there_for_arrives_later() {
    for temporality in [Temporality::Cumulative, Temporality::Delta] {
        let (sink, address) = Sink::start();
        let name = format!("losses-{temporality:?}");
        let Some(mut collector) = Collector::start(&name, address) else { return };
        let counted: &'static Counted = Box::leak(Box::default());
        let registry: &'static Registry = Box::leak(Box::default());
        registry.register(counted).expect("registers");
        let url = format!("http://{}/v1/metrics", collector.http);
        let mut config = Config::new(&url).expect("a URL");
        config.encoding.temporality = temporality;
        (config.interval, config.target.timeout) = (Duration::from_secs(3600), PATIENCE);
        let exporter = Exporter::start(&config, registry).expect("starts");
        let events = [Event::Nothing, Event::Refusals, Event::Absence, Event::Refusals];
        let (mut truth, mut there) = (0, 0);
        for (step, event) in events.into_iter().cycle().take(24).enumerate() {
            counted.things.add(step as u64 + 1);
            truth += step as u64 + 1;
            match event {
                Event::Nothing => assert_eq!(exporter.flush(PATIENCE), Ok(())),
                Event::Refusals => {
                    sink.refuse(2);
                    assert_eq!(exporter.flush(PATIENCE), Ok(()));
                }
                Event::Absence => {
                    collector.kill();
                    assert!(exporter.flush(Duration::from_millis(50)).is_err());
                    collector.restart();
                    assert_eq!(exporter.flush(PATIENCE), Ok(()));
                }
            }
            there = total(&sink, temporality, there);
            assert_eq!(there, truth, "{temporality:?} after step {step}, {event:?}");
        }
    }
}
