use super::*;
use crate::finding::{ErrorCode, Site};

crate::when_enabled! {
    use std::sync::{Arc, Mutex as StdMutex};
}

fn auditor(action: Action) -> Auditor {
    let auditor = Auditor::new();
    auditor.set_policy(Policy::production().with_action(action));
    auditor
}

fn finding(site: Site) -> Finding {
    Finding::new(ErrorCode::Recursion, "cache", "cache is taken twice").at("takes cache", site)
}

crate::when_enabled! {
    #[test]
    fn what_is_known_is_reported_once() {
        let auditor = auditor(Action::Keep);
        let site = Site::caller();
        assert!(auditor.report(finding(site)));
        assert!(!auditor.report(finding(site)));
        assert!(auditor.report(finding(Site::caller())));
        assert_eq!(auditor.findings().len(), 2);
    }

    #[cfg(feature = "locks")]
    #[test]
    fn what_is_withdrawn_is_a_warning_and_may_be_said_again() {
        let called = Arc::new(StdMutex::new(Vec::new()));
        let log = Arc::clone(&called);
        let auditor =
            auditor(Action::callback(move |it| log.lock().unwrap().push(it.severity)));
        let presumed = finding(Site::caller()).with_confidence(Confidence::Heuristic);
        for _ in 0..2 {
            assert!(auditor.report(presumed.clone()));
            auditor.withdraw(&presumed.identity());
            let severities: Vec<_> = auditor.findings().iter().map(|it| it.severity).collect();
            assert_eq!(severities, [Severity::Warn]);
        }
        let (error, warning) = (presumed.severity, Severity::Warn);
        assert_eq!(*called.lock().unwrap(), [error, warning, error, warning]);
        auditor.withdraw(&presumed.identity());
        assert_eq!(called.lock().unwrap().len(), 4, "there is nothing left to withdraw");
    }

    #[test]
    fn what_is_presumed_does_not_panic() {
        let auditor = auditor(Action::Panic);
        assert!(auditor.report(finding(Site::caller()).with_confidence(Confidence::Heuristic)));
    }

    #[test]
    fn what_was_taken_is_reported_again() {
        let auditor = auditor(Action::Keep);
        let site = Site::caller();
        auditor.report(finding(site));
        assert_eq!(auditor.take().len(), 1);
        assert!(auditor.report(finding(site)));
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let auditor = auditor(Action::Keep);
        for line in 0..1500 {
            let mut it = finding(Site::UNKNOWN);
            it.edges.clear();
            it.sites.clear();
            it = it.at("takes", Site::caller());
            // Distinct by number of sites, for the line is always this one.
            it.sites = vec![it.sites[0].clone(); line + 1];
            auditor.report(it);
        }
        assert_eq!(auditor.findings().len(), 1024);
        assert_eq!(auditor.lost(), 1500 - 1024);
    }

    #[test]
    fn a_suppressed_finding_is_kept_and_not_acted_upon() {
        let called = Arc::new(StdMutex::new(0));
        let counter = Arc::clone(&called);
        let auditor = auditor(Action::callback(move |_| *counter.lock().unwrap() += 1));
        auditor.suppress(Suppression::of(ErrorCode::Recursion).about("cache").because("known"));
        auditor.report(finding(Site::caller()));
        assert_eq!(auditor.findings()[0].severity, Severity::Suppressed);
        assert_eq!(*called.lock().unwrap(), 0);
        let mut other = finding(Site::caller());
        other.resource = "other".to_owned();
        auditor.report(other);
        assert_eq!(*called.lock().unwrap(), 1);
    }

    #[test]
    fn a_callback_that_panics_ends_nothing() {
        let auditor = auditor(Action::callback(|_| panic!("of the callback")));
        assert!(auditor.report(finding(Site::caller())));
        assert!(!reentry::is_inside());
    }

    #[test]
    fn a_callback_may_ask_the_auditor() {
        static ASKED: Auditor = Auditor::new();
        ASKED.set_policy(Policy::production().with_action(Action::callback(|_| {
            assert_eq!(ASKED.findings().len(), 1);
            assert!(reentry::is_inside());
        })));
        assert!(ASKED.report(finding(Site::caller())));
    }

    #[test]
    fn the_policy_panics_on_errors_and_not_on_warnings() {
        let auditor = auditor(Action::Panic);
        let warning = finding(Site::caller()).with_severity(Severity::Warn);
        assert!(auditor.report(warning));
        let error = finding(Site::caller());
        assert!(catch_unwind(AssertUnwindSafe(|| auditor.report(error))).is_err());
    }

    #[test]
    fn the_report_shows_the_worst_first() {
        let auditor = auditor(Action::Keep);
        auditor.report(finding(Site::caller()).with_severity(Severity::Warn));
        auditor.report(finding(Site::caller()).with_severity(Severity::ErrorActual));
        assert!(auditor.text().starts_with("ERROR-ACTUAL"));
        assert_eq!(auditor.json(&[])["findings"][0]["severity"], "WARN");
    }
}

crate::when_disabled! {
    #[test]
    fn compiled_out_nothing_is_kept() {
        let auditor = auditor(Action::Panic);
        assert!(!auditor.report(finding(Site::caller())));
        assert!(auditor.findings().is_empty());
        assert_eq!(size_of::<Auditor>(), 0);
    }
}
