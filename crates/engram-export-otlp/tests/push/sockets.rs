//! The exporter against the receiver, over real sockets.

use std::time::Duration;

use engram_export_otlp::{Compression, Config, Delivery, ExportError, Exporter};
use engram_metrics_core::{Counter, Registry, Unit, metric_set};
use proptest::prelude::*;

use super::faults::Fault;
use super::receiver::Receiver;
use super::scripts::{Scripted, any_script};

metric_set! {
    pub(crate) struct Counted {
        /// Things.
        pub(crate) things: Counter = "things", Unit::Count("{thing}");
    }
}

/// A registry of one counter, for as long as the process runs.
pub(crate) fn counted() -> (&'static Registry, &'static Counted) {
    let registry: &'static Registry = Box::leak(Box::new(Registry::new()));
    let counted: &'static Counted = Box::leak(Box::new(Counted::new()));
    registry.register(counted).expect("registers");
    (registry, counted)
}

pub(crate) fn config(receiver: &Receiver) -> Config {
    let mut config = Config::new(&receiver.url()).expect("a URL");
    config.interval = Duration::from_secs(3600);
    config
}

/// Longer than anything takes here.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What became of an export that cannot succeed, as soon as the machine had time for a whole attempt.
#[cfg(feature = "tls")]
pub(crate) fn failed(exporter: &Exporter) -> (Delivery, String) {
    loop {
        match exporter.flush(Duration::from_millis(500)) {
            Err(ExportError::TimedOut) => {}
            // The attempt itself was cut short, in the middle of shaking hands.
            Err(ExportError::Failed { why, .. }) if why.contains("the time was over") => {}
            Err(ExportError::Failed { delivery, why }) => return (delivery, why),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_was_recorded_arrives_packed_or_not() {
    let cases = [
        (Compression::None, None),
        #[cfg(feature = "gzip")]
        (Compression::Gzip, Some("gzip")),
        #[cfg(feature = "zstd")]
        (Compression::Zstd, Some("zstd")),
    ];
    for (compression, name) in cases {
        let (receiver, (registry, counted)) = (Receiver::start(), counted());
        let mut config = config(&receiver);
        config.target.compression = compression;
        config.target = config.target.with_header("x-key", "secret").expect("a header");
        let exporter = Exporter::start(&config, registry).expect("starts");
        counted.things.add(5);
        assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
        let state = receiver.state();
        assert_eq!((state.received["things"], &state.errors), (5, &vec![]));
        assert_eq!(state.headers[0].get("content-encoding").map(String::as_str), name);
        assert_eq!(state.headers[0]["x-key"], "secret");
    }
}

#[test]
fn what_is_refused_is_tried_again_when_the_receiver_says_so() {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [Fault::Refuse, Fault::Refuse].into();
    receiver.state().retry_after = Some("0".to_owned());
    let exporter = Exporter::start(&config(&receiver), registry).expect("starts");
    counted.things.add(7);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    let state = receiver.state();
    assert_eq!((state.received["things"], state.headers.len()), (7, 3));
}

#[test]
fn what_is_rejected_is_not_tried_again() {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [Fault::Reject].into();
    let exporter = Exporter::start(&config(&receiver), registry).expect("starts");
    counted.things.add(7);
    let why = "status 400: never".to_owned();
    let refused = ExportError::Failed { delivery: Delivery::Refused, why };
    assert_eq!(exporter.flush(PATIENCE), Err(refused));
    assert_eq!(receiver.state().headers.len(), 1);
}

#[test]
fn a_receiver_that_is_not_there_yet_is_no_error_at_start() {
    let (registry, counted) = counted();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let mut config = Config::new(&format!("http://{address}/v1/metrics")).expect("a URL");
    config.interval = Duration::from_secs(3600);
    let exporter = Exporter::start(&config, registry).expect("starts");
    counted.things.add(1);
    let result = exporter.shutdown(Duration::from_millis(50));
    assert!(matches!(result, Err(ExportError::Failed { delivery: Delivery::Refused, .. })), "{result:?}");
}

#[test]
fn a_certificate_that_is_none_is_an_error_at_start() {
    let (registry, _) = counted();
    let mut config = Config::new("http://127.0.0.1:1/").expect("a URL");
    config.target.certificate = Some(file!().into());
    let started = Exporter::start(&config, registry);
    assert_eq!(started.is_err(), cfg!(feature = "tls"), "{started:?}");
}

impl Scripted for Receiver {
    fn next(&self, fault: Option<Fault>) {
        self.state().script = fault.into_iter().collect();
    }

    fn received(&self) -> u64 {
        self.state().received.get("things").copied().unwrap_or(0)
    }

    fn errors(&self) -> Vec<String> {
        self.state().errors.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_script_of_faults_loses_what_it_may_not(script in any_script()) {
        let receiver = Receiver::start();
        script.run(&receiver, config(&receiver))?;
    }
}
