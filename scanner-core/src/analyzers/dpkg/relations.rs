//! What a package depends on and what it provides.
//!
//! Only Depends and Pre-Depends are needed for a package to work (Debian policy 7.2); what it recommends or suggests
//! may be missing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::formats::deb_relations::{self, Named};
use crate::formats::deb822::Stanza;
use crate::model::{Claim, Terms};
use crate::path::ImagePath;

/// What is the same for all packages of a database.
pub(in crate::analyzers) struct Relations<'a> {
    homes: Arc<[ImagePath]>,
    /// The architecture that packages of none in particular are taken for; none while the database has only one,
    /// so that names need not tell them apart.
    native: Option<&'a str>,
}

impl<'a> Relations<'a> {
    /// The relations of a database in a directory.
    pub(in crate::analyzers) fn new(home: ImagePath, stanzas: &'a [Stanza<'_>]) -> Self {
        let architecture = |it: &'a Stanza<'_>| it.get("Architecture").filter(|it| *it != "all");
        let all: BTreeSet<&str> = stanzas.iter().filter_map(architecture).collect();
        let dpkg = stanzas.iter().find(|it| it.get("Package") == Some("dpkg"));
        let native = dpkg.and_then(architecture).or(all.first().copied()).filter(|_| all.len() > 1);
        Self { homes: [home].into(), native }
    }

    /// What the stanza of a package states.
    pub(in crate::analyzers) fn of(&self, stanza: &Stanza<'_>, name: &str, version: &str) -> Claim {
        let own = stanza.get("Architecture").unwrap_or_default();
        let mut claim = Claim::new(Arc::clone(&self.homes));
        let requires = claim.requires.get_or_insert_default();
        for field in ["Pre-Depends", "Depends"] {
            for relation in stanza.get(field).into_iter().flat_map(deb_relations::parse) {
                self.require(requires, relation, own);
            }
        }
        let kind = stanza.get("Multi-Arch").unwrap_or_default();
        self.provide(&mut claim.provides, (name, version), (own, kind));
        let virtual_names = stanza.get("Provides").into_iter().flat_map(deb_relations::parse);
        for it in virtual_names.flatten() {
            let version = it.version.trim_start_matches(['=', ' ']);
            self.provide(&mut claim.provides, (it.name, version), (own, kind));
        }
        claim
    }

    /// Adds a relation of a package of an architecture.
    fn require<'t>(&self, terms: &mut Terms, relation: impl Iterator<Item = Named<'t>>, own: &str) {
        let names = relation.flat_map(|it| {
            let names = self.names(&it, own);
            names.into_iter().map(move |name| (name, it.version))
        });
        let names: Vec<(String, &str)> = names.collect();
        terms.add_choice(names.iter().map(|(name, version)| (name.as_str(), *version)));
    }

    /// The names under which the database has what a relation names.
    fn names(&self, it: &Named<'_>, own: &str) -> Vec<String> {
        let Some(native) = self.native else { return vec![it.name.to_owned()] };
        let of = |architecture: &str| {
            let architecture =
                if matches!(architecture, "all" | "native") { native } else { architecture };
            format!("{}:{architecture}", it.name)
        };
        match it.architecture {
            "" => vec![it.name.to_owned(), of(own)],
            architecture => vec![of(architecture)],
        }
    }

    /// Adds a name of a package of an architecture, which is there for packages of others or not (`Multi-Arch`).
    fn provide(&self, terms: &mut Terms, (name, version): (&str, &str), (own, kind): (&str, &str)) {
        let Some(native) = self.native else { return terms.add(name, version) };
        terms.add(&format!("{name}:{}", if own == "all" { native } else { own }), version);
        match kind {
            "foreign" => terms.add(name, version),
            "allowed" => terms.add(&format!("{name}:any"), version),
            _ => {}
        }
    }
}
