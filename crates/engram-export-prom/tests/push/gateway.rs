//! The Pushgateway's client.

use engram_export_prom::push::{PushError, Pushgateway};
use engram_metrics_core::{when_disabled, when_enabled};

use super::server::{OK, Reply, Server};
use super::*;

when_enabled! {
    #[test]
    fn a_group_is_replaced_added_to_and_deleted() {
        let server = Server::start(&[OK, Reply::Status(202, ""), OK]);
        let destination = impatient(&server.url).header("x-tenant", "one").bearer_token("s3cret");
        let mut gateway = Pushgateway::new(destination, "backup", &[("path", "a/b")]).expect("valid");
        gateway.replace(&registry()).expect("arrives");
        gateway.add(&registry()).expect("arrives");
        gateway.delete().expect("arrives");
        let requests = server.requests();
        let lines: Vec<_> = requests.iter().map(|request| request.line.as_str()).collect();
        let path = "/metrics/job/backup/path@base64/YS9i";
        assert_eq!(lines, ["PUT", "POST", "DELETE"].map(|method| format!("{method} {path}")));
        let page = "# HELP rows_total Rows copied.\n# TYPE rows_total counter\nrows_total 7\n";
        for request in &requests[..2] {
            assert_eq!(String::from_utf8_lossy(&request.body), page);
            assert_eq!(request.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        }
        assert!(requests[2].body.is_empty());
        for request in &requests {
            assert_eq!(request.headers["x-tenant"], "one");
            assert_eq!(request.headers["authorization"], "Bearer s3cret");
            assert!(request.headers["user-agent"].starts_with("engram-export-prom/"));
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_with_the_same_page() {
        let script = [
            Reply::Status(503, "retry-after: 0\r\n"),
            Reply::HangUp,
            Reply::Status(429, ""),
            Reply::Half,
            Reply::Silence,
            OK,
        ];
        let server = Server::start(&script);
        let mut gateway = Pushgateway::new(patient(&server.url), "backup", &[]).expect("valid");
        gateway.replace(&registry()).expect("arrives in the end");
        let requests = server.requests();
        assert_eq!(requests.len(), script.len());
        assert!(requests.iter().all(|request| request.body == requests[0].body));
    }

    #[test]
    fn what_is_refused_for_good_is_not_tried_again() {
        for status in [301, 400, 401, 404, 413] {
            let server = Server::start(&[Reply::Status(status, "location: /x\r\n"), OK]);
            let mut gateway = Pushgateway::new(patient(&server.url), "backup", &[]).expect("valid");
            let error = gateway.replace(&registry()).expect_err("refused");
            let PushError::Refused { status: told, said, .. } = &error else { panic!("{error}") };
            assert_eq!((*told, said.clone()), (status, format!("answer {status}")));
            assert_eq!(error.to_string(), format!("refused with status {status}: answer {status}"));
            assert_eq!(server.requests().len(), 1);
        }
    }

    #[test]
    fn without_patience_the_first_failure_is_told() {
        let server = Server::start(&[Reply::Status(503, ""), OK]);
        let mut gateway = Pushgateway::new(impatient(&server.url), "backup", &[]).expect("valid");
        let error = gateway.replace(&registry()).expect_err("gives up").to_string();
        assert_eq!(error, "gave up after 1 attempts, the last one: status 503: answer 503");
        assert_eq!(server.requests().len(), 1);
    }

    #[test]
    fn a_server_that_asks_for_more_time_than_there_is_ends_it_at_once() {
        let server = Server::start(&[Reply::Status(503, "retry-after: 3600\r\n"), OK]);
        let mut gateway = Pushgateway::new(patient(&server.url), "backup", &[]).expect("valid");
        gateway.replace(&registry()).expect_err("gives up");
        assert_eq!(server.requests().len(), 1);
    }

    #[test]
    fn a_server_that_says_nothing_costs_no_more_than_an_attempt() {
        let server = Server::start(&[Reply::Silence]);
        let mut gateway = Pushgateway::new(impatient(&server.url), "backup", &[]).expect("valid");
        let error = gateway.replace(&registry()).expect_err("gives up").to_string();
        assert!(error.contains("timeout"), "{error}");
    }

    #[test]
    fn nobody_there_is_an_error() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", closed.local_addr().expect("bound"));
        drop(closed);
        let mut gateway = Pushgateway::new(impatient(&url), "backup", &[]).expect("valid");
        let error = gateway.replace(&registry()).expect_err("nobody is there").to_string();
        assert!(error.contains("refused"), "{error}");
    }
}

when_disabled! {
    #[test]
    fn compiled_out_nothing_is_sent() {
        let server = Server::start(&[OK]);
        let mut gateway = Pushgateway::new(patient(&server.url), "backup", &[]).expect("valid");
        gateway.replace(&registry()).expect("is empty");
        gateway.delete().expect("is empty");
        assert_eq!(server.requests(), []);
        let _ = (impatient("http://x"), Reply::Half, Reply::HangUp, Reply::Silence, PushError::clone);
    }
}

#[test]
fn what_cannot_be_is_an_error_before_anything_is_sent() {
    let new = |url: &str, job, labels: &[(&str, &str)]| {
        Pushgateway::new(url, job, labels).expect_err("cannot be").to_string()
    };
    let url = "http://gateway:9091";
    assert!(new("gateway", "a", &[]).starts_with("the address cannot be used"));
    assert!(new(url, "", &[]).starts_with("the job cannot be used: it is empty"));
    assert!(new(url, "a", &[("b c", "d")]).starts_with("a label cannot be used: \"b c\""));
    let header = Pushgateway::new(Destination::new(url).header("x", "a\nb"), "a", &[]);
    let header = header.expect_err("cannot be").to_string();
    assert!(header.starts_with("a header cannot be used: \"x\" has a line feed"), "{header}");
}
