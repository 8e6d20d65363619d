//! The calls that a frontend makes, and why one may fail.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use proto::gateway::{
    Answer, CacheImport, InputsRequest, InputsResponse, PingRequest, PongResponse, ReadFileRequest,
    ReadFileResponse, Reference, ReturnRequest, ReturnResponse, SolveRequest, SolveResponse,
    Status, WarnRequest, WarnResponse,
};

use super::connection::{Connection, Failure};

/// gRPC's code for what the caller asked wrongly.
const INVALID_ARGUMENT: i32 = 3;

/// BuildKit, as a frontend sees it.
#[derive(Clone)]
pub(super) struct Bridge {
    connection: Connection,
}

impl Bridge {
    /// Begins to talk over standard input and output.
    pub(super) async fn over_stdio(patience: Duration) -> anyhow::Result<Self> {
        Ok(Self { connection: Connection::over_stdio(patience).await? })
    }

    /// What BuildKit can do.
    pub(super) async fn ping(&self) -> Result<PongResponse, Failure> {
        self.connection.call("Ping", &PingRequest {}).await
    }

    /// The named contexts that the client gave as definitions.
    pub(super) async fn inputs(&self) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let answer: InputsResponse = self.connection.call("Inputs", &InputsRequest {}).await?;
        Ok(answer.definitions)
    }

    /// Asks another frontend.
    pub(super) async fn forward(
        &self,
        frontend: &str,
        options: BTreeMap<String, String>,
        inputs: BTreeMap<String, Vec<u8>>,
    ) -> Result<Answer, Failure> {
        let request = SolveRequest {
            frontend: frontend.to_owned(),
            frontend_options: options,
            frontend_inputs: inputs,
            ..results()
        };
        self.solve(request).await
    }

    /// Asks for what a definition makes. It is made when it is needed.
    pub(super) async fn define(
        &self,
        definition: Vec<u8>,
        cache_imports: Vec<CacheImport>,
    ) -> Result<Reference, Failure> {
        let request = SolveRequest { definition: Some(definition), cache_imports, ..results() };
        let answer = self.solve(request).await?;
        Ok(answer.reference.context("BuildKit answered Solve with no reference")?)
    }

    async fn solve(&self, request: SolveRequest) -> Result<Answer, Failure> {
        let answer: SolveResponse = self.connection.call("Solve", &request).await?;
        Ok(answer.result.context("BuildKit answered Solve with no result")?)
    }

    /// Reads a file of something, which is built for it.
    pub(super) async fn read(&self, reference: &Reference, path: &str) -> Result<Vec<u8>, Failure> {
        let request = ReadFileRequest { reference: reference.id.clone(), path: path.to_owned() };
        let answer: ReadFileResponse = self.connection.call("ReadFile", &request).await?;
        Ok(answer.data)
    }

    /// Shows the user a warning about a step of the build.
    pub(super) async fn warn(&self, digest: &str, line: String) -> Result<(), Failure> {
        let request = WarnRequest {
            digest: digest.to_owned(),
            level: 1,
            short: line.into_bytes(),
            ..WarnRequest::default()
        };
        let WarnResponse {} = self.connection.call("Warn", &request).await?;
        Ok(())
    }

    /// Ends the build with a result.
    pub(super) async fn give(&self, result: Answer) -> Result<(), Failure> {
        self.end(ReturnRequest { result: Some(result), error: None }).await
    }

    /// Ends the build with an error.
    pub(super) async fn refuse(&self, status: Status) -> Result<(), Failure> {
        self.end(ReturnRequest { result: None, error: Some(status) }).await
    }

    async fn end(&self, request: ReturnRequest) -> Result<(), Failure> {
        let ReturnResponse {} = self.connection.call("Return", &request).await?;
        Ok(())
    }
}

/// A request that takes results as they are since BuildKit 0.11.
fn results() -> SolveRequest {
    SolveRequest {
        allow_result_return: true,
        allow_result_array_ref: true,
        ..SolveRequest::default()
    }
}

/// An error of ours as gRPC says it.
pub(super) fn status(error: &anyhow::Error) -> Status {
    let message = format!("sbom-indexer: {error:#}");
    Status { code: INVALID_ARGUMENT, message, details: Vec::new() }
}
