crate::when_enabled! {
    use super::super::{ChannelPolicy, Open, State, Thresholds};
    use super::*;

    fn monitor() -> &'static Monitor {
        Box::leak(Box::new(Monitor::new()))
    }

    /// Takes a channel out of the list of the process into one of its own.
    fn take(monitor: &Monitor, name: &str) {
        let mut all = lock(&CHANNELS.0.get().unwrap().watched);
        let at = all.iter().position(|it| it.name() == name).unwrap();
        lock(&monitor.watched).push(all.remove(at));
    }

    #[test]
    fn a_channel_that_is_gone_leaves_its_counts_behind() {
        let (sender, receiver) = Open::named("left-behind").bounded(4);
        (0..3).for_each(|number| sender.send(number).unwrap());
        receiver.recv().unwrap();
        let own = monitor();
        take(own, "left-behind");
        drop((sender, receiver));
        // It dies in a look, whose event still has it, as may one of the process; it is buried in a later one.
        while !lock(&own.watched).is_empty() {
            own.tick(Instant::now());
        }
        let gone = lock(&own.gone).get("left-behind").copied().unwrap();
        assert_eq!((gone.sent, gone.received, gone.lost), (3, 1, 2));
    }

    #[test]
    fn who_waits_for_what_is_there_has_only_had_no_processor() {
        let (sender, receiver) = Open::named("there").bounded(1);
        let address = {
            let all = lock(&CHANNELS.0.get().unwrap().watched);
            all.iter().find(|it| it.name() == "there").unwrap().channel().address()
        };
        let asked = || (CHANNELS.has_room(address), CHANNELS.has_message(address));
        assert_eq!(asked(), (true, false));
        sender.send(1).unwrap();
        assert_eq!(asked(), (false, true));
        receiver.recv().unwrap();
        assert_eq!(asked(), (true, false));
        drop(sender);
        assert_eq!(asked(), (true, true), "the receiver is told that nobody sends");
    }

    #[test]
    fn the_state_follows_the_clock_that_is_handed_in() {
        let policy = ChannelPolicy::default().thresholds(Thresholds::production());
        let (sender, _receiver) = Open::named("by-the-clock").policy(policy).bounded(4);
        sender.send(1).unwrap();
        let own = monitor();
        take(own, "by-the-clock");
        let start = Instant::now();
        own.tick(start);
        assert_eq!(lock(&own.watched)[0].report().state, State::Busy);
        own.tick(start + Duration::from_secs(3));
        assert_eq!(lock(&own.watched)[0].report().state, State::Stalled);
    }
}
