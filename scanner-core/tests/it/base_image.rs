//! Where the image ends that another one was built on, and who is believed about it.

use scanner_core::limits::Limits;
use scanner_core::model::{Code, FileDetail, Sbom};
use scanner_core::source::{Reading, Reference, Request, SourceError, give_base, oci_layout};
use serde_json::{Value, json};
use testkit::{OciImage, OciLayout};

use crate::images::{request, scan_found};

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

/// An image of layers that bring one package each.
fn image(names: &[&str]) -> OciImage {
    let layer = |name: &&str| {
        let path = format!("/usr/lib/node_modules/{name}/package.json");
        format!("//- layer\n//- {path}\n{{\"name\": \"{name}\", \"version\": \"1.0.0\"}}\n")
    };
    OciImage::new(names.iter().map(layer).collect::<String>().as_str())
}

fn digest(image: &OciImage) -> String {
    OciLayout::of(image).top_digest().to_owned()
}

fn named(digest: &str) -> Value {
    json!({NAME: "registry.example/base:1", DIGEST: digest})
}

fn tagged(tag: &str) -> Request {
    Request { reference: Some(Reference::Name(tag.to_owned())), ..request() }
}

/// Scans the image `app` of a layout, built on another image of it if the user says so.
fn scan(layout: &OciLayout, base: Option<&str>) -> Result<Sbom, SourceError> {
    let directory = layout.to_directory();
    let with_base = |reading: &Reading<'_>| {
        let find = |tag: &str| oci_layout::find(directory.path(), &tagged(tag), reading);
        let mut found = find("app")?;
        if let Some(base) = base {
            give_base(&mut found[0], &find(base)?[0])?;
        }
        Ok(found)
    };
    let (mut sboms, _) = scan_found(with_base, Limits::default(), FileDetail::None)?;
    Ok(sboms.remove(0))
}

/// What is said of the base, of each component's part, and in notices of it.
fn told(layout: &OciLayout, base: Option<&str>) -> Vec<String> {
    let sbom = scan(layout, base).unwrap();
    let image = sbom.facts().into_iter();
    let image = image.filter(|(key, _)| key.starts_with("image:base-"));
    let image = image.map(|(key, value)| format!("{} {value}", &key["image:base-".len()..]));
    let parts = sbom.components.iter().map(|it| {
        let part = it.properties.get("layer:part").map_or("unknown", String::as_str);
        format!("{} {part}", it.name)
    });
    let notices = sbom.notices.iter().filter(|it| it.code == Code::BaseMismatch);
    let notices = notices.map(|it| format!("! {}", it.message));
    image.chain(parts).chain(notices).collect()
}

fn one(image: &OciImage) -> OciLayout {
    OciLayout::default().image(image, "app")
}

#[test]
fn the_history_tells_where_the_instructions_of_another_dockerfile_end() {
    let by_buildkit: &[&str] = &[
        "ADD rootfs / # buildkit",
        "[CMD [\"sh\"]]",
        "[ENV A=1]",
        "RUN a # buildkit",
        "COPY b / # buildkit",
        "[CMD [\"b\"]]",
    ];
    let by_docker: &[&str] = &[
        "/bin/sh -c #(nop) ADD file:1 in / ",
        "[/bin/sh -c #(nop)  ENTRYPOINT [\"sh\"]]",
        "/bin/sh -c a",
        "/bin/sh -c #(nop) COPY file:2 in / ",
    ];
    for history in [by_buildkit, by_docker] {
        let app = image(&["base", "a", "b"]).history(history);
        assert_eq!(told(&one(&app), None), ["layers 1 by history", "a app", "b app", "base base"]);
    }
}

#[test]
fn a_history_that_tells_nothing_marks_nothing() {
    let histories: [&[&str]; 4] = [
        &["ADD a", "RUN b"],
        &["ADD a", "RUN b", "[CMD [\"b\"]]"],
        // What is before the first layer is no base.
        &["[CMD [\"a\"]]", "ADD a", "RUN b"],
        // It does not tell of every layer.
        &["ADD a", "[CMD [\"a\"]]"],
    ];
    for history in histories {
        let app = image(&["a", "b"]).history(history);
        assert_eq!(told(&one(&app), None), ["a unknown", "b unknown"], "{history:?}");
    }
}

#[test]
fn annotations_are_believed_before_the_history_where_their_base_is_at_hand() {
    let base = image(&["base", "more"]);
    let history = &["ADD rootfs", "[CMD [\"sh\"]]", "RUN more", "RUN a"];
    let app = image(&["base", "more", "a"]).history(history);
    let annotated = app.annotations(named(&digest(&base)));
    let digest = format!("digest {}", digest(&base));
    let parts = ["a app", "base base", "more base"];
    let expected = ["layers 2 by annotations", "name registry.example/base:1", &digest];
    let expected: Vec<&str> = expected.into_iter().chain(parts).collect();
    assert_eq!(told(&one(&annotated).image(&base, "base"), None), expected);
    let elsewhere = told(&one(&annotated), None);
    assert_eq!(elsewhere[0], "layers 1 by history");
    assert_eq!(elsewhere[1..], [expected[1], &digest, "a app", "base base", "more app"]);
}

#[test]
fn a_base_that_is_an_index_is_that_of_the_same_platform() {
    let platforms =
        [image(&["other"]).platform("linux/arm64"), image(&["base"]).platform("linux/amd64")];
    let index = OciLayout::default().platforms(&platforms, "base");
    let app = image(&["base", "a"]).annotations(json!({DIGEST: index.top_digest()}));
    let digest = format!("digest {}", index.top_digest());
    assert_eq!(
        told(&index.image(&app, "app"), None),
        ["layers 1 by annotations", &digest, "a app", "base base"]
    );
}

#[test]
fn annotations_that_the_layers_contradict_are_told_of_and_not_followed() {
    let base = image(&["other"]);
    let app = image(&["base", "a"]).annotations(named(&digest(&base)));
    let said = format!(
        "! annotations or labels say that the image was built on registry.example/base:1 ({}), whose layers are not its lowest ones",
        digest(&base)
    );
    let names = ["name registry.example/base:1".to_owned(), format!("digest {}", digest(&base))];
    let expected =
        [&names[..], &["a unknown".into(), "base unknown".into(), said.clone()]].concat();
    assert_eq!(told(&one(&app).image(&base, "base"), None), expected);
    let app = app.history(&["ADD a", "[CMD [\"a\"]]", "RUN b"]);
    let first = ["layers 1 by history".to_owned()];
    let expected = [&first, &names[..], &["a app".into(), "base base".into(), said]].concat();
    assert_eq!(told(&one(&app).image(&base, "base"), None), expected);
    // Where the user says which it is, nobody needs to know what others say.
    let given =
        told(&one(&app).image(&image(&["base"]), "right").image(&base, "base"), Some("right"));
    assert_eq!(given[0], "layers 1 by given");
    assert_eq!(given[3..], ["a app", "base base"]);
}

#[test]
fn labels_say_what_annotations_do_not() {
    let base = image(&["base"]);
    let labels = json!({NAME: "inherited", DIGEST: digest(&base)});
    let app = image(&["base", "a"]).labels(labels).annotations(json!({NAME: "own"}));
    let digest = format!("digest {}", digest(&base));
    assert_eq!(
        told(&one(&app).image(&base, "base"), None),
        ["layers 1 by annotations", "name own", &digest, "a app", "base base"]
    );
}

#[test]
fn the_user_is_believed_before_everybody_else() {
    let (base, other) = (image(&["base", "more"]), image(&["base"]));
    let history = &["ADD rootfs", "[CMD [\"sh\"]]", "RUN more", "RUN a"];
    let app = image(&["base", "more", "a"]).history(history).annotations(named(&digest(&other)));
    let layout = one(&app).image(&base, "base").image(&other, "other");
    let expected = format!("digest {}", digest(&base));
    let parts = ["a app", "base base", "more base"];
    let given = told(&layout, Some("base"));
    assert_eq!((&*given[0], &given[2]), ("layers 2 by given", &expected));
    assert_eq!(given[3..], parts);
    // An image that was built on another without a layer of its own is all base.
    let whole = one(&app.clone()).image(&app, "same");
    assert_eq!(told(&whole, Some("same"))[0], "layers 3 by given");
}

#[test]
fn an_image_that_was_not_built_on_what_the_user_names_is_not_scanned() {
    let app = image(&["base", "a"]);
    for (base, same) in [(&["other"][..], 0), (&["base", "b"], 1), (&["base", "a", "b"], 2)] {
        let layout = one(&app).image(&image(base), "base");
        let error = scan(&layout, Some("base")).unwrap_err();
        assert!(matches!(error, SourceError::NotFound(_)), "{error}");
        let count = format!("of its {} layers, {same} are the lowest of the image", base.len());
        assert!(error.to_string().contains(&count), "{error}");
    }
}
