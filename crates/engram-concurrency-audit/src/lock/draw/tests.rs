use super::*;

fn order() -> Value {
    json!({
        "nodes": [{ "id": 1, "name": "accounts" }, { "id": 2, "name": "say \"hi\"" }],
        "edges": [{
            "from": 1, "to": 2, "count": 7, "on_cycle": true,
            "held_at": "src/bank.rs:3:9", "taken_at": "src/bank.rs:4:9",
        }],
    })
}

#[test]
fn what_was_saved_is_read_as_it_was() {
    assert_eq!(LockOrder::from_json(&order()).unwrap().to_json(), order());
}

#[test]
fn what_is_missing_is_named() {
    for part in ["nodes", "edges"] {
        let mut order = order();
        order[part] = json!(7);
        let missing = LockOrder::from_json(&order).unwrap_err();
        assert!(missing.to_string().contains(part), "{missing}");
    }
    let mut order = order();
    order["edges"][0]["to"] = json!(-1);
    assert!(LockOrder::from_json(&order).unwrap_err().to_string().contains("`to`"));
}

#[test]
fn a_name_with_quotes_is_still_a_drawing() {
    let order = LockOrder::from_json(&order()).unwrap();
    assert!(order.to_dot().contains("n2 [label=\"say \\\"hi\\\"\"];"), "{}", order.to_dot());
    assert!(order.to_mermaid().contains("n2[\"say #quot;hi#quot;\"]"), "{}", order.to_mermaid());
    assert!(
        order.to_dot().contains("color=red")
            && order.to_mermaid().contains("linkStyle 0 stroke:red")
    );
}
