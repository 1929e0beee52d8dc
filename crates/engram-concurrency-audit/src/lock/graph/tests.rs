use proptest::prelude::*;

use super::*;

/// Cycles by the definition: two nodes that reach each other, by the transitive closure.
fn closure(edges: &[(u32, u32)], nodes: usize) -> Vec<Vec<bool>> {
    let mut reach = vec![vec![false; nodes]; nodes];
    for (from, to) in edges {
        reach[*from as usize][*to as usize] = true;
    }
    for via in 0..nodes {
        for from in 0..nodes {
            for to in 0..nodes {
                reach[from][to] |= reach[from][via] && reach[via][to];
            }
        }
    }
    reach
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(u32, u32),
    Remove(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let insert = (0..12_u32, 0..12_u32)
        .prop_filter("an edge has two ends", |(from, to)| from != to)
        .prop_map(|(from, to)| Step::Insert(from, to));
    prop_oneof![12 => insert, 1 => (0..12_u32).prop_map(Step::Remove)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn an_edge_closes_a_cycle_exactly_when_the_closure_says_so(
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        let (mut graph, mut plain) = (Graph::default(), Vec::new());
        for step in steps {
            match step {
                Step::Insert(from, to) => {
                    let expected = match plain.contains(&(from, to)) {
                        true => Inserted::Known,
                        false if closure(&plain, 12)[to as usize][from as usize] => Inserted::Closes,
                        false => Inserted::Open,
                    };
                    if expected != Inserted::Known {
                        plain.push((from, to));
                    }
                    prop_assert_eq!(graph.insert(from, to), expected);
                }
                Step::Remove(node) => {
                    graph.remove(node);
                    plain.retain(|(from, to)| *from != node && *to != node);
                }
            }
            prop_assert_eq!(graph.edges, plain.len());
        }
    }
}

#[test]
fn nodes_that_come_in_either_order_move_nothing() {
    let mut graph = Graph::default();
    for node in 1..20_000 {
        for step in 1..=5_u32.min(node) {
            assert_eq!(graph.insert(node, node - step), Inserted::Open);
        }
    }
}

#[test]
fn a_full_graph_takes_no_more() {
    let mut graph = Graph { edges: LIMIT, ..Graph::default() };
    assert_eq!(graph.insert(1, 2), Inserted::Full);
}
