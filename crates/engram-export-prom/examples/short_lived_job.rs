//! A job that ends before anybody could scrape it, and pushes what it did.
//!
//! ```sh
//! cargo run -p engram-export-prom --features pushgateway,remote-write --example short_lived_job -- \
//!     gateway http://localhost:9091
//! ```
//! or `server http://localhost:9090/api/v1/write`, and `end` instead of `server` to say that the series have
//! ended.

use engram_export_prom::push::{Pushgateway, RemoteWrite};
use engram_metrics_core::{Counter, Gauge, Histogram, Registry, Unit, metric_set};

metric_set! {
    /// What the backup did.
    struct Backup {
        /// Rows copied.
        rows: Counter = "backup.rows", Unit::Count("{row}");
        /// Time for a table.
        table_duration: Histogram = "backup.table.duration", Unit::Seconds;
        /// When it was done, in seconds since 1970.
        success_timestamp: Gauge = "backup.success.timestamp", Unit::Seconds;
    }
}
static BACKUP: Backup = Backup::new();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(to), Some(url)) = (arguments.next(), arguments.next()) else {
        return Err("say `gateway URL`, `server URL` or `end URL`".into());
    };
    let registry = Registry::new();
    registry.register(&BACKUP)?;
    // Whatever is wrong with the address is said before the work begins.
    let (job, labels, url) = ("backup", [("host", "db/1")], url.as_str());
    if to == "gateway" {
        let mut gateway = Pushgateway::new(url, job, &labels)?;
        back_up()?;
        gateway.replace(&registry)?;
    } else {
        let mut server = RemoteWrite::new(url, job, &labels)?;
        back_up()?;
        if to == "end" { server.end(&registry)? } else { server.write(&registry)? }
    }
    Ok(())
}

/// The work.
fn back_up() -> Result<(), std::time::SystemTimeError> {
    for table in 1..=8_u32 {
        BACKUP.rows.add(125);
        BACKUP.table_duration.record_f64(f64::from(table) / 4.0);
    }
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed()?;
    BACKUP.success_timestamp.set(since.as_secs_f64());
    Ok(())
}
