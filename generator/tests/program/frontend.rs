//! The gateway's protocol, with a stand-in for BuildKit that answers well and in every wrong way.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use prost::Message as _;
use proto::gateway::{
    Answer, PongResponse, ReadFileResponse, Reference, ReturnRequest, SolveRequest, SolveResponse,
    Status, WarnRequest,
};
use proto::llb::{Definition, Mount, Network, Operation};

use crate::answers::{CONFIG, built, definition, image, well};
use crate::bridge::{Ended, Reply, converse};
use crate::{program, run};

/// The program as BuildKit starts it, with options.
fn frontend(options: &[&str]) -> (Command, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("frontend.bin");
    std::fs::write(&own, definition(&[image("us")])).unwrap();
    let mut command = program();
    command.env("BUILDKIT_SESSION_ID", "session").env("SBOM_INDEXER_FRONTEND_BIN", own);
    for (index, option) in options.iter().enumerate() {
        command.env(format!("BUILDKIT_FRONTEND_OPT_{index}"), option);
    }
    (command, directory)
}

fn talk(options: &[&str], answer: impl Fn(&str, &[u8]) -> Reply + Send + Sync + 'static) -> Ended {
    let (mut command, _own) = frontend(&[options, &["source=us"]].concat());
    converse(&mut command, answer)
}

fn returned(ended: &Ended) -> ReturnRequest {
    ended.last("Return").unwrap()
}

/// The definition that was asked for beside the forwarded build.
fn scan_of(ended: &Ended) -> (Definition, Operation) {
    let scan: SolveRequest = ended.last("Solve").unwrap();
    let definition = Definition::decode(scan.definition.unwrap().as_slice()).unwrap();
    let mut operations = definition.operations.iter().rev();
    let head = Operation::decode(operations.next().unwrap().as_slice()).unwrap();
    let find = |it: &&Vec<u8>| {
        let digest = scanner_core::model::Sha256::of(it);
        format!("sha256:{digest}") == head.inputs[0].digest
    };
    let step = operations.find(find).unwrap();
    (definition.clone(), Operation::decode(step.as_slice()).unwrap())
}

fn mounts(step: &Operation) -> Vec<(String, i32)> {
    let mounts = &step.execution.as_ref().unwrap().mounts;
    mounts.iter().map(|it| (it.destination.clone(), it.content_cache)).collect()
}

#[test]
fn a_build_is_forwarded_scanned_and_attached_to() {
    let ended = talk(&["target=x", "cmdline=us --name=app", "attest:sbom="], well);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let methods: Vec<&str> = ended.calls.iter().map(|(it, _)| it.as_str()).collect();
    assert_eq!(methods, ["Ping", "Inputs", "Solve", "Solve", "ReadFile", "Warn", "Return"]);
    let forwarded = SolveRequest::decode(ended.calls[2].1.as_slice()).unwrap();
    assert_eq!(forwarded.frontend, "dockerfile.v0");
    assert_eq!(forwarded.frontend_options["target"], "x");
    // By the digest that BuildKit found, so that it does not ask the registry again.
    assert_eq!(forwarded.frontend_options["attest:sbom"], "generator=us@sha256:00");
    assert_eq!(forwarded.frontend_inputs["context"], b"kept");
    let result = returned(&ended).result.unwrap();
    let mut expected = built();
    expected.attestations.clear();
    assert_eq!(result.reference, expected.reference);
    assert!(expected.metadata.iter().all(|(key, it)| result.metadata.get(key) == Some(it)));
    let said = String::from_utf8(result.metadata["frontend.sbom-indexer"].clone()).unwrap();
    assert!(said.contains("\"components\":3"), "{said}");
    let attached = &result.attestations["linux/amd64"].all;
    let types: Vec<&str> = attached.iter().map(|it| it.predicate_type.as_str()).collect();
    assert_eq!(types, ["https://spdx.dev/Document", "https://cyclonedx.org/bom"]);
    assert!(attached.iter().all(|it| it.reference.as_ref().unwrap().id == "scan"));
    assert!(attached.iter().all(|it| !it.metadata.contains_key("inline-only")));
    let warning: WarnRequest = ended.last("Warn").unwrap();
    assert_eq!(warning.short, b"SBOM: malformed /x: is broken");
    let step = scanner_core::model::Sha256::of(&scan_of(&ended).1.encode_to_vec());
    assert_eq!(warning.digest, format!("sha256:{step}"), "the warning is about the step");
}

#[test]
fn the_scan_sees_the_result_the_changes_the_memory_and_the_context() {
    let ended = talk(&[], well);
    let (definition, step) = scan_of(&ended);
    let (default, off) = (0, 2);
    let expected = [
        ("/", default),
        ("/run/src/core/sbom", off),
        ("/run/memory", off),
        ("/run/changes", off),
        ("/run/src/extras/sbom-context", default),
        ("/run/order", default),
        ("/run/out", default),
    ];
    assert_eq!(mounts(&step), expected.map(|(it, cache)| (it.to_owned(), cache)));
    let execution = step.execution.unwrap();
    assert_eq!(execution.network, i32::from(Network::None));
    let written = |it: &Mount| it.output == 0;
    assert!(execution.mounts.iter().all(|it| written(it) == (it.destination == "/run/out")));
    assert!(execution.mounts.iter().all(|it| written(it) || it.read_only));
    assert_eq!(execution.process.unwrap().arguments[1..], ["build-step", "scan"]);
    // The step that would have scanned is not part of it.
    assert!(!definition.operations.iter().any(|it| {
        let it = Operation::decode(it.as_slice()).unwrap();
        it.execution.is_some_and(|it| {
            it.mounts
                .iter()
                .any(|it| it.destination == "/run/src/core/sbom" && it.content_cache == 0)
        })
    }));
    let result = returned(&ended).result.unwrap();
    let attached = &result.attestations["linux/amd64"].all;
    assert!(attached.iter().all(|it| it.metadata["inline-only"] == b"true"), "nobody asked");
}

#[test]
fn the_step_is_told_who_is_to_sign_and_no_key() {
    let told = |arguments: &[&str]| {
        let ended = talk(arguments, well);
        let scan: SolveRequest = ended.last("Solve").unwrap();
        String::from_utf8_lossy(&scan.definition.unwrap()).into_owned()
    };
    let sign = "build-arg:SBOM_INDEXER_SIGN=signer=https://s";
    let asked = told(&[sign, "build-arg:SBOM_INDEXER_ATTESTOR=https://a"]);
    assert!(asked.contains(r#""sign":{"sign":"signer=https://s","attestor":"https://a"}"#));
    assert!(!told(&[]).contains(r#""sign""#), "the step stays what it was");
}

#[test]
fn the_whole_is_scanned_where_the_user_or_buildkit_wants_it() {
    let whole = |ended: &Ended| {
        let mounts = mounts(&scan_of(ended).1);
        !mounts.iter().any(|(it, _)| it == "/run/memory" || it == "/run/changes")
    };
    assert!(whole(&talk(&["build-arg:SBOM_INDEXER_BASE=whole"], well)));
    let old = |method: &str, message: &[u8]| match method {
        "Ping" => Reply::message(&PongResponse::default()),
        _ => well(method, message),
    };
    assert!(whole(&talk(&[], old)));
}

#[test]
fn a_label_changes_nothing_of_the_scan_and_an_entrypoint_does() {
    let scan = |config: &'static str| {
        let ended = talk(&[], move |method, message| match well(method, message) {
            Reply::Message(_)
                if method == "Solve"
                    && SolveRequest::decode(message).unwrap().definition.is_none() =>
            {
                let mut answer = built();
                let key = "containerimage.config".to_owned();
                answer.metadata.insert(key, config.as_bytes().to_vec());
                Reply::message(&SolveResponse { result: Some(answer) })
            }
            other => other,
        });
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        scan_of(&ended).1.encode_to_vec()
    };
    let labelled =
        r#"{"config":{"Entrypoint":["/app"],"Labels":{"a":"c"}},"created":"2024-01-01T00:00:00Z"}"#;
    assert_eq!(scan(CONFIG), scan(labelled));
    assert_ne!(scan(CONFIG), scan(r#"{"config":{"Entrypoint":["/other"]}}"#));
}

#[test]
fn questions_are_passed_on_and_answered_as_they_are() {
    for option in ["requestid=frontend.lint", "sbom-indexer.nested=true"] {
        let ended = talk(&[option], well);
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        assert_eq!(returned(&ended).result, Some(built()));
        assert_eq!(ended.calls.iter().filter(|(it, _)| it == "Solve").count(), 1);
    }
}

#[test]
fn what_another_generator_makes_stays() {
    let ended = talk(&["attest:sbom=generator=them,X=y"], well);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let attached = returned(&ended).result.unwrap().attestations.remove("linux/amd64").unwrap().all;
    assert_eq!(attached[0], built().attestations["linux/amd64"].all[0]);
    assert!(attached[1..].iter().all(|it| it.metadata["inline-only"] == b"true"));
}

#[test]
fn wrong_parameters_end_the_build_with_their_names() {
    let cases = [
        ("build-arg:SBOM_INDEXER_BAES=whole", "unknown parameter BAES"),
        ("build-arg:SBOM_INDEXER_FORMATS=spdx", "no format is called spdx"),
        ("build-arg:SBOM_INDEXER_SIGN=key=k", "SIGN=key=k is wrong: it is key, keyless or"),
        ("build-arg:SBOM_INDEXER_ATTESTOR=https://a", "ATTESTOR needs SIGN"),
        ("attest:sbom=generator=us,FAIL_ON=x", "FAIL_ON=x is wrong"),
        ("cmdline=us split", "split after the image"),
    ];
    for (option, expected) in cases {
        let ended = talk(&[option], well);
        assert_eq!(ended.code, Some(2), "{}", ended.log);
        let error = returned(&ended).error.unwrap();
        assert!(error.message.contains(expected), "{}", error.message);
        assert!(ended.calls.iter().all(|(it, _)| it == "Return"), "nothing is built");
    }
}

#[test]
fn notices_fail_the_build_if_the_user_says_so() {
    let ended = talk(&["build-arg:SBOM_INDEXER_FAIL_ON=losses"], well);
    let error = returned(&ended).error.unwrap();
    assert!(error.message.contains("malformed /x: is broken"), "{}", error.message);
    assert_eq!(ended.code, Some(1));
    let ended = talk(&["build-arg:SBOM_INDEXER_FAIL_ON=superseded"], well);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
}

/// Every call that a build makes, with which of its kind it is.
const CALLS: [(&str, usize); 7] = [
    ("Ping", 1),
    ("Inputs", 1),
    ("Solve", 1),
    ("Solve", 2),
    ("ReadFile", 1),
    ("Warn", 1),
    ("Return", 1),
];

/// Answers well but for one call.
fn but(
    (method, turn): (&'static str, usize),
    reply: impl Fn() -> Reply + Send + Sync + 'static,
) -> impl Fn(&str, &[u8]) -> Reply + Send + Sync {
    let seen = std::sync::Mutex::new(BTreeMap::<String, usize>::new());
    move |called, message| {
        let mut seen = seen.lock().unwrap();
        let count = seen.entry(called.to_owned()).or_default();
        *count += 1;
        if (called, *count) == (method, turn) { reply() } else { well(called, message) }
    }
}

#[test]
fn what_buildkit_refuses_reaches_the_user_in_its_own_words() {
    let details = vec![b"Dockerfile:1".to_vec(), vec![0xff; 5]];
    let status = Status { code: 2, message: "no such stage".to_owned(), details };
    for call in CALLS {
        let refused = status.clone();
        let ended = talk(&[], but(call, move || Reply::Refuse(refused.clone())));
        assert_eq!(ended.code, Some(1), "{call:?} {}", ended.log);
        assert!(ended.log.contains("no such stage"), "{call:?} {}", ended.log);
        assert_eq!(returned(&ended).error, Some(status.clone()), "{call:?}");
    }
}

#[test]
fn a_cut_connection_ends_the_program() {
    let cuts: [fn() -> Reply; 2] = [|| Reply::Cut, || Reply::Half(vec![0; 9])];
    for (call, cut) in CALLS.into_iter().flat_map(|it| cuts.map(|cut| (it, cut))) {
        let ended = talk(&[], but(call, cut));
        assert_eq!(ended.code, Some(1), "{call:?} {}", ended.log);
        let expected = format!("the connection to BuildKit broke during {}", call.0);
        assert!(ended.log.contains(&expected), "{call:?} {}", ended.log);
    }
}

#[test]
fn answers_that_make_no_sense_are_errors() {
    let huge = bytes::Bytes::from(vec![0; (16 << 20) + 6]);
    let cases: [(&str, fn(bytes::Bytes) -> Reply); 6] = [
        ("", |_| Reply::Message(vec![0xff; 9])),
        ("broke during", |_| Reply::Http(200)),
        ("is not one whole message", |_| Reply::Bytes(bytes::Bytes::from_static(b"\0\0\0\0\x09x"))),
        ("is compressed", |_| Reply::Bytes(bytes::Bytes::from_static(b"\x01\0\0\0\0"))),
        ("over 16777216 bytes", Reply::Bytes),
        ("404", |_| Reply::Http(404)),
    ];
    for (call, (expected, reply)) in CALLS.into_iter().flat_map(|it| cases.map(|case| (it, case))) {
        let huge = huge.clone();
        let ended = talk(&[], but(call, move || reply(huge.clone())));
        assert_eq!(ended.code, Some(1), "{call:?} {}", ended.log);
        let error = returned(&ended).error.unwrap().message;
        assert!(error.contains(expected) && error.contains(call.0), "{expected} {call:?}: {error}");
    }
}

#[test]
fn results_of_a_wrong_kind_are_errors() {
    let answers: [(&str, fn(&mut Answer)); 3] = [
        ("does not name the platform", |it| it.metadata.clear()),
        ("a definition of BuildKit", |it| {
            it.reference.as_mut().unwrap().definition = Some(vec![0xff]);
        }),
        ("the configuration of the image", |it| {
            it.metadata.insert("containerimage.config".to_owned(), b"{".to_vec());
        }),
    ];
    for (expected, spoil) in answers {
        let ended = talk(
            &[],
            but(("Solve", 1), move || {
                let mut answer = built();
                spoil(&mut answer);
                Reply::message(&SolveResponse { result: Some(answer) })
            }),
        );
        let error = returned(&ended).error.unwrap();
        assert!(error.message.contains(expected), "{expected}: {}", error.message);
        assert_eq!(ended.code, Some(1));
    }
    let ended = talk(&[], but(("Solve", 2), || Reply::message(&SolveResponse::default())));
    assert!(returned(&ended).error.unwrap().message.contains("no result"));
    let read = || Reply::message(&ReadFileResponse { data: b"{".to_vec() });
    let ended = talk(&[], but(("ReadFile", 1), read));
    assert!(returned(&ended).error.unwrap().message.contains("the summary of the scan"));
}

#[test]
fn a_call_that_is_not_answered_in_time_is_an_error() {
    let late: fn() -> Reply = || Reply::Slow(vec![0; 9], Duration::from_secs(50));
    let never: fn() -> Reply = || Reply::Silence;
    let cases = [(CALLS[0], never), (CALLS[2], late), (CALLS[4], never), (CALLS[6], never)];
    for (call, reply) in cases {
        let ended = talk(&["build-arg:SBOM_INDEXER_TIMEOUT=1"], but(call, reply));
        assert_eq!(ended.code, Some(1), "{}", ended.log);
        let expected = format!("did not answer {} within 1s", call.0);
        assert!(ended.log.contains(&expected), "{}", ended.log);
        assert!(returned(&ended).error.unwrap().message.contains(&expected));
    }
    let ended = talk(&["build-arg:SBOM_INDEXER_TIMEOUT=1"], |_, _| Reply::Silence);
    assert_eq!(ended.code, Some(1), "{}", ended.log);
}

#[test]
fn an_answer_that_comes_slowly_but_in_time_is_taken() {
    let slowly = |method: &str, message: &[u8]| match well(method, message) {
        Reply::Message(it) => Reply::Slow(it, Duration::from_millis(100)),
        other => other,
    };
    let ended = talk(&["build-arg:SBOM_INDEXER_TIMEOUT=5"], slowly);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert_eq!(returned(&ended), returned(&talk(&["build-arg:SBOM_INDEXER_TIMEOUT=5"], well)));
}

#[test]
fn an_empty_result_is_scanned_without_a_mount() {
    let ended = talk(
        &[],
        but(("Solve", 1), || {
            let mut answer = built();
            answer.reference = Some(Reference::default());
            answer.attestations.clear();
            Reply::message(&SolveResponse { result: Some(answer) })
        }),
    );
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let mounts = mounts(&scan_of(&ended).1);
    let mounts: Vec<&str> = mounts.iter().map(|(it, _)| it.as_str()).collect();
    assert_eq!(mounts, ["/", "/run/order", "/run/out"]);
}

#[test]
fn only_buildkit_can_start_a_frontend() {
    let (mut command, _own) = frontend(&[]);
    let (code, log, _) = run(command.stdin(Stdio::null()));
    assert!(code == 1 && log.contains("standard input is no pipe"), "{log}");
}
