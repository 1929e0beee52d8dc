//! The client of remote-write.

use engram_export_prom::push::RemoteWrite;
use engram_metrics_core::{when_disabled, when_enabled};

use super::server::{OK, Reply, Server};
use super::*;

when_enabled! {
    use engram_export_prom::push::{PushError, WriteRequests};

    #[test]
    fn a_message_is_compressed_and_says_which_protocol_it_is() {
        let server = Server::start(&[Reply::Status(500, ""), Reply::Status(204, "")]);
        let url = format!("{}/api/v1/write", server.url);
        let mut client = RemoteWrite::new(patient(&url), "backup", &[("host", "db")]).expect("valid");
        let at = std::time::SystemTime::now();
        client.write_at(&registry(), at).expect("arrives in the end");
        let mut expected = Vec::new();
        let mut requests = WriteRequests::new("backup", &[("host", "db")]).expect("valid");
        requests.encode(&registry(), at, |message| expected.push(message.to_vec()));
        assert_eq!(expected.len(), 1);
        let sent = server.requests();
        assert_eq!(sent.len(), 2, "tried again");
        for request in sent {
            assert_eq!(request.line, "POST /api/v1/write");
            assert_eq!(request.headers["content-type"], "application/x-protobuf");
            assert_eq!(request.headers["content-encoding"], "snappy");
            assert_eq!(request.headers["x-prometheus-remote-write-version"], "0.1.0");
            let plain = snap::raw::Decoder::new().decompress_vec(&request.body).expect("snappy");
            assert_eq!(plain, expected[0]);
        }
    }

    #[test]
    fn what_does_not_arrive_is_told_and_the_rest_not_sent() {
        let server = Server::start(&[Reply::Status(400, ""), OK]);
        let mut client = RemoteWrite::new(patient(&server.url), "backup", &[]).expect("valid");
        let error = client.write(&registry()).expect_err("refused");
        assert!(matches!(error, PushError::Refused { status: 400, .. }), "{error}");
        assert_eq!(server.requests().len(), 1);
    }

    #[test]
    fn the_end_is_a_message_of_its_own() {
        let server = Server::start(&[OK, OK]);
        let mut client = RemoteWrite::new(patient(&server.url), "backup", &[]).expect("valid");
        client.write(&registry()).expect("arrives");
        client.end(&registry()).expect("arrives");
        let sent = server.requests();
        let stale = 0x7ff0_0000_0000_0002_u64.to_le_bytes();
        let has_end = |body: &[u8]| {
            let plain = snap::raw::Decoder::new().decompress_vec(body).expect("snappy");
            plain.windows(8).any(|bytes| bytes == stale)
        };
        assert_eq!([&sent[0], &sent[1]].map(|request| has_end(&request.body)), [false, true]);
    }
}

when_disabled! {
    #[test]
    fn compiled_out_nothing_is_written() {
        let server = Server::start(&[OK]);
        let mut client = RemoteWrite::new(patient(&server.url), "backup", &[]).expect("valid");
        client.write(&registry()).expect("is empty");
        client.end(&registry()).expect("is empty");
        assert_eq!(server.requests(), []);
        let _ = Reply::Half;
    }
}

#[test]
fn what_cannot_be_is_an_error_before_anything_is_written() {
    let error = RemoteWrite::new("localhost:9090", "a", &[]).expect_err("no scheme").to_string();
    assert!(error.starts_with("the address cannot be used"), "{error}");
    let error = RemoteWrite::new("http://localhost:9090/api/v1/write", "", &[]);
    assert!(error.expect_err("no job").to_string().starts_with("the job cannot be used"));
}
