use super::*;

#[test]
fn every_experiment_is_where_it_has_to_be() {
    let mut ledger = Ledger::default();
    let reports = [
        drm::run(None, &mut ledger).unwrap(),
        fan::run(&mut ledger).unwrap(),
        forgetting::run(&mut ledger).unwrap(),
        spacing::run(&mut ledger).unwrap(),
        consolidation::run(&mut ledger).unwrap(),
        vectors::run(&mut ledger).unwrap(),
    ];
    for report in reports {
        assert!(report.rows.iter().all(|row| row.found.is_finite()), "{report:?}");
        assert!(report.holds(), "{:#?}", report.rows);
        assert!(report.rows.iter().any(|row| row.verdict == Verdict::Met));
    }
}

#[test]
fn a_ledger_expects_what_was_counted_and_nothing_else() {
    let mut ledger = Ledger::default();
    ledger.count("a_total", &[("x", "1")], 2.0);
    ledger.count("a_total", &[("x", "1")], 1.0);
    for value in [0.25, 0.5, 3.0] {
        ledger.observe(("b", 30), &[("y", "2"), ("x", "1")], value);
    }
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let own = [label("x", "1"), label("y", "2")];
    assert_eq!(ledger.expected("a_total", &own[..1]), 3.0);
    assert_eq!(ledger.expected("a_total", &[]), 0.0);
    assert_eq!((ledger.expected("b_count", &own), ledger.expected("b_sum", &own)), (3.0, 3.75));
    let up_to = |bound: &str| {
        ledger.expected("b_bucket", &[own.as_slice(), &[label("le", bound)]].concat())
    };
    assert_eq!([up_to("0.25"), up_to("0.5"), up_to("2.0"), up_to("+Inf")], [1.0, 2.0, 2.0, 3.0]);
    assert_eq!(ledger.series().count(), 2);
}

#[test]
fn norms_are_read_with_their_strengths() {
    let norms = Norms::parse("# head\nbed\tsleep:50\tRest:10\tbad\nrest\tsleep:5\n");
    let id = |word| norms.id(word).unwrap();
    let edges = norms.graph().of(id("bed"));
    assert_eq!(edges.len(), 2);
    assert!(edges.iter().any(|edge| edge.target == id("rest") && edge.strength == 0.1));
    assert_eq!(norms.graph().of(id("rest"))[0].target, id("sleep"));
    assert_eq!(norms.id("dream"), None);
}
