use super::*;

fn why(destination: Destination) -> String {
    destination.checked().expect_err("something is wrong").to_string()
}

#[test]
fn an_address_that_cannot_be_is_told_at_once() {
    for (url, expected) in [
        ("", "it is no address"),
        ("gateway", "does not start with http://"),
        ("gateway:9091", "does not start with http://"),
        ("ftp://gateway", "does not start with http://"),
        ("http://", "it is no address"),
        ("http://:9091", "no host"),
        ("http://gateway:port", "between 1 and 65535"),
        ("http://gateway:", "between 1 and 65535"),
        ("http://gateway:99999", "between 1 and 65535"),
        ("http://gateway:0", "between 1 and 65535"),
        ("http://gate way", "it is no address"),
        ("http://gateway\n", "it is no address"),
        ("http://gateway?a=b", "it has a query"),
    ] {
        let said = why(Destination::new(url));
        assert!(said.starts_with("the address cannot be used: "), "{said}");
        assert!(said.contains(expected), "{url:?}: {said}");
    }
    for url in ["http://gateway:9091", "http://[::1]:9091/base/", "HTTP://gateway"] {
        Destination::new(url).checked().expect(url);
    }
}

#[test]
fn an_address_over_tls_needs_the_feature() {
    let checked = Destination::new("https://gateway").checked();
    assert_eq!(checked.is_ok(), cfg!(feature = "tls"), "{checked:?}");
}

#[test]
fn a_password_in_the_address_is_refused_without_being_repeated() {
    let said = why(Destination::new("http://user:hunter2@gateway:9091/x"));
    assert!(said.contains("belongs into a header") && said.contains("…@gateway:9091/x"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_header_that_no_request_can_carry_is_told_at_once() {
    for (name, value, expected) in [
        ("x-tenant", "a\nb", "\"x-tenant\" has a line feed"),
        ("x-tenant", "a\r\nx: y", "\"x-tenant\" has a line feed"),
        ("x tenant", "a", "\"x tenant\" is no name"),
        ("", "a", "is no name"),
        ("Content-Type", "text/plain", "is said by the client"),
        ("host", "a", "is said by the client"),
    ] {
        let said = why(Destination::new("http://gateway").header(name, value));
        assert!(said.contains(expected), "{said}");
    }
    let said = why(Destination::new("http://gateway").bearer_token("a\nb"));
    assert!(said.contains("\"authorization\" has a line feed"), "{said}");
}

#[test]
fn secrets_do_not_end_up_in_logs() {
    let destination = Destination::new("http://gateway").bearer_token("s3cret");
    assert!(!format!("{destination:?}").contains("s3cret"), "{destination:?}");
}

#[test]
fn the_first_thing_that_is_wrong_is_told() {
    let said = why(Destination::new("x").header("a\n", "b").timeout(Duration::ZERO));
    assert!(said.contains("the address"), "{said}");
    let said = why(Destination::new("http://gateway").timeout(Duration::ZERO));
    assert_eq!(said, "the time of an attempt cannot be used: it is 0");
}
