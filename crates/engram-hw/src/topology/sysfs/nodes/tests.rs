use super::*;

fn of_cpus(id: u32, cpus: &str) -> Node {
    Node { id, cpus: IdSet::from_list(cpus).unwrap(), ..Node::default() }
}

#[test]
fn the_memory_of_a_node_is_in_kilobytes() {
    assert_eq!(total("Node 0 MemTotal:       16 kB\nNode 0 MemFree: 3 kB"), Some(16 << 10));
    assert_eq!(total("MemTotal: 1 kB"), Some(1 << 10));
    for text in
        ["", "MemFree: 1 kB", "MemTotal: 1", "MemTotal: x kB", "MemTotal: 99999999999999999999 kB"]
    {
        assert_eq!(total(text), None, "{text:?}");
    }
}

#[test]
fn a_row_of_distances_has_numbers_above_zero() {
    assert_eq!(distances("10 20  21\n"), Some(vec![10, 20, 21]));
    assert_eq!([distances("10 0"), distances("10 x"), distances("-1")], [None, None, None]);
}

#[test]
fn nodes_that_all_claim_every_cpu_are_one() {
    assert!(are_one(&[of_cpus(0, "0-3"), of_cpus(1, "0-3")]));
    assert!(!are_one(&[of_cpus(0, "0-3")]));
    assert!(!are_one(&[of_cpus(0, "0-3"), of_cpus(1, "4")]));
    assert!(!are_one(&[of_cpus(0, ""), of_cpus(1, "")]));
}

#[test]
fn a_cpu_is_in_the_first_node_that_claims_it() {
    let online = IdSet::from_list("0-4").unwrap();
    let nodes = vec![of_cpus(0, "0-1"), of_cpus(2, "1-3")];
    let mut found = Topology { online, nodes, ..Topology::default() };
    share(&mut found);
    assert_eq!(found.nodes[1].cpus.to_string(), "2-3");
    assert_eq!(found.quirks, [Quirk::CpuInSeveralNodes(1), Quirk::CpuWithoutNode(4)]);
}

#[test]
fn a_node_that_is_not_nearest_to_itself_is_doubted() {
    let with =
        |distances: &[(u32, u32)]| Node { id: 1, distances: distances.to_vec(), ..Node::default() };
    assert_eq!(doubts(&with(&[(0, 20), (1, 10)])), None);
    assert_eq!(doubts(&with(&[(0, 10), (1, 20)])), Some(Quirk::DistancesDisagree(1)));
    assert_eq!(doubts(&with(&[])), Some(Quirk::NoDistances(1)));
}
