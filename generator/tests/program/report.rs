//! The reports for people, in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::{OciImage, OciLayout, Tree};

use crate::{program, run};

/// An image whose names want to be markup.
const HOSTILE: &str = "//- layer\n\
    //- /a/node_modules/x/package.json\n{\"name\":\"<img src=x onerror=alert(1)>\",\"version\":\"1.0.0\"}\n\
    //- /b/node_modules/lodash/package.json\n{\"name\":\"lodash\",\"version\":\"4.17.21\",\"license\":\"MIT\"}\n\
    //- layer\n//- /opt/left-1.dist-info/METADATA\nName: left\nVersion: 1\n";

/// What the browser makes of a page: its elements after the script has run.
/// None, with the reason told, where there is no browser; CI has one.
fn rendered(page: &Path, fragment: &str) -> Option<String> {
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Command::new("chromium");
    browser
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}#{fragment}", page.display()));
    let Ok(output) = browser.output() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI has no chromium: tests/e2e/packages.sh installs it"
        );
        eprintln!("skipped: there is no chromium");
        return None;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("</html>"), "{}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

/// The page whose reader presses `/` and types. A script does so, which the page's own policy would not let run.
fn typed(page: &Path, words: &str) -> PathBuf {
    let text = fs::read_to_string(page).unwrap();
    let (before, policy) = text.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let (content, end) = policy.split_once('>').unwrap().1.rsplit_once("</body>").unwrap();
    let script = format!(
        "<script>document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '/', bubbles: true}}));\
         const field = document.activeElement; field.value = '{words}';\
         field.dispatchEvent(new Event('input', {{bubbles: true}}));\
         document.title = location.hash;</script>"
    );
    let typed = page.with_file_name("typed.html");
    fs::write(&typed, [before, content, &script, "</body>", end].concat()).unwrap();
    typed
}

/// The rows of the list that are shown, as elements.
fn shown(dom: &str) -> Vec<&str> {
    let rows = dom.split("<tr ").skip(1).filter(|it| it.starts_with("data-"));
    rows.filter(|it| !it.split('>').next().unwrap().contains("hidden")).collect()
}

#[test]
fn a_report_is_searched_and_filtered_in_the_browser_and_runs_nothing_of_the_image() {
    let layout = OciLayout::of(
        &OciImage::new(HOSTILE).history(&["COPY <img src=x> /", "RUN pip install left"]),
    );
    let layout = layout.to_directory();
    let page = layout.path().join("report.html");
    let (code, log, _) = run(program()
        .arg("scan")
        .arg(format!("oci-layout:{}", layout.path().display()))
        .args(["-q", "--name", "<b>image</b>", "-o"])
        .arg(format!("html={}", page.display())));
    assert_eq!(code, 0, "{log}");
    let Some(all) = rendered(&page, "") else { return };
    assert!(shown(&all).len() >= 2 && shown(&all).len() == all.matches("<tr data-").count());
    assert!(all.contains("<title>&lt;b&gt;image&lt;/b&gt;</title>"), "the page has another title");
    assert_eq!(all.matches("<script").count(), 1);
    assert!(!all.contains("<img"));
    let one = |fragment: &str, name: &str| {
        let dom = rendered(&page, fragment).unwrap();
        let rows = shown(&dom);
        assert!(rows.len() == 1 && rows[0].contains(name), "{fragment}: {rows:?}");
    };
    let typed = rendered(&typed(&page, "LODASH"), "").unwrap();
    assert!(shown(&typed).len() == 1 && shown(&typed)[0].contains("lodash"));
    assert!(typed.contains("<title>#q=LODASH</title>"), "the address does not tell the search");
    one("q=mit+4.17", "lodash");
    one("type=pypi", "left");
    one("layer=1", "left");
    assert!(shown(&rendered(&page, "q=nothing").unwrap()).is_empty());
}

#[test]
fn a_report_of_changes_shows_them_by_layer() {
    let package = |version: &str| {
        format!("//- /node_modules/a/package.json\n{{\"name\":\"a\",\"version\":\"{version}\"}}\n")
    };
    let [old, new] =
        ["1.0.0", "1.1.0"].map(|it| OciImage::new(package(it).as_str()).history(&["COPY a /"]));
    let layout = OciLayout::default().image(&old, "v1").image(&new, "v2").to_directory();
    let source = |tag: &str| format!("oci-layout:{}:{tag}", layout.path().display());
    let page = layout.path().join("diff.html");
    let (code, log, _) = run(program()
        .args(["diff", "-q", "--old", &source("v1"), "--new", &source("v2"), "-o"])
        .arg(format!("html={}", page.display())));
    assert_eq!(code, 0, "{log}");
    let Some(dom) = rendered(&page, "change=upgraded") else { return };
    assert!(dom.contains("<code><bdi>COPY a /</bdi></code> <span class=\"tag\">rebuilt</span>"));
    assert_eq!(shown(&dom).len(), 1);
    assert!(shown(&rendered(&page, "change=removed").unwrap()).is_empty());
}

#[test]
fn a_report_shows_the_way_from_the_entrypoint_to_each_program_with_file_and_line() {
    let root = Tree::parse(
        "//- exec /usr/bin/app\n\u{7f}ELF\n//- exec /bin/sh\n\u{7f}ELF\n\
         //- exec /entry.sh\n#!/bin/sh\nif [ -n \"$X\" ]; then nowhere; fi\nexec app '<img src=x>'\n",
    )
    .to_directory();
    let page = root.path().join("report.html");
    let (code, log, _) = run(program()
        .arg("scan")
        .arg(format!("dir:{}", root.path().display()))
        .args(["-q", "--entrypoint", "[\"/entry.sh\"]", "-o"])
        .arg(format!("html={}", page.display())));
    assert_eq!(code, 0, "{log}");
    let Some(dom) = rendered(&page, "") else { return };
    let chain = dom.split("<ol class=\"chain\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let steps: Vec<&str> = chain.split("<li>").skip(1).collect();
    assert_eq!(steps.len(), 3, "{chain}");
    assert!(steps[0].contains("given") && steps[0].contains("→ <bdi>/entry.sh</bdi>"), "{chain}");
    assert!(steps[1].contains("<bdi>/entry.sh:1</bdi> → <bdi>/bin/sh</bdi>"), "{chain}");
    assert!(steps[2].contains("exec app '&lt;img src=x&gt;'"), "{chain}");
    assert!(steps[2].contains("<bdi>/entry.sh:3</bdi> → <bdi>/usr/bin/app</bdi>"), "{chain}");
    assert!(!dom.contains("<img"));
    assert!(dom.contains(">CommandNotFound</span> <code><bdi>/entry.sh:2</bdi></code>"), "{dom}");
}
