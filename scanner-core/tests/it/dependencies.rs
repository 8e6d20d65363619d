//! Which installed components meet what others state that they need.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Relation};
use testkit::Tree;

use crate::sbom;

/// Who depends on whom, by name and version; whose list is whole; and what nothing meets.
pub(crate) fn dependencies(tree: impl Into<Tree>) -> String {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let mut lines = Vec::new();
    let name = |it: &scanner_core::model::Identity| {
        let it = scanner_core::model::Component::find(&sbom.components, it).unwrap();
        format!("{} {}", it.name, it.version)
    };
    for component in &sbom.components {
        assert!(component.claims.is_empty(), "claims are kept");
        let relations = sbom.relationships_of(&component.identity);
        let to = relations.filter(|it| it.relation == Relation::DependsOn).map(|it| name(&it.to));
        let to: Vec<String> = to.collect();
        if let Some(whole) = component.is_dependency_list_complete() {
            let word = if whole { "" } else { " …" };
            lines.push(format!("{} -> {}{word}", name(&component.identity), to.join(", ")));
        } else if !to.is_empty() {
            lines.push(format!("{} -> {} ?", name(&component.identity), to.join(", ")));
        }
    }
    lines.extend(sbom.notices.iter().map(|it| format!("! {it}")));
    lines.join("\n").replace("-> \n", "->\n").trim_end().to_owned()
}

/// A stanza of dpkg's database for each line: name, version, architecture, and what else it says.
fn dpkg(packages: &[&str]) -> String {
    let stanza = |it: &&str| {
        let mut words = it.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default();
        let (name, version, architecture) = (next(), next(), next());
        let more = next().replace("; ", "\n");
        format!(
            "Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: {architecture}\n{more}\n\n"
        )
    };
    let stanzas: String = packages.iter().map(stanza).collect();
    format!(
        "//- /etc/os-release\nID=debian\nVERSION_ID=12\n//- /var/lib/dpkg/status\n{}\n",
        stanzas.trim_end()
    )
}

#[test]
fn deb_packages_depend_on_what_is_installed_of_their_alternatives_and_virtual_packages() {
    let fixture = dpkg(&[
        "app 1 amd64 Depends: lib (>= 2), mta | exim, awk (>= 1); Pre-Depends: base; Recommends: doc; Suggests: doc",
        "base 1 all",
        "doc 1 all",
        "exim 4 amd64 Provides: mta",
        "lib 2:1 amd64",
        "mawk 1 amd64 Provides: awk (= 1.3)",
        "old 1 amd64 Depends: lib (<< 2), awk (= 1), mta (>= 1), gone",
        "postfix 3 amd64 Provides: mta; Depends: mta",
    ]);
    assert_snapshot!(dependencies(&*fixture), @"
    app 1 -> base 1, exim 4, lib 2:1, mawk 1, postfix 3
    base 1 ->
    doc 1 ->
    exim 4 ->
    lib 2:1 ->
    mawk 1 ->
    old 1 ->  …
    postfix 3 ->
    ! dependency-missing /: deb: requirements that nothing installed meets: 4 (awk of old, gone of old, lib of old, …), of components: 1; what these depend on is incomplete
    ");
}

#[test]
fn deb_packages_of_other_architectures_meet_only_what_is_meant_for_any() {
    let fixture = dpkg(&[
        "app 1 i386 Depends: lib, tool, script:any, data, lib:amd64",
        "data 1 all Depends: lib",
        "dpkg 1 amd64",
        "foreign 1 all Multi-Arch: foreign",
        "lib 1 amd64 Multi-Arch: same",
        "none 1 i386 Depends: data, foreign, other:any",
        "other 1 amd64 Multi-Arch: foreign",
        "script 1 amd64 Multi-Arch: allowed",
        "tool 1 amd64 Multi-Arch: foreign",
    ]);
    assert_snapshot!(dependencies(&*fixture), @"
    app 1 -> lib 1, script 1, tool 1 …
    data 1 -> lib 1
    dpkg 1 ->
    foreign 1 ->
    lib 1 ->
    none 1 -> foreign 1 …
    other 1 ->
    script 1 ->
    tool 1 ->
    ! dependency-missing /: deb: requirements that nothing installed meets: 4 (data of app, lib of app, data of none, …), of components: 2; what these depend on is incomplete
    ");
}

#[test]
fn distroless_packages_depend_on_each_other_across_their_files() {
    let fixture = "//- /etc/os-release\nID=debian\nVERSION_ID=12\n\
         //- /var/lib/dpkg/status.d/libc6\nPackage: libc6\nVersion: 2.36\nArchitecture: amd64\nDepends: libgcc-s1\n\
         //- /var/lib/dpkg/status.d/libssl3\nPackage: libssl3\nVersion: 3.0\nArchitecture: amd64\nDepends: libc6 (>= 2.34)\n";
    assert_snapshot!(dependencies(fixture), @"
    libc6 2.36 ->  …
    libssl3 3.0 -> libc6 2.36
    ! dependency-missing /: deb: requirements that nothing installed meets: 1 (libgcc-s1 of libc6), of components: 1; what these depend on is incomplete
    ");
}

#[test]
fn opkg_packages_depend_on_each_other() {
    let fixture = "//- /usr/lib/opkg/status\nPackage: libc\nVersion: 1.2\nStatus: install user installed\nArchitecture: x86_64\n\n\
         Package: busybox\nVersion: 1.36\nDepends: libc (>= 1.3), libc\nStatus: install user installed\nArchitecture: x86_64\n";
    assert_snapshot!(dependencies(fixture), @"
    busybox 1.36 -> libc 1.2 …
    libc 1.2 ->
    ! dependency-missing /: opkg: requirements that nothing installed meets: 1 (libc of busybox), of components: 1; what these depend on is incomplete
    ! no-distribution /etc/os-release: names no distribution; purls of its packages have no distro qualifier
    ");
}
