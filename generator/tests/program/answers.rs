//! What BuildKit answers a frontend when all is well: a build of a Dockerfile with one `RUN`.

use prost::Message as _;
use proto::gateway::{
    Answer, Attestation, AttestationKind, Attestations, Capability, InputsResponse, PongResponse,
    ReadFileResponse, Reference, ReturnResponse, SolveRequest, SolveResponse, WarnResponse,
};
use proto::llb::{Definition, Execution, Input, Mount, Operation, Source};

use crate::bridge::Reply;

const SUMMARY: &str = r#"{"components":3,"notices":{"malformed":1},
    "shown":[{"code":"malformed","text":"malformed /x: is broken"}],
    "documents":[{"file":"sbom.spdx.json","predicateType":"https://spdx.dev/Document","bytes":9},
                 {"file":"inventory.cdx.json","predicateType":"https://cyclonedx.org/bom","bytes":9}]}"#;

pub(crate) const CONFIG: &str = r#"{"config":{"Entrypoint":["/app"],"Labels":{"a":"b"}}}"#;

/// A definition of operations, the last of which is what it results in.
pub(crate) fn definition(operations: &[Operation]) -> Vec<u8> {
    let encoded: Vec<Vec<u8>> = operations.iter().map(Operation::encode_to_vec).collect();
    let head =
        Operation { inputs: vec![input(operations.last().unwrap())], ..Operation::default() };
    let operations = encoded.into_iter().chain([head.encode_to_vec()]).collect();
    Definition { operations, ..Definition::default() }.encode_to_vec()
}

fn input(operation: &Operation) -> Input {
    let digest = scanner_core::model::Sha256::of(&operation.encode_to_vec());
    Input { digest: format!("sha256:{digest}"), index: 0 }
}

pub(crate) fn image(name: &str) -> Operation {
    let identifier = format!("docker-image://{name}@sha256:00");
    Operation { source: Some(Source { identifier }), ..Operation::default() }
}

/// A program on an image, with more images mounted.
fn execution(images: &[Operation], destinations: &[&str]) -> Operation {
    let mount = |(at, destination): (i64, &&str)| Mount {
        input: at,
        destination: (*destination).to_owned(),
        output: if at == 0 { 0 } else { -1 },
        ..Mount::default()
    };
    let mounts = (0..).zip(destinations).map(mount).collect();
    let execution = Some(Execution { mounts, ..Execution::default() });
    Operation { inputs: images.iter().map(input).collect(), execution, ..Operation::default() }
}

/// The result of a Dockerfile: a `RUN` on an image, and the step that would scan it with its context.
pub(crate) fn built() -> Answer {
    let (base, context) = (image("base"), image("context"));
    let result = execution(std::slice::from_ref(&base), &["/"]);
    let generator = image("us");
    let mounts = ["/", "/run/src/core/sbom", "/run/src/extras/sbom-context"];
    let inputs = [generator.clone(), result.clone(), context.clone()];
    let step = execution(&inputs, &mounts);
    let step = definition(&[base.clone(), result.clone(), context, generator, step]);
    let attestation = Attestation {
        kind: AttestationKind::Bundle.into(),
        reference: Some(Reference { id: "generator".to_owned(), definition: Some(step) }),
        ..Attestation::default()
    };
    let platform = "linux/amd64".to_owned();
    let metadata: [(&str, &str); 2] = [
        ("containerimage.config", CONFIG),
        ("refs.platforms", r#"{"Platforms":[{"ID":"linux/amd64","Platform":{}}]}"#),
    ];
    let metadata = metadata.map(|(key, value)| (key.to_owned(), value.as_bytes().to_vec()));
    Answer {
        reference: Some(Reference {
            id: "result".to_owned(),
            definition: Some(definition(&[base, result])),
        }),
        metadata: metadata.into(),
        attestations: [(platform, Attestations { all: vec![attestation] })].into(),
        ..Answer::default()
    }
}

/// What BuildKit answers when all is well.
pub(crate) fn well(method: &str, message: &[u8]) -> Reply {
    let solved = |it| Reply::message(&SolveResponse { result: Some(it) });
    match method {
        "Ping" => {
            let differs = Capability { id: "diffop".to_owned(), enabled: true };
            Reply::message(&PongResponse {
                llb_capabilities: vec![differs],
                ..PongResponse::default()
            })
        }
        "Inputs" => {
            let definitions = [("context".to_owned(), b"kept".to_vec())].into();
            Reply::message(&InputsResponse { definitions })
        }
        "Solve" if SolveRequest::decode(message).unwrap().definition.is_none() => solved(built()),
        "Solve" => {
            let reference = Reference { id: "scan".to_owned(), definition: None };
            solved(Answer { reference: Some(reference), ..Answer::default() })
        }
        "ReadFile" => Reply::message(&ReadFileResponse { data: SUMMARY.as_bytes().to_vec() }),
        "Warn" => Reply::message(&WarnResponse {}),
        "Return" => Reply::message(&ReturnResponse {}),
        other => panic!("{other} is called"),
    }
}
