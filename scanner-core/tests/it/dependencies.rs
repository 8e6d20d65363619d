//! Which installed components meet what others state that they need: packages of operating systems.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Relation};
use testkit::{RpmHeader, RpmSqlite, Tree};

use crate::sbom;

/// Who depends on whom, by name and version; whose list is whole; and what nothing meets.
pub(crate) fn dependencies(tree: impl Into<Tree>) -> String {
    let sbom = sbom(tree, Limits::default(), FileDetail::None);
    let mut lines = Vec::new();
    let name = |it: &scanner_core::model::Identity| {
        let it = scanner_core::model::Component::find(&sbom.components, it).unwrap();
        format!("{} {}", it.name, it.version)
    };
    for (component, relations) in sbom.with_relationships() {
        assert!(component.claims.is_empty(), "claims are kept");
        let to =
            relations.iter().filter(|it| it.relation == Relation::DependsOn).map(|it| name(&it.to));
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

#[test]
fn apk_packages_depend_on_who_provides_libraries_and_commands() {
    let fixture = "//- /etc/os-release\nID=alpine\nVERSION_ID=3.22.0\n//- /lib/apk/db/installed\n\
         P:app\nV:1-r0\nA:x86_64\nD:so:libssl.so.3 cmd:sh musl>=1.2 old<3~1 !bad pc:gone\n\n\
         P:bad\nV:1-r0\nA:x86_64\nD:musl~1.2 busybox=1.36-r1 virtual>1\n\n\
         P:busybox\nV:1.36-r1\nA:x86_64\np:cmd:sh=1.36-r1 virtual\n\n\
         P:libssl3\nV:3.5.0-r0\nA:x86_64\nD:so:libssl.so.3\np:so:libssl.so.3=3\n\n\
         P:musl\nV:1.2.5-r0\nA:x86_64\n\n";
    assert_snapshot!(dependencies(fixture), @"
    app 1-r0 -> busybox 1.36-r1, libssl3 3.5.0-r0, musl 1.2.5-r0 …
    bad 1-r0 -> busybox 1.36-r1, musl 1.2.5-r0 …
    busybox 1.36-r1 ->
    libssl3 3.5.0-r0 ->
    musl 1.2.5-r0 ->
    ! dependency-missing /: apk: requirements that nothing installed meets: 3 (old of app, pc:gone of app, virtual of bad), of components: 2; what these depend on is incomplete
    ");
}

/// A header with requirements and provides: name, operator and version as rpm writes them.
pub(crate) fn rpm(name: &str, version: &str, requires: &[&str], provides: &[&str]) -> RpmHeader {
    let own = format!("{name} = {version}-1");
    let provides: Vec<&str> = provides.iter().copied().chain([own.as_str()]).collect();
    let header = RpmHeader::new(name, version, "1");
    let header = relations(header, requires, [1049, 1050, 1048]);
    relations(header, &provides, [1047, 1113, 1112])
}

fn relations(header: RpmHeader, relations: &[&str], tags: [u32; 3]) -> RpmHeader {
    let flags = |operator: &str| {
        let signs = [('<', 2), ('>', 4), ('=', 8)];
        signs.iter().filter(|(sign, _)| operator.contains(*sign)).map(|(_, flag)| flag).sum()
    };
    let parts = relations.iter().map(|it| {
        let term = it.starts_with('(').then_some((*it, ""));
        let (name, rest) = term.or(it.split_once(' ')).unwrap_or((it, ""));
        let (operator, version) = rest.split_once(' ').unwrap_or_default();
        (name, version, flags(operator))
    });
    let parts: Vec<(&str, &str, u32)> = parts.collect();
    let names: Vec<&str> = parts.iter().map(|it| it.0).collect();
    let versions: Vec<&str> = parts.iter().map(|it| it.1).collect();
    let flags: Vec<u32> = parts.iter().map(|it| it.2).collect();
    header.texts(tags[0], &names).texts(tags[1], &versions).numbers(tags[2], &flags)
}

#[test]
fn rpm_packages_depend_on_who_provides_names_files_and_parts_of_terms() {
    let packages = [
        rpm(
            "app",
            "1",
            &[
                "libc.so.6()(64bit)",
                "rpmlib(CompressedFileNames) <= 3.0.4-1",
                "/bin/sh",
                "/usr/sbin/tool",
                "glibc >= 2.38",
                "(editor or vim)",
                "(extra if missing)",
                "(extra if glibc)",
                "app-libs = 1-1",
            ],
            &[],
        ),
        rpm("app-libs", "1", &["app(x86-64) = 1"], &["app(x86-64) = 1-1"]),
        rpm("bash", "5", &[], &["/usr/sbin/tool"]).files(&[("/bin/sh", 0o100_755, 0)]),
        rpm(
            "glibc",
            "2.39",
            &["bash < 5", "(dist(x) >= 2 with dist(x) < 3)"],
            &["libc.so.6()(64bit)"],
        ),
        rpm(
            "nano",
            "1",
            &["glibc = 1:2.39", "(glibc and (bash or nano))"],
            &["editor", "dist(x) = 2.5"],
        ),
    ];
    let packages: Vec<Vec<u8>> = packages.iter().map(RpmHeader::build).collect();
    let tree =
        Tree::parse("//- /etc/os-release\nID=fedora\nVERSION_ID=40\n//- link /bin usr/bin\n")
            .file("/usr/bin/sh", "x")
            .file("/usr/lib/sysimage/rpm/rpmdb.sqlite", RpmSqlite::new(&packages).build());
    assert_snapshot!(dependencies(tree), @"
    app-libs 1-1 ->
    app 1-1 -> app-libs 1-1, bash 5-1, glibc 2.39-1, nano 1-1 …
    bash 5-1 ->
    glibc 2.39-1 -> nano 1-1 …
    nano 1-1 -> glibc 2.39-1 …
    ! dependency-missing /: rpm: requirements that nothing installed meets: 3 (extra of app, bash of glibc, glibc of nano), of components: 3; what these depend on is incomplete
    ");
}

#[test]
fn matches_are_bounded() {
    let fixture = dpkg(&["a 1 all Depends: v", "b 1 all Provides: v", "c 1 all Provides: v"]);
    let limits = Limits { matches: 1, ..Limits::default() };
    let sbom = sbom(&*fixture, limits, FileDetail::None);
    assert_eq!(sbom.relationships.len(), 1);
    assert_eq!(sbom.components[1].is_dependency_list_complete(), Some(false));
    let notices: Vec<String> = sbom.notices.iter().map(ToString::to_string).collect();
    assert_eq!(
        notices,
        ["limit-reached /: needs of components match over 1 times; what is beyond is left out"]
    );
}
