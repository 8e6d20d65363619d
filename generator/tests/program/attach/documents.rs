//! Documents: attached once, superseded, pruned, and whole whatever breaks off.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use testkit::http::{Fault, Request, Response};
use testkit::registry::Referrers;
use testkit::{OciImage, OciLayout};

use super::{App, IMAGE, foreign, titles};
use crate::{program, run};

#[test]
fn documents_are_attached_to_each_platform_once_whatever_the_registry_can() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::new(kind);
        let told = app.attach(&[]);
        assert_eq!(told.matches("  attached  ").count(), 8, "{told}");
        let found = app.discovered(&[]);
        assert_eq!(titles(&found), [""; 0]);
        assert_eq!(found["images"][1]["platform"], "linux/arm64");
        for image in found["images"].as_array().unwrap() {
            let expected =
                ["bom-index.bin", "entrytrace.json", "inventory.cdx.json", "sbom.spdx.json"];
            let mut names = titles(image);
            names.sort();
            assert_eq!(names, expected, "{kind:?}");
        }
        let before = app.changes();
        let told = app.attach(&[]);
        assert_eq!(told.matches("already attached").count(), 8, "{told}");
        assert_eq!(app.changes(), before, "{kind:?}: nothing is pushed again");
        let fallback =
            app.registry.tags("app").iter().filter(|it| it.starts_with("sha256-")).count();
        assert_eq!(fallback, if kind == Referrers::Unknown { 2 } else { 0 });
    }
}

#[test]
fn documents_of_layers_are_one_artifact_that_the_image_document_refers_to() {
    let app = App::new(Referrers::Listed);
    let sign = app.sign();
    let told = app.attach(&["-o", "cyclonedx-json", "--layers", "--sign", &sign]);
    assert_eq!(told.matches("application/vnd.stellaops.composition.v1+json").count(), 2, "{told}");
    let image = app.discovered(&[])["images"][0].clone();
    let attached = image["attached"].as_array().unwrap();
    let of = |it: &&Value| it["artifactType"] == "application/vnd.stellaops.composition.v1+json";
    let layers: Vec<&Value> = attached.iter().filter(of).collect();
    let titles: Vec<&str> = layers.iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"_composition.json"), "{titles:?}");
    let fragment = layers.iter().find(|it| it["title"] != "_composition.json").unwrap();
    assert_eq!(fragment["mediaType"], "application/vnd.cyclonedx+json");
    let inventory = attached.iter().find(|it| it["title"] == "inventory.cdx.json").unwrap();
    let digest = inventory["digest"].as_str().unwrap();
    let document = app.done("extract", &["--digest", digest, "--output", "-"]);
    let hex = fragment["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    assert!(document.contains(hex), "{document}");
    let (target, public) = (format!("{}/app:1", app.server.address), app.public());
    let verify = ["verify", "attestation", &target, "-q", "--key", &public, "--rescan"];
    assert_eq!(run(program().args(verify)).0, 1, "documents without layers are others");
    let (code, log, _) = run(program().args(verify).arg("--layers"));
    assert_eq!(code, 0, "{log}");
}

#[test]
fn documents_of_the_layers_of_a_base_in_another_repository_are_mounted_from_there() {
    let app = App::new(Referrers::Listed);
    let put = |image: &OciImage, repository: &str| {
        drop(app.registry.clone().with(&OciLayout::of(image), repository, "1"));
        let reference = format!("{}/{repository}:1", app.server.address);
        let mut command = program();
        command.args(["attach", &reference, "-q", "-o", "cyclonedx-json", "--layers"]);
        let (code, log, _) = run(&mut command);
        assert_eq!(code, 0, "{log}");
        let (_, _, output) = run(program().args(["discover", &reference, "--format", "json"]));
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let attached = found["attached"].as_array().unwrap().iter();
        let is_fragment = |it: &&Value| it["title"].as_str().unwrap().starts_with("layers/");
        let fragments = attached.filter(is_fragment).map(|it| it["digest"].as_str().unwrap());
        fragments.map(str::to_owned).collect::<Vec<String>>()
    };
    let base = put(&OciImage::new(IMAGE), "base");
    let named =
        json!({"org.opencontainers.image.base.name": format!("{}/base:1", app.server.address)});
    let own = format!("{IMAGE}//- layer\n//- /srv/run.sh\n#!/bin/sh\n");
    let derived = put(&OciImage::new(&*own).annotations(named), "derived");
    assert!(base.len() == 1 && derived.len() == 2 && derived.contains(&base[0]), "{derived:?}");
    let asked: Vec<(String, String)> =
        app.server.requests().into_iter().map(|it| (it.method, it.path)).collect();
    let uploads = "/v2/derived/blobs/uploads/";
    let mount = format!("{uploads}?mount={}&from=base", base[0]);
    assert!(asked.contains(&("POST".to_owned(), mount)), "{asked:?}");
    let sent = |(method, path): &&(String, String)| method == "PUT" && path.starts_with(uploads);
    let sent: Vec<_> = asked.iter().filter(sent).collect();
    assert!(!sent.iter().any(|(_, path)| path.contains(&base[0])), "{sent:?}");
    let plain = asked.iter().filter(|(_, path)| path == "/v2/base/blobs/uploads/").count();
    assert!(plain > 0 && !sent.is_empty(), "what is in no other repository is sent");
}

#[test]
fn another_version_of_a_format_takes_the_place_of_the_first() {
    let app = App::new(Referrers::Listed);
    let (sign, public) = (app.sign(), app.public());
    let view = ["--view", "inventory", "--sign", &sign, "--replace", "-o"];
    app.attach(&[&view[..], &["cyclonedx-json"]].concat());
    let told = app.attach(&[&view[..], &["cyclonedx-json@1.7"]].concat());
    // Documents and bundles of two platforms, and the statement about the index.
    assert_eq!(told.matches("removed  ").count(), 5, "{told}");
    let target = format!("{}/app:1", app.server.address);
    let mut verify = program();
    verify.args(["verify", "attestation", &target, "-q", "--key", &public, "--rescan"]);
    let (code, log, output) = run(&mut verify);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!((code, told.matches("byte for byte").count()), (0, 2), "{told}{log}");
}

#[test]
fn what_is_superseded_goes_and_what_others_attached_stays() {
    for kind in [Referrers::Listed, Referrers::Bare, Referrers::Unknown] {
        let app = App::new(kind);
        app.attach(&["-o", "spdx-json", "-o", "cyclonedx-json", "--view", "inventory"]);
        foreign(&app, "text/plain", "foreign.txt", "{}");
        let newer = ["-o", "spdx-json", "--supplier", "Us"];
        let told = app.attach(&newer);
        assert_eq!(told.matches("removed").count(), 0, "nothing goes unasked: {told}");
        let told = app.attach(&[&newer[..], &["--replace"]].concat());
        assert_eq!(told.matches("removed           sbom.spdx.json").count(), 2, "{told}");
        let image = |app: &App| titles(&app.discovered(&[])["images"][0]);
        let mut names = image(&app);
        names.sort();
        assert_eq!(names, ["foreign.txt", "inventory.cdx.json", "sbom.spdx.json"]);
        let told = app.attach(&[&newer[..], &["--prune"]].concat());
        assert_eq!(told.matches("removed           inventory.cdx.json").count(), 2, "{told}");
        let mut names = image(&app);
        names.sort();
        assert_eq!(names, ["foreign.txt", "sbom.spdx.json"], "{kind:?}");
    }
}

#[test]
fn entries_of_the_fallback_list_that_lead_nowhere_are_pruned() {
    let app = App::new(Referrers::Unknown);
    foreign(&app, "text/plain", "foreign.txt", "{}");
    let image = app.discovered(&[])["images"][0].clone();
    let attached = image["attached"].as_array().unwrap();
    let gone = attached.iter().find(|it| it["title"] == "foreign.txt").unwrap()["manifest"].clone();
    let request = Request {
        method: "DELETE".to_owned(),
        path: format!("/v2/app/manifests/{}", gone.as_str().unwrap()),
        headers: std::collections::BTreeMap::new(),
        body: Vec::new(),
    };
    assert_eq!(app.registry.answer(&request).status, 202);
    assert!(titles(&app.discovered(&[])["images"][0]).is_empty());
    let prune = ["-o", "spdx-json", "--prune"];
    let told = app.attach(&prune);
    assert_eq!(
        told.matches(&format!("leads nowhere         {}", gone.as_str().unwrap())).count(),
        1,
        "{told}"
    );
    assert!(!app.attach(&prune).contains("leads nowhere"));
}

#[test]
fn what_breaks_off_leaves_nothing_half_and_a_second_run_completes_it() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let broken = Arc::new(Mutex::new(true));
        let breaks = Arc::clone(&broken);
        // Blobs arrive, manifests do not.
        let app = App::with(kind, move |request, _| {
            let hit = request.method == "PUT" && request.path.contains("/manifests/");
            (hit && *breaks.lock().unwrap()).then(|| Fault::Instead(Response::status(403)))
        });
        let (code, log, _) = run(&mut app.command("attach", &["-q"]));
        assert!(code == 3 && log.contains("docker login"), "{code} {log}");
        assert!(titles(&app.discovered(&[])["images"][0]).is_empty());
        *broken.lock().unwrap() = false;
        let told = app.attach(&[]);
        assert_eq!(told.matches("  attached  ").count(), 8, "{told}");
    }
}

#[test]
fn answers_that_are_lost_after_all_was_done_lose_nothing() {
    for kind in [Referrers::Listed, Referrers::Unknown] {
        let app = App::with(kind, |request, before| {
            let changes = ["PUT", "POST"].contains(&&*request.method);
            (changes && before == 0).then_some(Fault::Silence(std::time::Duration::ZERO))
        });
        let told = app.attach(&["-o", "spdx-json", "-o", "bom-index"]);
        assert_eq!(told.matches("  attached  ").count(), 4, "{told}");
        for image in app.discovered(&[])["images"].as_array().unwrap() {
            assert_eq!(titles(image).len(), 2, "{kind:?}");
        }
    }
}
