//! What a build asked for: attached and signed by whom it names, and by nobody else.

use serde_json::{Value, json};
use testkit::registry::Referrers;

use super::App;
use super::build_time::{of_frontend, stating};
use crate::run;

const REQUEST: &str = "https://stella-ops.org/attestations/signing-request/v1";

/// What the frontend's step leaves if it is told who signs.
fn asking(sign: &Value) -> Vec<(String, Value)> {
    let mut predicates = of_frontend(sign);
    predicates.retain(|(kind, _)| kind == REQUEST);
    predicates
}

#[test]
fn what_is_asked_for_is_attached_and_signed() {
    let predicates = asking(&json!({"sign": "key"}));
    let formats = ["bom-index", "cyclonedx-json", "entrytrace-json", "spdx-json"];
    let expected = json!({"sign": "key", "formats": formats, "views": ["inventory", "usage"]});
    assert_eq!(predicates, [(REQUEST.to_owned(), expected)]);
    assert!(asking(&Value::Null).is_empty());

    let mut fewer = predicates.clone();
    fewer[0].1["formats"] = json!(["spdx-json"]);
    let app = stating(&fewer);
    let told = app.attach(&["--requested", "--sign", &app.sign()]);
    assert_eq!(told.matches("application/spdx+json").count(), 2, "{told}");
    assert_eq!(told.matches("bytes  signed").count(), 3, "{told}");
    assert_eq!(told.matches("  attached  ").count(), 5, "{told}");
    let again = app.attach(&["--requested", "--sign", &app.sign()]);
    assert_eq!(again.matches("already attached").count(), 5, "{again}");
}

#[test]
fn another_signer_than_is_asked_for_signs_nothing_and_nobody_whom_an_image_names_is_asked() {
    let listening =
        testkit::http::Server::start(|_| testkit::http::Response::status(200), |_, _| None);
    let url = format!("http://{}", listening.address);
    for sign in
        [json!({"sign": format!("signer={url}"), "attestor": url}), json!({"sign": "keyless"})]
    {
        let app = stating(&asking(&sign));
        let (code, log, _) =
            run(&mut app.command("attach", &["-q", "--requested", "--sign", &app.sign()]));
        let asked = format!("asks for --sign {}", sign["sign"].as_str().unwrap());
        assert!(code == 2 && log.contains(&asked), "{code} {log}");
        assert_eq!((app.changes(), listening.requests().len()), (0, 0));
    }
}

#[test]
fn where_nothing_is_asked_for_nothing_is_done_and_what_is_no_request_is_an_error() {
    let app = App::new(Referrers::Listed);
    let told = app.attach(&["--requested", "--sign", &app.sign()]);
    assert_eq!((told.as_str(), app.changes()), ("the build asked for nothing\n", 0));
    for wrong in [json!({}), json!({"sign": "key=env://K", "formats": [], "views": []})] {
        let app = stating(&[(REQUEST.to_owned(), wrong)]);
        let (code, log, _) =
            run(&mut app.command("attach", &["-q", "--requested", "--sign", &app.sign()]));
        assert!(code != 0 && log.contains("the signing request of sha256:"), "{code} {log}");
        assert_eq!(app.changes(), 0);
    }
}
