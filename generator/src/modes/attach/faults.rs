//! Whatever fails at whichever request: nothing half-attached is found, and a second run completes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use attest::key::PrivateKey;
use attest::signer::{KeySigner, Signer};
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use registry::{Backoff, Client, Reference, Settings};
use serde_json::Value;
use testkit::http::{Fault, Request, Response, Server};
use testkit::registry::{Referrers, Registry};
use testkit::{OciImage, OciLayout, digest};

use super::index::Index;
use super::place::Target;
use super::references::References;
use super::report::Report;
use super::task;
use super::work::{Plan, Removal, Work};
use crate::artifacts::ARTIFACTS;
use crate::attached::Subjects;
use crate::images::Scanned;
use crate::made::Made;

/// What is attached: a document, its bundle, and the statement about the index.
const ALL: usize = 3;
/// Trials at a time; they mostly wait.
const AT_ONCE: usize = 16;

/// The request that fails, how, and whether all after it do so too.
type Failing = Option<(usize, Fault, bool)>;

/// A registry whose requests are counted, and fail as planned.
struct Trial {
    kind: Referrers,
    /// How many requests are sent at a time.
    at_once: usize,
    registry: Registry,
    server: Server,
    failing: Arc<Mutex<Failing>>,
    count: Arc<AtomicUsize>,
}

impl Trial {
    fn new(kind: Referrers, at_once: usize, failing: Failing) -> Self {
        let (failing, count) = (Arc::new(Mutex::new(failing)), Arc::new(AtomicUsize::new(0)));
        let (planned, counted) = (Arc::clone(&failing), Arc::clone(&count));
        let image = OciImage::new("//- layer\n//- /etc/os-release\nID=a\n").platform("linux/amd64");
        let layout = OciLayout::default().platforms(&[image], "1");
        let registry = Registry::new(kind).with(&layout, "app", "1");
        let answering = registry.clone();
        let server = Server::start(
            move |request| answering.answer(request),
            move |_, _| {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let (at, fault, on) = planned.lock().unwrap().clone()?;
                (number == at || (on && number > at)).then_some(fault)
            },
        );
        Self { kind, at_once, registry, server, failing, count }
    }

    /// Attaches a signed document to the image, and to the index what tells of it, as `attach` does.
    async fn attach(&self) -> anyhow::Result<()> {
        let reference: Reference = format!("{}/app:1", self.server.address).parse().unwrap();
        let repository = Client::new(settings(self.at_once)).repository(&reference)?;
        let subjects = Subjects::of(&repository, &reference).await?;
        let plan = Plan { created: None, removal: Removal::Nothing, dry_run: false };
        let (target, name) = (Target::new(repository), "h/app".to_owned());
        let work = Work { plan, signer: Some(signer()), target, name };
        let (mut references, mut report) = (References::default(), Report::new("", ""));
        let task = task(&work, &subjects, scanned(&subjects), &[&ARTIFACTS[0]], &mut references)?;
        let image = work.at(&task.subject, task.pieces, &task.claims, &mut report);
        let (image, index) = tokio::join!(image, Index::stage(&work, &subjects, &references));
        let (_, mut image) = image?;
        let (_, mut index) = index?.publish(&work).await?;
        image.settled().await?;
        index.settled().await?;
        Ok(())
    }

    /// The manifests that everybody finds, each of which is whole.
    fn found(&self) -> BTreeSet<String> {
        let top = self.ask("manifests/1").unwrap();
        let index: Value = serde_json::from_slice(&top).unwrap();
        let image = index["manifests"][0]["digest"].as_str().unwrap().to_owned();
        let mut all = BTreeSet::new();
        for subject in [digest(&top), image] {
            let listed = match self.kind {
                Referrers::Listed | Referrers::Bare => self.ask(&format!("referrers/{subject}")),
                Referrers::Unknown => self.ask(&format!("manifests/{}", subject.replace(':', "-"))),
            };
            let Some(listed) = listed else { continue };
            let listed: Value = serde_json::from_slice(&listed).unwrap();
            for entry in listed["manifests"].as_array().unwrap() {
                let name = entry["digest"].as_str().unwrap();
                let manifest = self.ask(&format!("manifests/{name}")).unwrap();
                assert_eq!(
                    (digest(&manifest), &entry["size"]),
                    (name.into(), &manifest.len().into())
                );
                let manifest: Value = serde_json::from_slice(&manifest).unwrap();
                let blobs = manifest["layers"].as_array().unwrap().iter();
                for it in blobs.chain([&manifest["config"]]) {
                    let wanted = it["digest"].as_str().unwrap();
                    assert_eq!(digest(&self.ask(&format!("blobs/{wanted}")).unwrap()), wanted);
                }
                all.insert(name.to_owned());
            }
        }
        all
    }

    fn ask(&self, path: &str) -> Option<Vec<u8>> {
        let (method, path) = ("GET".to_owned(), format!("/v2/app/{path}"));
        let request = Request { method, path, headers: BTreeMap::new(), body: Vec::new() };
        let answer = self.registry.answer(&request);
        (answer.status == 200).then_some(answer.body)
    }
}

/// Settings without patience.
fn settings(concurrency: usize) -> Settings {
    let (first, longest) = (Duration::from_millis(1), Duration::from_millis(4));
    let backoff = Backoff { attempts: 3, first, longest, ..Backoff::default() };
    Settings { backoff, concurrency, ..Settings::default() }
}

fn signer() -> Signer {
    let secret = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    let pem = secret.to_pkcs8_pem(LineEnding::LF).unwrap();
    Signer::Key(KeySigner::new(PrivateKey::from_pem(&pem, || None).unwrap()).unwrap())
}

/// A scan of the image that gives one document.
fn scanned(subjects: &Subjects) -> Scanned {
    let digest = subjects.images[0].descriptor.digest().to_string();
    let made = Made {
        components: 0,
        notices: 0,
        usage_known: true,
        lasting: true,
        documents: vec![br#"{"spdxVersion":"SPDX-2.3"}"#.to_vec()],
        layers: Vec::new(),
    };
    Scanned { platform: "linux/amd64".to_owned(), manifest: Some(digest), made }
}

/// How one request fails, in one of six ways in turn; and all from it on.
fn faults(at: usize) -> [(Fault, bool); 2] {
    let instead = |status| Fault::Instead(Response::status(status));
    let (silence, broken) = (Fault::Silence(Duration::ZERO), instead(500));
    let ways = [Fault::Drop, instead(401), Fault::Cut(1), silence, broken, Fault::Shorten(1)];
    [(ways[at % ways.len()].clone(), false), (instead(403), true)]
}

/// Lets one request fail, or all from one on; says whether that broke it off. One fails where requests are in a fixed
/// order, all where they are side by side.
async fn breaks_off(kind: Referrers, failing: (usize, Fault, bool)) -> bool {
    let at_once = if failing.2 { 4 } else { 1 };
    let trial = Trial::new(kind, at_once, Some(failing.clone()));
    let first = trial.attach().await;
    let found = trial.found();
    *trial.failing.lock().unwrap() = None;
    let Err(why) = first else {
        assert_eq!(found.len(), ALL, "{failing:?}");
        return false;
    };
    let second = trial.attach().await;
    assert!(second.is_ok(), "{failing:?} {why} {second:?}");
    let whole = trial.found();
    assert_eq!(whole.len(), ALL, "{failing:?} {why}");
    assert!(found.is_subset(&whole), "what was found stays as it is: {failing:?} {why}");
    true
}

fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Lets each request fail.
fn whatever_fails(kind: Referrers) {
    let whole = Trial::new(kind, 1, None);
    wait(whole.attach()).unwrap();
    let requests = whole.count.load(Ordering::SeqCst);
    let plans = (0..requests).flat_map(|at| faults(at).map(|(fault, on)| (at, fault, on)));
    let plans = Mutex::new(plans.collect::<Vec<_>>());
    let broken_off = AtomicUsize::new(0);
    let work = || {
        while let Some(plan) = { plans.lock().unwrap().pop() } {
            let broken = wait(breaks_off(kind, plan));
            broken_off.fetch_add(usize::from(broken), Ordering::SeqCst);
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let broken_off = broken_off.into_inner();
    assert!(broken_off >= requests, "much breaks off for good: {broken_off} of {requests}");
}

#[test]
fn whichever_request_fails_nothing_half_is_found_where_the_registry_lists_referrers() {
    whatever_fails(Referrers::Listed);
}

#[test]
fn whichever_request_fails_nothing_half_is_found_where_a_tag_lists_referrers() {
    whatever_fails(Referrers::Unknown);
}

#[test]
fn whichever_request_fails_nothing_half_is_found_where_the_registry_does_not_say_that_it_lists_them()
 {
    whatever_fails(Referrers::Bare);
}
