crate::when_enabled! {
    mod shown;
}
