crate::when_enabled! {
    use super::*;

    fn waits(thread: Arrived) -> bool {
        thread.waiting.read(|_, (wait, ..)| wait) == Some(Wait::Barrier)
    }

    #[test]
    fn who_is_let_through_waits_no_more_before_it_runs() {
        let barrier = Arc::new(Barrier::new(2));
        let other = Arc::clone(&barrier);
        let early = std::thread::spawn(move || other.wait());
        let mut round = loop {
            let round = barrier.lock();
            match round.waiting.is_empty() {
                true => std::thread::yield_now(),
                false => break round,
            }
        };
        let thread = round.waiting[0];
        assert!(waits(thread));
        round.complete();
        // It cannot have gone on: the round is still locked.
        assert!(!waits(thread));
        barrier.full.notify_all();
        drop(round);
        assert!(!early.join().unwrap());
    }
}
