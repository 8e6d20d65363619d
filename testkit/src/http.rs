//! An HTTP server for tests that fails as it is told to. HTTP/1.1, a request a connection.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` and the like.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers but for the length.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What goes wrong with an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Another answer comes in its place.
    Instead(Response),
    /// The connection ends after so many bytes of the body.
    Cut(usize),
    /// The body ends after so many bytes, as if that were right.
    Shorten(usize),
    /// A bit of the byte at this place is turned.
    Turn(usize),
    /// So many bytes come at a time, with a pause after each.
    Slow(usize, Duration),
    /// Nothing comes at all, though it is done.
    Silence(Duration),
    /// The connection ends before anything is done.
    Drop,
}

impl Response {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Gives it a body.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }
}

type Plan = dyn Fn(&Request, usize) -> Option<Fault> + Send + Sync;
type Handler = dyn Fn(&Request) -> Response + Send + Sync;

/// A server on a port of its own, which lives as long as the test's process.
pub struct Server {
    /// `127.0.0.1:PORT`.
    pub address: String,
    log: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts a server. The plan is told how many requests of the same method and path came before.
    pub fn start(
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
        plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        Self::start_over(|stream| stream, handler, plan)
    }

    /// Starts a server whose connections are wrapped, as in encryption.
    pub(crate) fn start_over<S: Read + Write>(
        wrap: impl Fn(TcpStream) -> S + Send + Sync + 'static,
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
        plan: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (handler, plan): (Arc<Handler>, Arc<Plan>) = (Arc::new(handler), Arc::new(plan));
        let wrap = Arc::new(wrap);
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (wrap, handler, plan, log) =
                    (Arc::clone(&wrap), Arc::clone(&handler), Arc::clone(&plan), Arc::clone(&kept));
                // A client that goes away is part of what is tested.
                std::thread::spawn(move || drop(serve(wrap(stream), &*handler, &*plan, &log)));
            }
        });
        Self { address, log }
    }

    /// The requests that came, in their order.
    pub fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: impl Read + Write,
    handler: &Handler,
    plan: &Plan,
    log: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let request = read(&mut BufReader::new(&mut stream))?;
    let before = {
        let mut log = log.lock().unwrap();
        let same = |it: &&Request| (&it.method, &it.path) == (&request.method, &request.path);
        let before = log.iter().filter(same).count();
        log.push(request.clone());
        before
    };
    let fault = plan(&request, before);
    let response = match &fault {
        Some(Fault::Drop) => return Ok(()),
        Some(Fault::Instead(other)) => other.clone(),
        _ => handler(&request),
    };
    answer(stream, &request, response, fault.as_ref())
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Request> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request { method, path, headers, body })
}

fn answer(
    mut stream: impl Write,
    request: &Request,
    mut response: Response,
    fault: Option<&Fault>,
) -> std::io::Result<()> {
    if let Some(Fault::Silence(time)) = fault {
        std::thread::sleep(*time);
        return Ok(());
    }
    match fault {
        Some(Fault::Shorten(length)) => response.body.truncate(*length),
        Some(Fault::Turn(at)) => {
            if let Some(byte) = response.body.get_mut(*at) {
                *byte ^= 1;
            }
        }
        _ => {}
    }
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", response.status);
    if response.status != 204 {
        let _ = write!(head, "Content-Length: {}\r\n", response.body.len());
    }
    for (name, value) in &response.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    if request.method == "HEAD" {
        return Ok(());
    }
    match fault {
        Some(Fault::Cut(length)) => {
            stream.write_all(&response.body[..(*length).min(response.body.len())])
        }
        Some(Fault::Slow(length, pause)) => response.body.chunks(*length).try_for_each(|piece| {
            std::thread::sleep(*pause);
            stream.write_all(piece)
        }),
        _ => stream.write_all(&response.body),
    }
}
