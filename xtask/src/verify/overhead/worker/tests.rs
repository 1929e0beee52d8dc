use super::*;

#[test]
fn the_last_processor_of_any_list_is_found() {
    let last = |list: &str| {
        let status = format!("Name:\tx\nCpus_allowed_list:\t{list}\nMems_allowed:\t1\n");
        last_allowed(&status).map(str::to_owned)
    };
    assert_eq!(last("0-1").as_deref(), Some("1"));
    assert_eq!(last("0,4-7,12").as_deref(), Some("12"));
    assert_eq!(last("3").as_deref(), Some("3"));
    assert_eq!(last_allowed("Name:\tx\n"), None);
}

#[test]
fn the_time_of_a_thread_is_the_first_number() {
    assert_eq!(on_processor("83145 120 1\n"), 83_145);
    assert_eq!(on_processor(""), 0);
}
