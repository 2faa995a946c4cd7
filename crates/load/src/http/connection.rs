//! One keep-alive connection: a request out, its answer in, reconnecting when the server closes.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::response::{Framing, Head, Malformed, parse_chunks, parse_head};
use super::{Response, Target};

/// How long a request may take before it counts as unanswered.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Connection {
    target: Target,
    stream: Option<TcpStream>,
    received: Vec<u8>,
    /// Octets of `received` that are filled.
    filled: usize,
    decoded: Vec<u8>,
}

impl Connection {
    /// Connects with the first request.
    pub fn new(target: Target) -> Self {
        Self { target, stream: None, received: vec![0; 16 * 1024], filled: 0, decoded: Vec::new() }
    }

    /// Sends `request` and returns its whole answer. Nothing is ever sent twice: an error
    /// means that the outcome is unknown.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Response<'_>> {
        match timeout(PATIENCE, self.answer_to(request)).await {
            Ok(Ok(head)) => Ok(self.response(&head)),
            failed => {
                self.stream = None;
                match failed {
                    Ok(Err(error)) => Err(error),
                    _ => Err(Error::new(ErrorKind::TimedOut, "no answer within 30 s")),
                }
            }
        }
    }

    async fn answer_to(&mut self, request: &[u8]) -> Result<Head> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.target.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let Some(stream) = self.stream.as_mut() else {
            return Err(ErrorKind::NotConnected.into());
        };
        stream.write_all(request).await?;
        self.filled = 0;
        let mut head: Option<Head> = None;
        loop {
            if self.filled == self.received.len() {
                self.received.resize(self.filled * 2, 0);
            }
            let count = stream.read(&mut self.received[self.filled..]).await?;
            self.filled += count;
            let bytes = &self.received[..self.filled];
            if head.is_none() {
                head = parse_head(bytes).map_err(malformed)?;
            }
            let complete = match &head {
                None => false,
                Some(head) => match head.framing {
                    Framing::Length(length) => bytes.len() >= head.length + length,
                    Framing::Chunked => parse_chunks(&bytes[head.length..], &mut self.decoded).map_err(malformed)?.is_some(),
                    Framing::UntilClose => count == 0,
                },
            };
            match head {
                Some(head) if complete => {
                    if head.close || head.framing == Framing::UntilClose {
                        self.stream = None;
                    }
                    return Ok(head);
                }
                _ if count == 0 => return Err(ErrorKind::UnexpectedEof.into()),
                _ => {}
            }
        }
    }

    fn response(&self, head: &Head) -> Response<'_> {
        let (start, rest) = self.received[..self.filled].split_at(head.length);
        let body = match head.framing {
            Framing::Length(length) => &rest[..length],
            Framing::Chunked => &self.decoded,
            Framing::UntilClose => rest,
        };
        Response::new(head.status, start, body)
    }
}

fn malformed(reason: Malformed) -> Error {
    Error::new(ErrorKind::InvalidData, reason.0)
}
