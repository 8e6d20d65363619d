//! gRPC over a pair of pipes: what a gateway frontend speaks with BuildKit, which is the server.
//! Specification: gRPC over HTTP/2; only calls of one message each way are needed.

use std::os::fd::AsFd as _;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, Method, Request};
use prost::Message;
use proto::gateway::Status;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::unix::pipe;

/// The largest message of either side, in bytes: what BuildKit itself takes.
const LARGEST: usize = 16 << 20;

/// Bytes before each message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// Where calls go. The name of the host means nothing: there is one server.
const SERVICE: &str = "http://localhost/moby.buildkit.v1.frontend.LLBBridge";

/// Some senders pad what they write in base64, some do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A conversation with BuildKit.
#[derive(Clone)]
pub(super) struct Connection {
    sender: h2::client::SendRequest<Bytes>,
    patience: Duration,
}

/// Why there is no answer, or no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// BuildKit says why, and the user is told in its words.
    Refused(Status),
    /// We say why: what the user asks is wrong, or BuildKit is not there or makes no sense.
    Own(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Own(error)
    }
}

impl Connection {
    /// Begins the conversation over standard input and output. Every answer must come within `patience`.
    pub(super) async fn over_stdio(patience: Duration) -> anyhow::Result<Self> {
        let (input, output) = (std::io::stdin(), std::io::stdout());
        let input = pipe::Receiver::from_owned_fd(input.as_fd().try_clone_to_owned()?);
        let output = pipe::Sender::from_owned_fd(output.as_fd().try_clone_to_owned()?);
        let input = input.context("standard input is no pipe: only BuildKit starts a frontend")?;
        let output =
            output.context("standard output is no pipe: only BuildKit starts a frontend")?;
        Self::over(tokio::io::join(input, output), patience).await
    }

    /// Begins the conversation over any two-way stream.
    async fn over<S>(stream: S, patience: Duration) -> anyhow::Result<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let window = u32::try_from(LARGEST + PREFIX)?;
        let handshake = h2::client::Builder::new()
            .initial_window_size(window)
            .initial_connection_window_size(2 * window)
            .handshake(stream);
        let (sender, connection) = tokio::time::timeout(patience, handshake)
            .await
            .map_err(|_| anyhow!("BuildKit did not begin to speak within {patience:?}"))??;
        // How it ends, the calls that wait for it learn.
        tokio::spawn(connection);
        Ok(Self { sender, patience })
    }

    /// Sends one message and waits for the one that answers it.
    pub(super) async fn call<A: Message + Default>(
        &self,
        method: &str,
        message: &impl Message,
    ) -> Result<A, Failure> {
        let exchange = self.exchange(method, message.encode_to_vec());
        let answer = tokio::time::timeout(self.patience, exchange).await;
        let answer = answer.unwrap_or_else(|_| {
            Err(anyhow!("BuildKit did not answer {method} within {:?}", self.patience).into())
        })?;
        Ok(A::decode(answer).with_context(|| format!("the answer to {method}"))?)
    }

    async fn exchange(&self, method: &str, message: Vec<u8>) -> Result<Bytes, Failure> {
        let broken = |error: h2::Error| {
            let what = format!("the connection to BuildKit broke during {method}");
            Failure::Own(anyhow::Error::new(error).context(what))
        };
        let body = framed(method, &message)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{SERVICE}/{method}"))
            .header(http::header::CONTENT_TYPE, "application/grpc")
            .header(http::header::TE, "trailers")
            .body(())
            .with_context(|| format!("cannot ask for {method}"))?;
        let mut sender = self.sender.clone().ready().await.map_err(broken)?;
        let (answer, mut stream) = sender.send_request(request, false).map_err(broken)?;
        stream.send_data(body, true).map_err(broken)?;
        let (head, mut body) = answer.await.map_err(broken)?.into_parts();
        if head.status != http::StatusCode::OK {
            return Err(anyhow!("BuildKit answered {method} with {}", head.status).into());
        }
        let mut received = BytesMut::new();
        while let Some(piece) = body.data().await {
            let piece = piece.map_err(broken)?;
            if received.len() + piece.len() > PREFIX + LARGEST {
                return Err(anyhow!("the answer to {method} is over {LARGEST} bytes").into());
            }
            body.flow_control().release_capacity(piece.len()).map_err(broken)?;
            received.extend_from_slice(&piece);
        }
        let trailers = body.trailers().await.map_err(broken)?;
        match status(&head.headers, trailers.as_ref()) {
            Some(Status { code: 0, .. }) => {}
            Some(status) => return Err(Failure::Refused(status)),
            None => {
                let error = anyhow!("the connection to BuildKit broke during {method}: no status");
                return Err(error.into());
            }
        }
        Ok(unframed(&received.freeze()).with_context(|| format!("the answer to {method}"))?)
    }
}

/// Puts length and kind before a message.
fn framed(method: &str, message: &[u8]) -> anyhow::Result<Bytes> {
    if message.len() > LARGEST {
        bail!("the message of {method} has {} bytes, over the limit of {LARGEST}", message.len());
    }
    let mut body = BytesMut::with_capacity(PREFIX + message.len());
    body.put_u8(0);
    body.put_u32(u32::try_from(message.len())?);
    body.extend_from_slice(message);
    Ok(body.freeze())
}

/// Takes length and kind away.
fn unframed(body: &Bytes) -> anyhow::Result<Bytes> {
    let (kind, length) = (body.first().copied(), body.get(1..PREFIX));
    let length = length.and_then(|it| Some(u32::from_be_bytes(it.try_into().ok()?)));
    match (kind, length) {
        (Some(0), Some(length)) if body.len() - PREFIX == usize::try_from(length)? => {
            Ok(body.slice(PREFIX..))
        }
        (Some(1), Some(_)) => bail!("is compressed, which was not offered"),
        _ => bail!("is not one whole message"),
    }
}

/// How a call ended: after the answer, or in the place of it.
fn status(headers: &HeaderMap, trailers: Option<&HeaderMap>) -> Option<Status> {
    let find = |name| trailers.and_then(|it| it.get(name)).or_else(|| headers.get(name));
    let code = find("grpc-status")?.to_str().ok()?.parse().ok()?;
    let details = find("grpc-status-details-bin").and_then(|it| BASE64.decode(it).ok());
    let whole = details.and_then(|it| Status::decode(it.as_slice()).ok());
    let message = find("grpc-message").map(http::HeaderValue::as_bytes).unwrap_or_default();
    let message = percent_encoding::percent_decode(message).decode_utf8_lossy().into_owned();
    Some(whole.filter(|it| it.code == code).unwrap_or(Status {
        code,
        message,
        details: Vec::new(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_out_of_its_frame_only_when_it_is_whole() {
        let body = framed("Ping", b"abc").unwrap();
        assert_eq!(unframed(&body).unwrap(), b"abc".as_slice());
        assert!(unframed(&body.slice(..6)).is_err());
        assert!(unframed(&Bytes::new()).is_err());
        assert!(unframed(&Bytes::from_static(b"\x01\0\0\0\0")).is_err());
        assert!(unframed(&Bytes::from_static(b"\0\xff\xff\xff\xff")).is_err());
        assert!(framed("Solve", &vec![0; LARGEST + 1]).is_err());
    }

    #[test]
    fn details_stand_for_the_whole_status_if_they_can_be_read() {
        let whole = Status { code: 2, message: "long".to_owned(), details: vec![b"x".to_vec()] };
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", "2".parse().unwrap());
        trailers.insert("grpc-message", "sh%20ort".parse().unwrap());
        let short = Status { code: 2, message: "sh ort".to_owned(), details: Vec::new() };
        assert_eq!(status(&HeaderMap::new(), Some(&trailers)), Some(short.clone()));
        let details = BASE64.encode(whole.encode_to_vec());
        trailers.insert("grpc-status-details-bin", details.trim_end_matches('=').parse().unwrap());
        assert_eq!(status(&HeaderMap::new(), Some(&trailers)), Some(whole));
        trailers.insert("grpc-status-details-bin", "!".parse().unwrap());
        assert_eq!(status(&trailers, None), Some(short));
        assert_eq!(status(&HeaderMap::new(), None), None);
    }
}
