//! Gives the headers of every answer to those that hyper writes by itself, to what it cannot read
//! as a request: a status and no more. No service is asked then, and hyper has no hook for it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::{ALWAYS, Door, always};

/// Wraps a stream on which hyper writes.
pub(super) struct Headed<S> {
    stream: S,
    door: Door,
    /// What is written in place of a bare answer, and how much of it is on its way.
    answer: Vec<u8>,
    written: usize,
}

impl<S> Headed<S> {
    pub(super) fn new(stream: S, door: Door) -> Self {
        Self { stream, door, answer: Vec::new(), written: 0 }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncWrite + Unpin> Headed<S> {
    /// Writes what is left of an answer that was changed.
    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(left) = self.answer.get(self.written..).filter(|left| !left.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, left))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.written += written,
            }
        }
        self.answer.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    /// Takes a bare answer over, whole. Returns `false` if these bytes are anything else.
    fn takes_over(&mut self, bytes: &[u8]) -> bool {
        let Some(answer) = with_headers(bytes, self.door) else { return false };
        self.answer = answer;
        true
    }
}

/// Returns a bare answer with the headers that every answer has; `None` if these bytes are no
/// answer to a bad request, or one that has them.
fn with_headers(bytes: &[u8], door: Door) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"HTTP/1.1 4") && !bytes.starts_with(b"HTTP/1.0 4") {
        return None;
    }
    // A bare answer has no body, so that its head is all of it.
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let is_ours = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        ALWAYS.iter().any(|(ours, _)| name.eq_ignore_ascii_case(ours.as_str()))
    };
    if lines.any(is_ours) {
        return None;
    }
    let mut answer = head.to_owned();
    for (name, value) in always(door) {
        answer.extend(["\r\n", name.as_str(), ": ", value]);
    }
    answer.push_str("\r\n\r\n");
    Some(answer.into_bytes())
}

impl<S: AsyncRead + Unpin> AsyncRead for Headed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Headed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_answer(cx))?;
        match self.takes_over(bytes) {
            true => Poll::Ready(Ok(bytes.len())),
            false => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_answer(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_answer(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_answer(cx))?;
        // What hyper writes at once begins with the head.
        match parts.iter().find(|part| !part.is_empty()) {
            Some(head) if self.takes_over(head) => Poll::Ready(Ok(head.len())),
            _ => Pin::new(&mut self.stream).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_answer_gets_the_headers_and_keeps_its_own() {
        let bare = "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        let answer =
            String::from_utf8(with_headers(bare.as_bytes(), Door::Network).unwrap()).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(bare.trim_end()), "{head}");
        assert!(head.contains("\r\nstrict-transport-security: max-age="), "{head}");
        assert_eq!(body, "");
        assert_eq!(with_headers(answer.as_bytes(), Door::Network), None, "it has them");
    }

    #[test]
    fn a_bare_answer_in_plain_http_says_nothing_of_https() {
        let bare = "HTTP/1.1 400 Bad Request\r\n\r\n";
        let answer = String::from_utf8(with_headers(bare.as_bytes(), Door::Local(1)).unwrap());
        let answer = answer.unwrap();
        assert!(answer.contains("\r\nx-frame-options: DENY"), "{answer}");
        assert!(!answer.contains("strict-transport-security"), "{answer}");
    }

    #[test]
    fn what_is_no_bare_answer_is_let_be() {
        for bytes in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nX-Frame-Options: DENY\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n\r\nwith a body",
            "HTTP/1.1 4",
            "",
        ] {
            assert_eq!(with_headers(bytes.as_bytes(), Door::Network), None, "{bytes}");
        }
    }
}
