use super::*;
use crate::{IdSet, Topology};

#[test]
fn a_pinned_thread_runs_where_it_was_pinned_and_is_let_go() {
    if crate::process::is_emulated() {
        return;
    }
    let before = affinity().unwrap();
    let machine = Topology::without_caches("/").unwrap();
    for cpu in machine.allowed_cpus().iter() {
        let pin = Pin::to_cpu(cpu).unwrap();
        assert_eq!(current_cpu(), cpu);
        assert_eq!(Some(current_node()), machine.node_of(cpu));
        assert_eq!(sys::place(), (cpu, current_node()));
        drop(pin);
        assert_eq!(affinity().unwrap(), before);
    }
}

#[test]
fn a_pin_to_what_is_not_there_is_an_error_and_changes_nothing() {
    let before = affinity().unwrap();
    for cpus in [
        IdSet::new(),
        [IdSet::MAX].into_iter().collect(),
        before.union(&[IdSet::MAX].into_iter().collect()),
    ] {
        let error = Pin::to_cpus(&cpus).unwrap_err();
        assert_eq!(error.reason, crate::Reason::Missing, "{cpus}: {error}");
        assert_eq!(affinity().unwrap(), before);
    }
    assert!(Pin::to_node(&Topology::default(), 0).is_err());
}

#[test]
fn nested_pins_are_let_go_one_after_the_other() {
    let before = affinity().unwrap();
    let first = before.first().unwrap();
    let outer = Pin::to_cpu(first).unwrap();
    let inner = Pin::to_cpu(before.last().unwrap()).unwrap();
    drop(inner);
    assert_eq!(affinity().unwrap().to_string(), first.to_string());
    drop(outer);
    assert_eq!(affinity().unwrap(), before);
}
