//! Answers and their bodies.

use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc::Receiver;

use crate::connections::Busy;

pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

/// What is sent, and the sign that its connection is busy until it is.
#[derive(Debug)]
pub(crate) struct Answer {
    content: Content,
    /// Dropped with the answer.
    pub(crate) busy: Option<Busy>,
}

#[derive(Debug)]
enum Content {
    Whole(Bytes),
    /// Pieces up to an [`Piece::End`]; a stream that ends without one was cut off.
    Pieces(Receiver<Piece>),
    /// For HEAD, where only the headers matter.
    Unsaid,
}

/// A piece of an answer.
#[derive(Debug)]
pub(crate) enum Piece {
    Bytes(Bytes),
    /// There are no more.
    End,
}

/// Whoever made an answer stopped before its end. The connection is closed, so that nobody takes the part for
/// the whole.
#[derive(Debug)]
pub(crate) struct CutOff;

impl std::fmt::Display for CutOff {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the answer was cut off")
    }
}

impl std::error::Error for CutOff {}

impl Answer {
    pub(crate) fn pieces(pieces: Receiver<Piece>) -> Self {
        Self { content: Content::Pieces(pieces), busy: None }
    }

    pub(crate) fn unsaid() -> Self {
        Self { content: Content::Unsaid, busy: None }
    }
}

impl<T: Into<Bytes>> From<T> for Answer {
    fn from(whole: T) -> Self {
        Self { content: Content::Whole(whole.into()), busy: None }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        let next = match &mut self.content {
            Content::Unsaid => None,
            Content::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                (!bytes.is_empty()).then(|| Ok(Frame::data(bytes)))
            }
            Content::Pieces(pieces) => match std::task::ready!(pieces.poll_recv(context)) {
                Some(Piece::Bytes(bytes)) => Some(Ok(Frame::data(bytes))),
                Some(Piece::End) => {
                    self.content = Content::Unsaid;
                    None
                }
                None => Some(Err(CutOff)),
            },
        };
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Pieces(_) | Content::Unsaid => SizeHint::default(),
        }
    }
}

/// An answer that is not kept by anybody on its way.
pub(crate) fn answer(
    status: StatusCode,
    kind: &'static str,
    body: impl Into<Answer>,
) -> Response<Answer> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An answer in words.
pub(crate) fn say(status: StatusCode, text: impl Into<String>) -> Response<Answer> {
    answer(status, TEXT, text.into())
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::sync::mpsc;

    use super::*;

    /// What a body hands over: pieces of text, and whether it ended as it should.
    fn all(mut answer: Answer) -> (String, bool) {
        let (mut text, mut context) = (String::new(), Context::from_waker(Waker::noop()));
        loop {
            match Pin::new(&mut answer).poll_frame(&mut context) {
                Poll::Ready(Some(Ok(frame))) => {
                    let bytes = frame.into_data().expect("no trailers");
                    text.push_str(&String::from_utf8_lossy(&bytes));
                }
                Poll::Ready(end) => return (text, end.is_none()),
                Poll::Pending => panic!("everything was sent"),
            }
        }
    }

    #[test]
    fn an_answer_that_was_cut_off_does_not_end_as_a_whole_one_does() {
        for is_whole in [true, false] {
            let (sender, pieces) = mpsc::channel(3);
            sender.try_send(Piece::Bytes("a ".into())).expect("room");
            sender.try_send(Piece::Bytes("b".into())).expect("room");
            if is_whole {
                sender.try_send(Piece::End).expect("room");
            }
            drop(sender);
            assert_eq!(all(Answer::pieces(pieces)), ("a b".to_owned(), is_whole));
        }
        assert_eq!(all(Answer::from("c")), ("c".to_owned(), true));
        assert_eq!(all(Answer::unsaid()), (String::new(), true));
    }
}
