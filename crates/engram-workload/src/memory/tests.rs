use std::sync::OnceLock;

use engram_cognitive::estimate::Calibration;
use engram_cognitive::metrics::{CompletionOutcome, ReconsolidationOutcome, System};
use proptest::prelude::*;

use super::*;
use crate::engine::{EngineConfig, Scratch, kept};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| kept::engine(&EngineConfig::default()))
}

fn memory() -> (Memory<'static>, Scratch) {
    (Memory::new(engine(), 7), engine().scratch())
}

fn cue(word: u32) -> Cue {
    Cue::part_of(word, &engine().index().vectors()[word as usize], 3)
}

#[test]
fn half_of_an_experience_brings_back_the_whole() {
    let (mut memory, mut scratch) = memory();
    let words: Vec<u32> = (0..60).map(|at| at * 300 + 11).collect();
    assert_eq!(memory.store(&words).done, 60);
    let mut right = 0;
    for word in &words {
        let completed = memory.complete(&cue(*word), &mut scratch);
        right += u32::from(completed.outcome == CompletionOutcome::Veridical);
        assert!((0.0..=1.0).contains(&completed.plausibility));
    }
    println!("{right} of 60 right");
    assert!(right >= 50);
}

#[test]
fn what_is_said_to_be_plausible_is_right_about_as_often() {
    let (mut memory, mut scratch) = memory();
    let mut rng = fastrand::Rng::with_seed(5);
    let mut tenths = [[0_u32; 2]; 10];
    for _ in 0..300 {
        let _ = memory.store(&[(); 4].map(|()| rng.u32(..20_061)));
        for _ in 0..4 {
            let word = memory.word(rng.usize(..memory.len().max(1))).unwrap_or_default();
            let vector = &engine().index().vectors()[word as usize];
            let cue = Cue::part_of(word, vector, rng.u64(..));
            let completed = memory.complete(&cue, &mut scratch);
            let tenth = ((completed.plausibility * 10.0).ceil() as usize).clamp(1, 10) - 1;
            match completed.outcome {
                CompletionOutcome::Veridical => tenths[tenth][0] += 1,
                CompletionOutcome::False => tenths[tenth][1] += 1,
                _ => {}
            }
        }
        memory.sleep();
    }
    let mut calibration = Calibration::new();
    for (tenth, [right, wrong]) in tenths.into_iter().enumerate() {
        let middle = (tenth as f64 + 0.5) / 10.0;
        calibration.add(middle, right.into(), (right + wrong).into()).unwrap();
    }
    println!("{tenths:?}");
    let error = calibration.expected_error().unwrap();
    println!("calibration error {error:.3}");
    assert!(error < 0.15);
}

#[test]
fn an_empty_memory_answers_with_what_it_knows_of_words() {
    let (mut memory, mut scratch) = memory();
    let completed = memory.complete(&cue(200), &mut scratch);
    assert_eq!((completed.system, completed.comparisons), (System::Neocortical, 0));
    assert!(completed.search.is_some() && completed.contribution.is_none());
    let unknown = memory.complete(&cue(200).unknown(), &mut scratch);
    assert!(!matches!(unknown.outcome, CompletionOutcome::Veridical | CompletionOutcome::False));
}

#[test]
fn a_memory_can_be_changed_for_six_hours_after_it_was_brought_back() {
    let attempt = |hours: u32| {
        let (mut memory, mut scratch) = memory();
        let _ = memory.store(&[500]);
        let brought = memory.complete(&cue(500), &mut scratch);
        assert_eq!((brought.system, brought.changes.labile), (System::Hippocampal, 1));
        for _ in 1..hours {
            let _ = memory.store(&[]);
        }
        let near = engine().index().linked(500)[0];
        let revised = memory.revise(0, near);
        assert_eq!(revised.elapsed, Some(u64::from(hours) * HOUR));
        (revised.outcome, revised.changes.labile)
    };
    assert_eq!(attempt(1), (ReconsolidationOutcome::Updated, -1));
    assert_eq!(attempt(5), (ReconsolidationOutcome::Updated, -1));
    assert_eq!(attempt(6), (ReconsolidationOutcome::WindowClosed, -1));
    assert_eq!(attempt(7), (ReconsolidationOutcome::WindowClosed, 0));
}

#[test]
fn what_was_not_brought_back_cannot_be_changed_and_a_contradiction_changes_nothing() {
    let (mut memory, mut scratch) = memory();
    let _ = memory.store(&[500]);
    let trace = memory.episodes[0].trace;
    assert_eq!(memory.revise(0, 501).outcome, ReconsolidationOutcome::NotReactivated);
    let _ = memory.complete(&cue(500), &mut scratch);
    let vectors = engine().index().vectors();
    let far = (0..).find(|word: &u32| trace.cosine(&vectors[*word as usize]) < 0.0).unwrap();
    assert_eq!(memory.revise(0, far).outcome, ReconsolidationOutcome::Conflict);
    assert_eq!(memory.episodes[0].trace, trace);
    assert_eq!(memory.revise(0, 500).outcome, ReconsolidationOutcome::Restored);
    assert_eq!(memory.episodes[0].trace, vectors[500]);
}

#[test]
fn a_change_makes_a_memory_more_like_what_was_suggested() {
    let (mut memory, mut scratch) = memory();
    let _ = memory.store(&[500]);
    let near = engine().index().linked(500)[0];
    let suggested = engine().index().vectors()[near as usize];
    let before = memory.episodes[0].trace.cosine(&suggested);
    let _ = memory.complete(&cue(500), &mut scratch);
    let revised = memory.revise(0, near);
    assert_eq!(revised.replaced, Some(f64::from(0.3_f32)));
    assert!(memory.episodes[0].trace.cosine(&suggested) > before);
}

#[test]
fn memories_become_remote_within_weeks_and_go_back_when_they_are_retrieved() {
    let (mut memory, mut scratch) = memory();
    let _ = memory.store(&[500]);
    let mut nights = 0;
    while memory.count(State::Remote) == 0 {
        memory.sleep();
        nights += 1;
    }
    assert!((2..=28).contains(&nights), "{nights} nights");
    let mut steps = Vec::new();
    while memory.count(State::Remote) == 1 {
        steps = memory.complete(&cue(500), &mut scratch).changes.steps.clone();
    }
    assert_eq!(steps[0].step, Transition::Reopened);
}

#[test]
fn senders_are_told_to_wait_and_after_some_nights_to_go_on() {
    let (mut memory, _) = memory();
    let words: Vec<u32> = (0..BACKLOG_HIGH as u32).collect();
    let stored = memory.store(&words);
    assert_eq!((stored.done, stored.changes.pressure), (72, Some(Pressure::On)));
    let refused = memory.store(&[1, 2, u32::MAX]);
    assert_eq!((refused.done, refused.refused, refused.failed), (0, 2, 1));
    let mut nights = 0;
    while memory.is_pressed() {
        memory.sleep();
        nights += 1;
        assert!(nights < 100, "nobody tells them to go on");
    }
    assert!(memory.backlog() <= BACKLOG_LOW);
    assert_eq!(memory.store(&[1, 2]).done, 2);
}

#[test]
fn the_weakest_is_forgotten_when_there_is_no_room() {
    let (mut memory, _) = memory();
    let mut word = 0..;
    while memory.len() < CAPACITY {
        let _ = memory.store(&[word.next().unwrap()]);
        if memory.is_pressed() {
            memory.sleep();
        }
    }
    while memory.is_pressed() {
        memory.sleep();
    }
    let strength = |memory: &Memory<'_>, at: usize| memory.episodes[at].stores.strength();
    let weakest = (0..CAPACITY).map(|at| strength(&memory, at)).fold(1.0, f64::min);
    let place = (0..CAPACITY).find(|at| strength(&memory, *at) == weakest).unwrap();
    let forgotten = memory.word(place).unwrap();
    let stored = memory.store(&[20_000]);
    assert!(matches!(stored.changes.steps[0].step, Transition::Lost(_)));
    assert_eq!(memory.len(), CAPACITY);
    assert!((0..CAPACITY).all(|at| memory.word(at) != Some(forgotten)));
}

#[test]
fn a_warm_memory_allocates_nothing() {
    let (mut memory, mut scratch) = memory();
    let words: Vec<u32> = (0..8).collect();
    let mut round = || {
        for seed in 0..300_u32 {
            let _ = memory.store(&words);
            let _ = memory.complete(&cue(seed), &mut scratch);
            let _ = memory.revise(0, seed);
            memory.sleep();
        }
    };
    round();
    assert_eq!(allocation_counter::measure(round).count_total, 0);
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Store(u32),
    Complete(u32),
    Revise(usize, u32),
    Sleep,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..400_u32).prop_map(Act::Store),
        (0..400_u32).prop_map(Act::Complete),
        (any::<usize>(), 0..400_u32).prop_map(|(place, word)| Act::Revise(place, word)),
        Just(Act::Sleep),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What operations say that they changed adds up to what there is, and to nothing at the end.
    #[test]
    fn changes_add_up_whatever_is_done(acts in proptest::collection::vec(act(), 1..120)) {
        let (mut memory, mut scratch) = memory();
        let (mut living, mut labile, mut pressed) = (0_i64, 0_i64, 0_i64);
        let mut add = |changes: &Changes| {
            for Step { step, .. } in &changes.steps {
                living += i64::from(*step == Transition::Encoded);
                living -= i64::from(matches!(step, Transition::Lost(_)));
            }
            labile += changes.labile;
            pressed += changes.pressure.map_or(0, |it| if it == Pressure::On { 1 } else { -1 });
            (living, labile, pressed)
        };
        for act in acts {
            let sums = match act {
                Act::Store(word) => add(memory.store(&[word; 9]).changes),
                Act::Complete(word) => add(memory.complete(&cue(word), &mut scratch).changes),
                Act::Revise(place, word) if !memory.is_empty() => {
                    let place = place % memory.len();
                    add(memory.revise(place, word).changes)
                }
                Act::Revise(..) | Act::Sleep => add(memory.sleep().changes),
            };
            let labile = memory.episodes.iter().filter(|it| it.is_labile).count();
            let expected = (memory.len() as i64, labile as i64, i64::from(memory.is_pressed()));
            prop_assert_eq!(sums, expected);
            prop_assert!(memory.len() <= CAPACITY);
        }
        prop_assert_eq!(add(&memory.end()), (0, 0, 0));
    }
}
