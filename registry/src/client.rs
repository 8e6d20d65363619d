//! The client, and a repository as it sees it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use oci_spec::image::Digest;

use crate::host::Host;
use crate::reference::address;
use crate::transport::Endpoint;
use crate::{Reference, Result, Settings};

/// Things by name that all clones have.
type Shared<K, V> = Arc<Mutex<BTreeMap<K, Arc<V>>>>;

/// A client of any number of registries. Clones share connections, budgets and tokens.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
    hosts: Shared<(String, bool), Host>,
    /// Lists that are being written to.
    lists: Shared<String, tokio::sync::Mutex<()>>,
}

/// A repository of a registry.
#[derive(Clone)]
pub struct Repository {
    client: Client,
    /// Where to pull from, mirrors first.
    pub(crate) endpoints: Vec<Endpoint>,
    /// The registry itself.
    pub(crate) origin: Endpoint,
}

impl Client {
    /// A client that is not yet connected to anything.
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), hosts: Arc::default(), lists: Arc::default() }
    }

    /// The repository of a reference. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When a file of the configuration cannot be read.
    pub fn repository(&self, reference: &Reference) -> Result<Repository> {
        let (registry, repository) = (reference.registry(), reference.repository());
        let endpoint = |host: &str, plain: bool, name: String, registry: &str| {
            Ok(Endpoint {
                host: self.host(host, plain)?,
                name,
                registry: registry.to_owned(),
                settings: Arc::clone(&self.settings),
            })
        };
        let origin = endpoint(address(registry), false, repository.to_owned(), registry)?;
        let mirrors = self.settings.mirrors.of(registry, repository)?.into_iter();
        let mirrors = mirrors
            .map(|it| endpoint(&it.host, it.plain, format!("{}{repository}", it.prefix), &it.host));
        let mut endpoints = mirrors.collect::<Result<Vec<_>>>()?;
        endpoints.push(origin.clone());
        Ok(Repository { client: self.clone(), endpoints, origin })
    }

    fn host(&self, name: &str, plain: bool) -> Result<Arc<Host>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (name.to_owned(), plain);
        if let Some(host) = hosts.get(&key) {
            return Ok(Arc::clone(host));
        }
        let host = Arc::new(Host::new(name, plain, &self.settings)?);
        hosts.insert(key, Arc::clone(&host));
        Ok(host)
    }
}

impl Repository {
    /// The repository of a reference, where that is another one of the same registry.
    pub fn neighbour<'r>(&self, reference: &'r Reference) -> Option<&'r str> {
        let same = reference.registry() == self.origin.registry;
        let other = reference.repository() != self.origin.name;
        (same && other).then(|| reference.repository())
    }

    /// What only one at a time may hold who writes to the list of a subject.
    pub(crate) fn lock(&self, subject: &Digest) -> Arc<tokio::sync::Mutex<()>> {
        let mut lists = self.client.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{}/{}@{subject}", self.origin.host.name, self.origin.name);
        Arc::clone(lists.entry(key).or_default())
    }

    /// Asks mirrors and, if none of them gives it, the registry itself, whose error counts.
    pub(crate) async fn first<T>(&self, ask: impl AsyncFn(&Endpoint) -> Result<T>) -> Result<T> {
        let Some((origin, mirrors)) = self.endpoints.split_last() else {
            return ask(&self.origin).await;
        };
        for mirror in mirrors {
            if let Ok(found) = ask(mirror).await {
                return Ok(found);
            }
        }
        ask(origin).await
    }
}
