use super::*;
use crate::resource::{Resource, Scope};

fn put(out: &mut Buffer) {
    out.bytes(Tag::bytes(12), b"event");
}

#[test]
fn what_does_not_fit_is_dropped_until_what_waits_is_taken() {
    let queue = Queue::new(50);
    assert_eq!([(); 4].map(|()| queue.push(20, put)), [true, true, true, false]);
    let mut batch = Batch::new(Head::new(&Resource::named("test"), &Scope::default()));
    assert_eq!((batch.take(&queue), batch.take(&queue)), (3, 0));
    assert!(queue.push(20, put));
    assert_eq!(batch.take(&queue), 1);
}

#[test]
fn the_buffers_are_the_same_two_whatever_comes() {
    let queue = Queue::new(8192);
    let mut batch = Batch::new(Head::new(&Resource::named("test"), &Scope::default()));
    for _ in 0..100 {
        while queue.push(20, put) {}
        assert!(batch.take(&queue) > 100);
        assert!(batch.taken.bytes.capacity() <= 4 * 8192, "{}", batch.taken.bytes.capacity());
    }
}
