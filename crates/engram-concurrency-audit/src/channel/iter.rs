//! Messages one after the other, until the channel is closed.

use super::receiver::Receiver;
use super::transport::{Crossbeam, Transport};

/// Messages of a channel; see [`Receiver::iter`].
#[derive(Debug)]
pub struct Iter<'a, T: Send + 'static, B: Transport = Crossbeam>(&'a Receiver<T, B>);

/// Messages of a channel, with the receiver inside.
#[derive(Debug)]
pub struct IntoIter<T: Send + 'static, B: Transport = Crossbeam>(Receiver<T, B>);

impl<'a, T: Send + 'static, B: Transport> Iter<'a, T, B> {
    pub(super) const fn new(receiver: &'a Receiver<T, B>) -> Self {
        Self(receiver)
    }
}

impl<T: Send + 'static, B: Transport> Iterator for Iter<'_, T, B> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T: Send + 'static, B: Transport> Iterator for IntoIter<T, B> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T: Send + 'static, B: Transport> IntoIterator for &'a Receiver<T, B> {
    type Item = T;
    type IntoIter = Iter<'a, T, B>;

    fn into_iter(self) -> Iter<'a, T, B> {
        self.iter()
    }
}

impl<T: Send + 'static, B: Transport> IntoIterator for Receiver<T, B> {
    type Item = T;
    type IntoIter = IntoIter<T, B>;

    fn into_iter(self) -> IntoIter<T, B> {
        IntoIter(self)
    }
}
