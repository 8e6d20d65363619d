//! What a trace reads of an image is kept while its layers stream by: no layer is read twice for it.

use scanner_core::analyzers::Wants;
use scanner_core::image::Passing;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Input, RunConfig, Sbom};
use scanner_core::scan::{Options, Tracing, scan};
use scanner_core::source::{Reading, oci_layout, read_all};
use testkit::{OciImage, OciLayout};

use crate::images::{reading, request};
use crate::options;

/// Scans an image that is run so, with or without what is known of that; tells also how often a layer was read again.
fn scanned(tree: &str, words: &[&str], known: bool) -> (Sbom, usize) {
    let layout = OciLayout::of(&OciImage::new(tree)).to_directory();
    let entrypoint = words.iter().map(|it| (*it).to_owned()).collect();
    let run = RunConfig { entrypoint, working_dir: "/srv".to_owned(), ..RunConfig::default() };
    let limits = Limits::default();
    let wants = Wants::new(Input::RootFs).traced(known.then_some(&run).into_iter(), &limits);
    let keep = |it: &Passing<'_>| wants.of(it);
    let reading: Reading<'_> = reading(&limits, &keep);
    let found = oci_layout::find(layout.path(), &request(), &reading).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let images = pool.install(|| read_all(&found, &reading)).unwrap();
    let options = Options { tracing: Tracing::Given(run), ..options(FileDetail::None, limits) };
    (scan(&images[0], &options, &pool), reading.spill.passes())
}

const TREE: &str = "\
//- exec /bin/sh
\u{7f}ELF
//- exec /usr/sbin/nginx
\u{7f}ELF
//- exec /usr/bin/python3
\u{7f}ELF
//- exec /entry.sh
#!/bin/sh
. /opt/lib/settings
. /opt/lib/functions.sh
start
//- /opt/lib/functions.sh
start() { exec \"$SERVER\"; }
//- /opt/lib/settings
SERVER=nginx
//- /etc/nginx/nginx.conf
include conf.d/*.conf;
//- /etc/nginx/conf.d/site.conf
load_module modules/a.so;
//- /srv/main.py
import lib
//- /srv/lib.py
";

#[test]
fn scripts_and_configurations_that_a_trace_reads_are_kept_at_once() {
    for words in [&["nginx"][..], &["python3", "main.py"], &["/usr/bin/env", "nginx"]] {
        let (sbom, passes) = scanned(TREE, words, true);
        assert_eq!(passes, 0, "{words:?}");
        assert!(!sbom.trace.unwrap().hops.is_empty());
    }
}

#[test]
fn what_is_not_expected_costs_another_pass_and_is_not_missed() {
    let (sbom, passes) = scanned(TREE, &["/entry.sh"], true);
    let trace = sbom.trace.unwrap();
    assert_eq!((passes, trace.outcome.as_str()), (1, "resolved"), "/opt/lib/settings");
    let (unknown, passes) = scanned(TREE, &["python3", "main.py"], false);
    assert_eq!(passes, 1, "/srv");
    let (known, _) = scanned(TREE, &["python3", "main.py"], true);
    assert_eq!(known.trace.unwrap(), unknown.trace.unwrap());
}
