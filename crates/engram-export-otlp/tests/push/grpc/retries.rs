//! Which codes are tried again, and when.

use engram_export_otlp::{Delivery, ExportError, Exporter};
use prost::Message as _;
use tonic::{Code, Status};

use super::config;
use super::receiver::Receiver;
use crate::sockets::{PATIENCE, counted};

/// A status whose details are a `RetryInfo` of `millis`.
fn with_retry_info(code: Code, millis: u32) -> Status {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Details {
        #[prost(message, repeated, tag = "3")]
        details: Vec<Any>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct RetryInfo {
        #[prost(message, optional, tag = "1")]
        delay: Option<Delay>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Delay {
        #[prost(int64, tag = "1")]
        seconds: i64,
        #[prost(int32, tag = "2")]
        nanos: i32,
    }
    let nanos = (millis % 1000 * 1_000_000) as i32;
    let delay = Some(Delay { seconds: (millis / 1000).into(), nanos });
    let any = Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        value: RetryInfo { delay }.encode_to_vec(),
    };
    let details = Details { details: vec![any] }.encode_to_vec();
    Status::with_details(code, "later", details.into())
}

#[test]
fn each_code_is_tried_again_or_not_as_the_specification_says() {
    for code in (1..=16).map(Code::from_i32) {
        let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
        receiver.state().script = [Status::new(code, "why")].into();
        let exporter = Exporter::start(&config(address), registry).expect("starts");
        counted.things.add(1);
        let result = exporter.flush(PATIENCE);
        let is_again = matches!(
            code,
            Code::Cancelled
                | Code::DeadlineExceeded
                | Code::Aborted
                | Code::OutOfRange
                | Code::Unavailable
                | Code::DataLoss
        );
        assert_eq!(receiver.state().attempts, if is_again { 2 } else { 1 }, "{code:?}");
        let why = format!("gRPC {code:?}: why");
        let refused = ExportError::Failed { delivery: Delivery::Refused, why };
        assert_eq!(result, if is_again { Ok(()) } else { Err(refused) }, "{code:?}");
    }
}

#[test]
fn exhausted_resources_are_tried_again_when_the_receiver_says_when() {
    let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
    receiver.state().script = [with_retry_info(Code::ResourceExhausted, 1)].into();
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(1);
    assert_eq!(exporter.flush(PATIENCE), Ok(()));
    assert_eq!(receiver.state().attempts, 2);
}

#[test]
fn nobody_asks_again_before_the_receiver_wants_it() {
    let ((receiver, address), (registry, counted)) = (Receiver::start(), counted());
    // An hour: more than the export may take, so that there is no second attempt at all.
    receiver.state().script = [with_retry_info(Code::Unavailable, 3_600_000)].into();
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(1);
    let result = exporter.flush(PATIENCE);
    assert!(matches!(result, Err(ExportError::Failed { delivery: Delivery::Refused, .. })));
    assert_eq!(receiver.state().attempts, 1);
}
