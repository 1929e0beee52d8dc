//! The catalogue of codes: number, title, usual severity, what to do.

use std::fmt;

use super::Severity;

/// Declares the codes and their catalogue.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $severity:ident, $title:literal, $advice:literal;)+) => {
        /// Which kind of finding; the numbers never change their meaning.
        ///
        /// E01xx are locks, E02xx channels, E03xx atomics, E04xx pools.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* #[doc = concat!("\n\n`", $number, "`, usually [`", stringify!($severity), "`](Severity::", stringify!($severity), ").")] $name,)+
        }

        impl ErrorCode {
            /// All of them, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// `E0102`, say.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $number,)+ }
            }

            /// In a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// What to do about it, in a sentence or two.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)+ }
            }

            /// A page about it, in Markdown: what it means, a program that has it, how to mend and how to
            /// suppress it.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../findings/", $number, ".md")),)+ }
            }

            /// How bad it usually is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// A thread asks for a lock that it holds.
    Recursion = "E0101", Error, "recursive lock",
        "The thread would wait for itself. Pass the guard down, or drop it before the call.";
    /// Two locks are taken in both orders.
    OrderInversion = "E0102", Potential, "lock order inversion",
        "Take the locks of the cycle in one order everywhere, or hold one lock around both places.";
    /// Locks of two classes are taken in both orders, though not the same locks.
    ClassInversion = "E0103", Warn, "order inversion between classes",
        "Give the classes one order; if the locks can never be the same ones, suppress the finding.";
    /// Threads wait for each other, now.
    Deadlock = "E0104", ErrorActual, "deadlock",
        "None of these threads goes on. Each step names what a thread holds and what it waits for.";
    /// A lock of a lower level is taken inside one of a higher level.
    LevelViolation = "E0105", Error, "level violated",
        "Levels grow from the outside to the inside: take the lock of the lower level first.";
    /// Two locks of one class are taken against their declared order.
    KeyViolation = "E0106", Error, "order of keys violated",
        "Sort the locks by their keys before taking them.";
    /// A lock is dropped that is held.
    DestroyedHeld = "E0107", Warn, "lock destroyed while held",
        "A guard was forgotten. Drop it, or keep the lock as long as the guard.";
    /// A thread ends and holds a lock.
    EndedHolding = "E0108", Warn, "thread ended holding a lock",
        "Nobody can release the lock any more: a guard was forgotten.";
    /// A thread that reads asks to read again.
    RecursiveRead = "E0109", Warn, "recursive read",
        "A writer that arrives in between blocks both. Read once, or use `read_recursive`.";
    /// A thread that reads asks to write, or the other way round.
    Upgrade = "E0110", Error, "read and write by one thread",
        "The thread would wait for itself. Use an upgradable read, or write from the start.";
    /// A thread waits for something to happen and holds a lock meanwhile.
    WaitsHolding = "E0111", Warn, "waits while holding a lock",
        "Whoever is to end the wait may need that lock. Release it before waiting.";
    /// A lock that may block is taken in a context that must not.
    InvalidContext = "E0112", Warn, "blocking lock in an atomic context",
        "Take the blocking lock first, or do without it while the spin lock is held.";
    /// A guard lives across a point where its task is suspended.
    HeldAcrossAwait = "E0113", Warn, "guard held across an await",
        "The executor may run a task that needs the lock. Drop the guard, or use an async lock.";
    /// A poll blocks its executor.
    BlockedInPoll = "E0114", Warn, "blocking inside a poll",
        "Use an async lock, or move the work to a thread that may block.";
    /// A condition variable is waited for and nobody ever notified it.
    MissingNotify = "E0115", Warn, "nobody notifies",
        "Notify after the change that the waiter waits for.";
    /// The acquisition graph is full.
    GraphFull = "E0116", Warn, "acquisition graph is full",
        "New orders are not recorded any more. Name the classes, or raise the limit.";
    /// A message is sent and nobody receives any more.
    ClosedSend = "E0201", Warn, "send into a closed channel",
        "Look at the result of the send, or let the receiver live as long as those who send.";
    /// The last receiver goes while messages are inside.
    Undelivered = "E0202", Warn, "messages lost at close",
        "Receive until the channel is closed before dropping the receiver, or stop the senders first.";
    /// A receiver waits for messages, and only its own thread could send one.
    SelfHeldSender = "E0203", Error, "receiver holds its own sender",
        "Drop the sender before receiving until the channel is closed: it keeps the channel open.";
    /// A receiver waits for messages, and the threads that had senders have ended.
    LeakedSender = "E0204", Warn, "leaked sender",
        "A sender was forgotten, or given to a thread that never used it. Drop it when its thread is done.";
    /// A channel stays full while messages move.
    Backpressure = "E0205", Warn, "backpressure",
        "The consumers are slower than the producers. Add consumers, or slow the producers down.";
    /// Messages are inside and nobody takes one.
    Stalled = "E0206", Warn, "stalled channel",
        "The consumer is stuck or gone elsewhere. Look at what its thread waits for.";
    /// A thread takes from other channels and never from this one.
    Starved = "E0207", Warn, "starved channel",
        "Serve the channels in turn, or by a select that does not prefer the first.";
    /// A channel without a bound only grows.
    Growth = "E0208", Warn, "queue that only grows",
        "Give the channel a bound, so that producers wait instead of the memory growing.";
    /// What went in did not come out, and is not inside.
    Unbalanced = "E0209", Error, "messages do not add up",
        "The channel below loses messages or invents them, or somebody uses it directly.";
    /// A capacity that the class of the channel does not allow.
    BufferRule = "E0210", Warn, "buffer breaks the rule of its class",
        "Choose a capacity that the class allows, or another class.";
    /// A listener panicked, or blocks.
    ListenerFailed = "E0211", Warn, "listener failed",
        "A listener must return soon. Hand the event to a thread that may block.";
    /// A recovery could not be done.
    RecoveryRefused = "E0212", Warn, "recovery refused",
        "The policy asks for what the channel cannot do; the message says what is missing.";
    /// An ordering that the operation cannot have.
    InvalidOrdering = "E0301", Error, "invalid ordering",
        "Loads release nothing, stores acquire nothing, fences are not relaxed. The next ordering that is possible was used.";
    /// A release that nobody acquires.
    UnpairedRelease = "E0302", Warn, "release without acquire",
        "Load with Acquire what must see the writes before the store, or store Relaxed.";
    /// An acquire of what nobody releases.
    UnpairedAcquire = "E0303", Warn, "acquire without release",
        "Store with Release what the load must see the writes before, or load Relaxed.";
    /// A store over a value that changed since its thread loaded it.
    LostUpdate = "E0304", Error, "lost update",
        "Use a read-modify-write, or a compare-exchange in a loop.";
    /// Words of a group were read while they were written.
    TornGroup = "E0305", Error, "torn read",
        "Read the group below a sequence lock, or make it one word.";
    /// Variables of different hot writers lie on one cache line.
    FalseSharing = "E0306", Warn, "false sharing",
        "Give each variable a cache line of its own.";
    /// An address is misaligned.
    Misaligned = "E0307", Error, "misaligned address",
        "Atomics need their natural alignment.";
    /// A value lies on two cache lines.
    SplitLine = "E0308", Warn, "value on two cache lines",
        "Align the value to its size.";
    /// A fence orders nothing.
    UselessFence = "E0309", Warn, "useless fence",
        "A fence orders the accesses before it with those after it; here are none.";
    /// A compare-exchange mostly fails.
    HotExchange = "E0310", Warn, "contended compare-exchange",
        "Spread the variable over threads, back off, or use a single read-modify-write.";
    /// One variable alone has sequential consistency.
    LoneSeqCst = "E0311", Warn, "SeqCst on a single variable",
        "SeqCst orders several variables; for one, Relaxed or Acquire and Release do the same.";
    /// Two threads access data and nothing orders them.
    Race = "E0312", Error, "data race",
        "Publish the data with a Release store, and load with Acquire before touching it.";
    /// A store may be overtaken by a load behind it, in two threads.
    StoreLoad = "E0313", Warn, "store may be overtaken by a load",
        "If one of the two threads must see the other's store, all four accesses need SeqCst.";
    /// A read-modify-write of a variable that one thread writes.
    SingleWriter = "E0314", Warn, "update with a single writer",
        "A load and a store do the same without a locked instruction.";
    /// More jobs wait for a pool than its limits allow.
    Backlog = "E0401", Warn, "backlog of a pool",
        "Add workers, make the jobs shorter, or slow down whoever submits them.";
    /// Every worker of a pool waits for a job of the pool.
    Exhausted = "E0402", ErrorActual, "pool waits for itself",
        "Nobody is left to do the jobs that are waited for. Do not wait inside a job, or use another pool for the inner jobs.";
    /// A job of a pool panicked.
    JobPanicked = "E0403", Warn, "job panicked",
        "The worker goes on; who waits for the job is told. Return an error where failing is expected.";
    /// A pool has more workers than its limits allow.
    TooManyWorkers = "E0404", Warn, "too many workers",
        "Workers that compute take the processors from each other: start as many as the process may use.";
}

impl ErrorCode {
    /// The code of this number.
    #[must_use]
    pub fn parse(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(number))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
