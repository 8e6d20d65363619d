//! A thing that is in the image.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Claim, Evidence, License, Origin, Properties, Purl, Sha256};
use crate::path::ImagePath;

/// A package, module, program or operating system that is proven to be in the image.
#[derive(Clone, Debug)]
pub struct Component {
    /// What it is called everywhere: a canonical purl, or a name of ours where none applies.
    pub identity: Identity,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Its name as its own metadata gives it.
    pub name: String,
    /// Its full version (epoch and revision included); empty where nothing states one.
    pub version: String,
    /// The licences that its metadata declares.
    pub licenses: Vec<License>,
    /// Who supplies it, as its metadata declares.
    pub supplier: Option<Supplier>,
    /// The source package that it was built from.
    pub source: Option<Source>,
    /// Where its files can be downloaded, where metadata gives the exact place.
    pub download: Option<String>,
    /// The files that it lists as its own, with links of their directories resolved.
    pub owns: Vec<ImagePath>,
    /// The digests that its package manager recorded of its files. Read where documents list the files.
    pub recorded: BTreeMap<ImagePath, RecordedDigest>,
    /// Directories whose whole content is its own, but for the directories of other components in them.
    pub folders: Vec<ImagePath>,
    /// Components that hold it: the archive that it was found in.
    pub within: Vec<Identity>,
    /// Components that it was built or installed to use.
    pub requires: Vec<Identity>,
    /// What its metadata states of its dependencies, until it is known which components they are.
    pub claims: Vec<Claim>,
    /// Components whose code the linker put into its program.
    pub linked: Vec<Identity>,
    /// Further facts, keyed `ecosystem:name`; docs/formats.md lists them.
    pub properties: Properties,
    /// The layer that brought it, counted from the lowest: since then it has been there in this version.
    pub layer: usize,
    /// The proofs. Never empty once the runner is done.
    pub evidence: Vec<Evidence>,
}

/// What sort of thing a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The operating system itself.
    OperatingSystem,
    /// A package of the operating system's package manager.
    OsPackage,
    /// A package of a language's package manager.
    Library,
    /// A program that was built, not installed: a main module.
    Application,
}

/// A digest of a file as a package manager recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedDigest {
    /// Its algorithm: `sha256`.
    pub algorithm: &'static str,
    /// Its value, in lower-case hexadecimal digits.
    pub value: Box<str>,
}

/// The source package of a binary package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Who supplies a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supplier {
    /// One person: `Name <address>`.
    Person(String),
    /// A company, project, team or account.
    Organization(String),
}

impl Supplier {
    /// A person, if the text names one.
    pub fn person(text: &str) -> Option<Self> {
        names_someone(text).then(|| Self::Person(text.trim().to_owned()))
    }

    /// An organization, if the text names one.
    pub fn organization(text: &str) -> Option<Self> {
        names_someone(text).then(|| Self::Organization(text.trim().to_owned()))
    }
}

/// Whether a text is more than blanks, punctuation and the placeholders of packaging tools.
fn names_someone(text: &str) -> bool {
    text.contains(char::is_alphanumeric) && !matches!(text.trim(), "UNKNOWN" | "None")
}

/// How the identity of a file that nothing else identifies begins.
const FILE: &str = "bin:sha256:";

/// The identity of a component, cheap to copy about.
///
/// What is only attested or declared has an identity of its own: it is never one with the installed thing of the
/// same purl.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(Arc<str>);

/// What the identities of things begin with that are not proven to be there.
const MARKS: [(Origin, &str); 2] =
    [(Origin::Attested, "attested:"), (Origin::Declared, "declared:")];

impl Identity {
    /// An identity of ours, for things that no purl type covers: `os:debian-12`.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether it is the same as another one, mostly told without a look at the text: copies share it.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self == other
    }

    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identity of a file that nothing else identifies: `bin:sha256:…`.
    pub fn of_file(digest: Sha256) -> Self {
        Self(format!("{FILE}{digest}").into())
    }

    /// The SHA-256 digest of the file, if that is what the identity is.
    pub fn file_digest(&self) -> Option<&str> {
        self.0.strip_prefix(FILE)
    }

    /// The purl, if that is what the identity is.
    pub fn purl(&self) -> Option<&str> {
        let name = self.unmarked();
        name.starts_with("pkg:").then_some(name)
    }

    /// The ecosystem that names it: the type of the purl, `os` or `bin`.
    pub fn ecosystem(&self) -> &str {
        let name = self.purl().and_then(|it| it.strip_prefix("pkg:")).unwrap_or(&self.0);
        name.split(['/', ':']).next().unwrap_or_default()
    }

    /// The identity of the same thing, known in another way.
    #[must_use]
    pub fn of_origin(&self, origin: Origin) -> Self {
        let mark = MARKS.iter().find(|(it, _)| *it == origin).map_or("", |(_, mark)| mark);
        Self(format!("{mark}{}", self.unmarked()).into())
    }

    /// Whether the thing is there, said to be there, or only asked for.
    pub fn origin(&self) -> Origin {
        let mark = MARKS.iter().find(|(_, mark)| self.0.starts_with(mark));
        mark.map_or(Origin::Installed, |(origin, _)| *origin)
    }

    fn unmarked(&self) -> &str {
        // Most are not marked, as their first letter tells.
        match self.0.as_bytes().first() {
            Some(b'a' | b'd') => {
                MARKS.iter().find_map(|(_, mark)| self.0.strip_prefix(mark)).unwrap_or(&self.0)
            }
            _ => &self.0,
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The property of an attested component that names the installed one that it is about.
pub const INSTALLED_AS: &str = "attested:installed-as";

/// The property that names the statements that are about exactly this component, or list it, a line each: the digest of
/// the statement, what kind it is, and who signed it.
pub const ATTESTED_BY: &str = "attested:by";

/// The property of what such a statement lists: the components, or the image, that the statement is about, a line each.
pub const ATTESTED_OF: &str = "attested:of";

/// The property that says whether all components are known that a component needs: [`COMPLETE`] or [`INCOMPLETE`].
/// Without it nothing states what it needs.
pub const DEPENDENCIES: &str = "dependencies";

/// All is known.
pub const COMPLETE: &str = "complete";

/// Something is missing.
pub const INCOMPLETE: &str = "incomplete";

impl Component {
    /// The purl that documents list it under.
    /// A thing that an SBOM in the image attests and the inventory proves is listed under it once: as installed.
    pub fn purl(&self) -> Option<&str> {
        self.identity.purl().filter(|_| !self.properties.contains_key(INSTALLED_AS))
    }

    /// Whether all components are known that it needs; none where nothing states it.
    pub fn is_dependency_list_complete(&self) -> Option<bool> {
        self.properties.get(DEPENDENCIES).map(|it| it == COMPLETE)
    }

    /// The component of this identity among components that are in order.
    pub fn find<'a>(components: &'a [Self], identity: &Identity) -> Option<&'a Self> {
        components.get(components.binary_search_by(|it| it.identity.cmp(identity)).ok()?)
    }

    /// A component that its purl identifies.
    pub fn new(
        kind: Kind,
        purl: &Purl,
        name: impl Into<String>,
        version: impl Into<String>,
    ) -> Self {
        Self::identified(kind, Identity::new(&purl.to_string()), name, version)
    }

    /// A component with an identity of ours.
    pub fn identified(
        kind: Kind,
        identity: Identity,
        name: impl Into<String>,
        version: impl Into<String>,
    ) -> Self {
        Self {
            identity,
            kind,
            name: name.into(),
            version: version.into(),
            licenses: Vec::new(),
            supplier: None,
            source: None,
            download: None,
            owns: Vec::new(),
            recorded: BTreeMap::new(),
            folders: Vec::new(),
            within: Vec::new(),
            requires: Vec::new(),
            claims: Vec::new(),
            linked: Vec::new(),
            properties: Properties::new(),
            layer: 0,
            evidence: Vec::new(),
        }
    }
}
