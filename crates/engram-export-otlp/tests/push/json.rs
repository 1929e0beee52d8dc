//! The exporter speaking JSON, over real sockets.

use engram_export_otlp::{Exporter, Protocol};

use super::faults::Fault;
use super::receiver::Receiver;
use super::sockets::{PATIENCE, config, counted};

#[test]
fn what_was_recorded_arrives_as_json() {
    let (receiver, (registry, counted)) = (Receiver::start(), counted());
    let mut config = config(&receiver);
    config.target.protocol = Protocol::HttpJson;
    receiver.state().script = [Fault::Refuse, Fault::Warn].into();
    let exporter = Exporter::start(&config, registry).expect("starts");
    counted.things.add(5);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    let state = receiver.state();
    assert_eq!((state.received["things"], &state.errors), (5, &vec![]));
    assert_eq!(state.headers[1]["content-type"], "application/json");
    // The answer to JSON is JSON.
    assert_eq!(exporter.metrics().rejected.value(), 3);
}
