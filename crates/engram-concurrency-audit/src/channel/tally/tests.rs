use std::sync::Arc;

use super::{Handles, Tally, Totals};

fn handles() -> (Handles, Arc<Tally>, Arc<Tally>) {
    let (sender, receiver) = (Arc::new(Tally::new(1)), Arc::new(Tally::new(1)));
    let handles = Handles {
        senders: vec![Arc::clone(&sender)],
        receivers: vec![Arc::clone(&receiver)],
        retired: Totals::default(),
    };
    (handles, sender, receiver)
}

#[test]
fn a_tally_has_its_lines_to_itself() {
    assert_eq!((size_of::<Tally>(), align_of::<Tally>()), (128, 128));
}

#[test]
fn handles_that_are_gone_still_count() {
    let (mut handles, sender, receiver) = handles();
    (0..3).for_each(|_| _ = sender.count());
    receiver.count();
    sender.refuse();
    sender.see(2);
    let before = handles.totals();
    assert_eq!((before.sent, before.received, before.depth()), (3, 1, 2));
    assert!(handles.retire_sender(&sender) && handles.retire_receiver(&receiver));
    assert_eq!(handles.totals(), before);
    assert_eq!((before.closed_sends, before.high_water), (1, 2));
}

#[test]
fn a_thread_waits_between_two_turns() {
    let (_, sender, _) = handles();
    assert!(!sender.is_waiting());
    sender.turn();
    assert!(sender.is_waiting());
    sender.turn();
    assert!(!sender.is_waiting());
}

#[test]
fn a_handle_is_where_it_was_made_until_it_is_used() {
    let (_, sender, _) = handles();
    assert_eq!(sender.home(), 1);
    sender.set_thread(7);
    assert_eq!(sender.home(), 7);
}
