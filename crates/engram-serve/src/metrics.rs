//! What the endpoint says about itself.

use engram_metrics_core::{Counter, Family, Histogram, Unit, label_enum, metric_set};

label_enum! {
    /// Why a request, or a connection, was not answered with what it asked for.
    pub enum Rejected as "reason" {
        /// Its connection did not come through the TLS handshake.
        Handshake = "handshake",
        /// Its network may not ask.
        Network = "network",
        /// It did not know the secret.
        Secret = "secret",
        /// As many scrapes as there may be were going on.
        Busy = "busy",
        /// No format or coding that the client takes.
        NotAcceptable = "not_acceptable",
        /// A path, method or body that is not served.
        Request = "request",
    }
}

metric_set! {
    /// What endpoints of this process served.
    pub struct ServeMetrics {
        /// Time to make and send a page.
        pub scrape_duration: Histogram = "engram.serve.scrape.duration", Unit::Seconds;
        /// Bytes of pages, before compression.
        pub page_bytes: Counter = "engram.serve.page.bytes", Unit::Bytes;
        /// Pages that no client took to their end.
        pub aborted: Counter = "engram.serve.aborted", Unit::Count("{page}");
        /// Requests that were refused.
        pub rejected: Family<Rejected, Counter> = "engram.serve.rejected", Unit::Count("{request}");
        /// Connections that made room for others.
        pub evicted: Counter = "engram.serve.evicted", Unit::Count("{connection}");
        /// Events that a client was too slow for.
        pub lagged: Counter = "engram.serve.lagged", Unit::Count("{event}");
    }
}

/// The metrics of all endpoints of this process. Register them to see them.
pub static METRICS: ServeMetrics = ServeMetrics::new();
