//! What a page takes besides while it is sent, of all threads together.

engram_metrics_core::when_enabled! {
    #[path = "memory/scrapes.rs"]
    mod scrapes;
}
