//! Audited channels: what went in came out, or it is known where it stayed.
//!
//! ```
//! use engram_concurrency_audit::channel;
//!
//! let (sender, receiver) = channel::bounded(16);
//! sender.send("hello")?;
//! assert_eq!(receiver.recv()?, "hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Open`] makes channels over those of other crates, with a name, a class, a policy:
//!
//! ```
//! use engram_concurrency_audit::channel::{Action, ChannelPolicy, Open, QosClass, State};
//!
//! let policy = ChannelPolicy::of(QosClass::BestEffort).on(State::Stalled, Action::DropOldest(100));
//! let (sender, receiver) = Open::named("audit-log").policy(policy).bounded::<String>(1000);
//! # drop((sender, receiver));
//! ```
//!
//! # What is found
//! | | |
//! |---|---|
//! | `E0201` | a send after the last receiver is gone, with its place |
//! | `E0202` | messages that were inside when the last receiver went |
//! | `E0203` | a receiver that waits for messages of its own thread alone |
//! | `E0204` | a receiver that waits for a sender whose thread has ended |
//! | `E0205` | a queue that stays full while messages move |
//! | `E0206` | a queue that nobody takes from |
//! | `E0207` | a queue that is not taken from by a thread that takes from others |
//! | `E0208` | a queue without a bound that only grows |
//! | `E0209` | messages that disappeared, or came from nowhere |
//! | `E0210` | a capacity that the class of the channel does not allow |
//! | `E0211` | a listener that panicked, or blocks |
//! | `E0104` | threads that wait for each other by channels, locks, joins, in any mix |
//!
//! # How
//! A handle counts in memory of its own, without a locked instruction, so it is not [`Sync`]: clone it for each
//! thread. What is done about the counts is done by one thread that looks at all channels
//! every 100 ms ([`CHANNELS`]). A thread that has waited for a millisecond is part of the graph in which
//! deadlocks are looked for.
//!
//! # What cannot be known
//! Where a handle is that was never used: until then it is taken to be where it was made. So a consumer that
//! was given a sender of its own channel, made by another thread and never used, is not found to wait for itself.

mod error;
mod event;
mod handle;
mod iter;
mod listener;
mod metrics;
mod monitor;
mod open;
mod policy;
mod receiver;
mod record;
mod recovery;
mod remedy;
mod sender;
mod stall;
mod sync;
mod tally;
mod transport;

pub use error::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
pub use event::Event;
pub use iter::{IntoIter, Iter};
pub use metrics::{CHANNEL, ChannelMetrics, Recovery};
pub use monitor::{CHANNELS, ChannelReport, ChannelValidator};
pub use open::{Open, bounded, unbounded};
pub use policy::{BufferRule, ChannelPolicy, QosClass, Sizing};
pub use receiver::Receiver;
pub use record::{Closure, Side};
pub use recovery::{Action, Callback, Outcome, Record};
pub use sender::Sender;
pub use stall::{Detector, Sample, State, Thresholds, Verdict};
pub use tally::Totals;
#[cfg(feature = "flume")]
pub use transport::Flume;
pub use transport::{Crossbeam, Plain, PlainSender, RawReceiver, RawSender, Transport};
#[cfg(feature = "tokio")]
pub use transport::{Tokio, TokioReceiver, TokioSender};
