use super::*;

#[test]
fn an_endpoint_is_found_by_any_of_its_addresses() {
    for url in
        ["h:1", "h:1/", "http://h:1", "h:1/events", "http://h:1/events/", "http://h:1/metrics"]
    {
        assert_eq!(address(url), "http://h:1/events", "{url}");
    }
    assert_eq!(address("https://h/a"), "https://h/a/events");
}
