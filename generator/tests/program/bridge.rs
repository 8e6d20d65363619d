//! A stand-in for BuildKit's side of the gateway: an HTTP/2 server over the pipes of the program.
//! The real one is in tests/e2e; this one can also fail in every way.

use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};
use h2::RecvStream;
use h2::server::SendResponse;
use http::{HeaderMap, HeaderValue, Request, Response};
use prost::Message;
use proto::gateway::Status;
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::sync::Notify;

/// A program that has not ended by then hangs.
const HANGS: Duration = Duration::from_mins(1);

/// How long half of an answer is on its way before the pipes are closed.
const UNDERWAY: Duration = Duration::from_millis(20);

/// What the stand-in does with a call.
pub(crate) enum Reply {
    /// Answers with a message.
    Message(Vec<u8>),
    /// Answers with an error.
    Refuse(Status),
    /// Answers with these bytes in the place of a framed message.
    Bytes(Bytes),
    /// Answers with another status of HTTP.
    Http(u16),
    /// Answers with a message, but slowly: the half of it at once, the rest after this time.
    Slow(Vec<u8>, Duration),
    /// Answers with half of a message, and closes the pipes.
    Half(Vec<u8>),
    /// Does not answer.
    Silence,
    /// Closes the pipes.
    Cut,
}

impl Reply {
    pub(crate) fn message(message: &impl Message) -> Self {
        Self::Message(message.encode_to_vec())
    }
}

/// How a conversation went.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
    /// What was called with which message.
    pub(crate) calls: Vec<(String, Vec<u8>)>,
}

impl Ended {
    /// The message of the last call of a method.
    pub(crate) fn last<M: Message + Default>(&self, method: &str) -> Option<M> {
        let call = self.calls.iter().rev().find(|(it, _)| it == method)?;
        Some(M::decode(call.1.as_slice()).unwrap())
    }
}

type Answer = dyn Fn(&str, &[u8]) -> Reply + Send + Sync;

struct Bridge {
    answer: Box<Answer>,
    calls: Mutex<Vec<(String, Vec<u8>)>>,
    cut: Notify,
}

/// Starts the program as BuildKit does, and answers it.
pub(crate) fn converse(
    program: &mut Command,
    answer: impl Fn(&str, &[u8]) -> Reply + Send + Sync + 'static,
) -> Ended {
    let pipes = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let input = OwnedFd::from(child.stdin.take().unwrap());
    let output = OwnedFd::from(child.stdout.take().unwrap());
    let (answer, calls, cut) = (Box::new(answer), Mutex::default(), Notify::new());
    let bridge = Arc::new(Bridge { answer, calls, cut });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let served = runtime.block_on(async {
        let output = Receiver::from_owned_fd(output).unwrap();
        let stream = tokio::io::join(output, Sender::from_owned_fd(input).unwrap());
        tokio::time::timeout(HANGS, serve(stream, Arc::clone(&bridge))).await
    });
    // What is still waiting for an answer goes with the runtime, and the pipes with it.
    drop(runtime);
    if served.is_err() {
        child.kill().unwrap();
    }
    let ended = child.wait_with_output().unwrap();
    assert!(served.is_ok(), "the program hangs");
    let calls = bridge.calls.lock().unwrap().clone();
    let log = String::from_utf8_lossy(&ended.stderr).into_owned();
    Ended { code: ended.status.code(), log, calls }
}

async fn serve<S>(stream: S, bridge: Arc<Bridge>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let window = 32 << 20;
    let mut server = h2::server::Builder::new();
    server.initial_window_size(window).initial_connection_window_size(window);
    let Ok(mut connection) = server.handshake(stream).await else { return };
    loop {
        tokio::select! {
            () = bridge.cut.notified() => return,
            accepted = connection.accept() => match accepted {
                Some(Ok((request, respond))) => {
                    tokio::spawn(handle(request, respond, Arc::clone(&bridge)));
                }
                _ => return,
            },
        }
    }
}

async fn handle(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    bridge: Arc<Bridge>,
) {
    let method = request.uri().path().rsplit('/').next().unwrap().to_owned();
    let (mut stream, mut body) = (request.into_body(), BytesMut::new());
    while let Some(Ok(piece)) = stream.data().await {
        let _ = stream.flow_control().release_capacity(piece.len());
        body.extend_from_slice(&piece);
    }
    let message = body[5..].to_vec();
    bridge.calls.lock().unwrap().push((method.clone(), message.clone()));
    let reply = (bridge.answer)(&method, &message);
    let (pause, is_whole) = match &reply {
        Reply::Slow(_, pause) => (*pause, true),
        Reply::Half(_) => (UNDERWAY, false),
        _ => (Duration::ZERO, true),
    };
    let (status, mut body, ended) = match reply {
        Reply::Message(message) | Reply::Slow(message, _) | Reply::Half(message) => {
            (200, framed(&message), trailers(0, None))
        }
        Reply::Bytes(bytes) => (200, bytes, trailers(0, None)),
        Reply::Refuse(status) => (200, Bytes::new(), trailers(status.code, Some(&status))),
        Reply::Http(status) => (status, Bytes::new(), HeaderMap::new()),
        Reply::Silence => return std::future::pending().await,
        Reply::Cut => return bridge.cut.notify_one(),
    };
    let head = Response::builder().status(status).header("content-type", "application/grpc");
    // The program may have gone away; that is what some tests are about.
    let Ok(mut stream) = respond.send_response(head.body(()).unwrap(), false) else { return };
    let rest = body.split_off(body.len() / 2);
    let _ = stream.send_data(body, false);
    tokio::time::sleep(pause).await;
    if !is_whole {
        return bridge.cut.notify_one();
    }
    let _ = stream.send_data(rest, false);
    let _ = stream.send_trailers(ended);
}

fn framed(message: &[u8]) -> Bytes {
    let mut body = BytesMut::new();
    body.put_u8(0);
    body.put_u32(u32::try_from(message.len()).unwrap());
    body.extend_from_slice(message);
    body.freeze()
}

fn trailers(code: i32, status: Option<&Status>) -> HeaderMap {
    use base64::Engine as _;
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", code.into());
    if let Some(status) = status {
        let details = base64::engine::general_purpose::STANDARD_NO_PAD;
        let details = details.encode(status.encode_to_vec());
        trailers.insert("grpc-status-details-bin", HeaderValue::from_str(&details).unwrap());
    }
    trailers
}
