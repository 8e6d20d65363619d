//! Which installed components meet what others state that they need.

use insta::assert_snapshot;
use scanner_core::limits::Limits;
use scanner_core::model::{FileDetail, Relation};
use testkit::{GoBuildInfo, RpmHeader, RpmSqlite, Tree, Zip};

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
fn rpm(name: &str, version: &str, requires: &[&str], provides: &[&str]) -> RpmHeader {
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
    nano 1-1 ->  …
    ! dependency-missing /: rpm: requirements that nothing installed meets: 4 (extra of app, bash of glibc, (glibc and (bash or nano)) of nano, …), of components: 3; what these depend on is incomplete
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

/// A distribution in a directory: its name and version, then further headers.
fn python(site: &str, name: &str, headers: &str) -> String {
    let (name, version) = name.split_once(' ').unwrap();
    format!(
        "//- {site}/{name}-{version}.dist-info/METADATA\nName: {name}\nVersion: {version}\n{headers}\n"
    )
}

#[test]
fn python_distributions_depend_on_those_of_their_environment_for_its_interpreter() {
    let (venv, system) =
        ("/opt/venv/lib/python3.11/site-packages", "/usr/lib/python3/dist-packages");
    let fixture = [
        "//- /opt/venv/pyvenv.cfg\nhome = /usr/bin\n//- /usr/lib/python3.11/os.py\nx\n\
         //- /usr/lib/python3.11/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so\nx\n",
        &python(
            venv,
            "App_One 1",
            "Requires-Dist: Flask[async, dotenv] (>=2.0,<3)\nRequires-Dist: tomli; python_version < '3.11'\n\
             Requires-Dist: colorama ; sys_platform == 'win32'\nRequires-Dist: typing.extensions\n\
             Requires-Dist: greenlet ; platform_machine == 'x86_64' and implementation_name == 'cpython'\n\
             Requires-Dist: pytest ; extra == 'test'\nRequires-Dist: six\n\
             Requires-Dist: odd ; platform_release == '5'",
        ),
        &python(
            venv,
            "flask 2.3",
            "Requires-Dist: asgiref >=3.2 ; extra == 'async'\nRequires-Dist: dotenv; extra == 'dotenv'\n\
             Requires-Dist: watchdog; extra == 'dev'\nRequires-Dist: tomli>=3; python_full_version < '3.12.0'",
        ),
        &python(venv, "asgiref 3.7", ""),
        &python(venv, "tomli 2.0", ""),
        &python(venv, "typing_extensions 4.12", ""),
        &python(venv, "greenlet 3.0", ""),
        &python(system, "six 1.16", ""),
        &python(system, "tool 1", "Requires-Dist: six\nRequires-Dist: typing-extensions"),
        &python("/usr/local/lib/python3.11/dist-packages", "six 1.17", ""),
        &python("/srv/function", "handler 1", "Requires-Dist: six >= 1.17\nRequires-Dist: tool[x]"),
    ];
    assert_snapshot!(dependencies(&*fixture.concat()), @"
    App_One 1 -> flask 2.3, greenlet 3.0, typing_extensions 4.12 …
    asgiref 3.7 ->
    flask 2.3 -> asgiref 3.7 …
    greenlet 3.0 ->
    handler 1 -> six 1.17, tool 1 …
    six 1.16 ->
    six 1.17 ->
    tomli 2.0 ->
    tool 1 -> six 1.17 …
    typing_extensions 4.12 ->
    ! dependency-missing /: pypi: requirements that nothing installed meets: 6 (odd ; platform_release == '5' of App_One, six of App_One, dotenv of flask, …), of components: 4; what these depend on is incomplete
    ");
}

#[test]
fn eggs_depend_by_their_own_list_and_old_metadata_states_nothing() {
    let site = "/usr/lib/python3/dist-packages";
    let fixture = format!(
        "//- /usr/lib/python3.11/os.py\nx\n\
         //- {site}/requests-2.egg-info/PKG-INFO\nName: requests\nVersion: 2\n\
         //- {site}/requests-2.egg-info/requires.txt\nidna<4,>=2.5\n\n[:python_version >= '3']\nsix\n\n[socks]\nPySocks\n\
         //- {site}/idna-3.egg-info/PKG-INFO\nName: idna\nVersion: 3\n\
         //- {site}/six-1.egg-info\nName: six\nVersion: 1\n"
    );
    assert_snapshot!(dependencies(&*fixture), @"
    idna 3 ->
    requests 2 -> idna 3, six 1
    ");
}

#[test]
fn shared_environments_find_what_the_system_has() {
    let venv = "/opt/venv/lib/python3.11/site-packages";
    let fixture = |shares: &str| {
        format!(
            "//- /opt/venv/pyvenv.cfg\ninclude-system-site-packages = {shares}\n{}{}",
            python(venv, "app 1", "Requires-Dist: six"),
            python("/usr/lib/python3.11/site-packages", "six 1", "")
        )
    };
    assert_snapshot!(dependencies(&*fixture("true")), @"
    app 1 -> six 1
    six 1 ->
    ");
    assert_snapshot!(dependencies(&*fixture("false")), @"
    app 1 ->  …
    six 1 ->
    ! dependency-missing /: pypi: requirements that nothing installed meets: 1 (six of app), of components: 1; what these depend on is incomplete
    ");
}

/// The `package.json` of a package: its folder, version, and further fields.
fn node(folder: &str, version: &str, fields: &str) -> String {
    let name = folder.rsplit("node_modules/").next().unwrap();
    let name = name.strip_prefix("/usr/share/nodejs/").unwrap_or(name);
    format!(
        "//- {folder}/package.json\n{{\"name\":\"{name}\",\"version\":\"{version}\"{fields}}}\n"
    )
}

#[test]
fn node_packages_depend_on_what_node_finds_from_their_place() {
    let modules = "/app/node_modules";
    let fixture = [
        node(
            &format!("{modules}/a"),
            "1.0.0",
            r#","dependencies":{"b":"^1","@s/c":"*","gone":"1","../../etc":"1"},"optionalDependencies":{"fsevents":"2"},"devDependencies":{"d":"1"}"#,
        ),
        node(&format!("{modules}/a/node_modules/b"), "1.0.0", r#","dependencies":{"d":"1"}"#),
        node(&format!("{modules}/b"), "2.0.0", r#","dependencies":{"a":"1"}"#),
        node(
            &format!("{modules}/@s/c"),
            "1.0.0",
            r#","dependencies":{"d":"1"},"peerDependencies":{"b":"2","react":"18","e":"1"},"peerDependenciesMeta":{"react":{"optional":true}}"#,
        ),
        node(&format!("{modules}/d"), "1.0.0", r#","dependencies":[]"#),
    ];
    assert_snapshot!(dependencies(&*fixture.concat()), @"
    @s/c 1.0.0 -> b 2.0.0, d 1.0.0 …
    a 1.0.0 -> @s/c 1.0.0, b 1.0.0 …
    b 1.0.0 -> d 1.0.0
    b 2.0.0 -> a 1.0.0
    d 1.0.0 ->
    ! dependency-missing /: npm: requirements that nothing installed meets: 3 (e of @s/c, ../../etc of a, gone of a), of components: 2; what these depend on is incomplete
    ");
}

#[test]
fn node_packages_of_pnpm_and_debian_depend_through_links_and_shared_folders() {
    let store = "/app/node_modules/.pnpm";
    let fixture = [
        node(&format!("{store}/a@1.0.0/node_modules/a"), "1.0.0", r#","dependencies":{"b":"2"}"#),
        node(&format!("{store}/b@2.0.0/node_modules/b"), "2.0.0", ""),
        node(&format!("{store}/b@3.0.0/node_modules/b"), "3.0.0", ""),
        format!("//- link {store}/a@1.0.0/node_modules/b ../../b@2.0.0/node_modules/b\n"),
        format!("//- link {store}/node_modules/b ../b@3.0.0/node_modules/b\n"),
        "//- link /app/node_modules/a .pnpm/a@1.0.0/node_modules/a\n".to_owned(),
        node("/usr/share/nodejs/x", "1.0.0", r#","dependencies":{"y":"1","a":"1"}"#),
        node("/usr/share/nodejs/y", "1.0.0", ""),
    ];
    assert_snapshot!(dependencies(&*fixture.concat()), @"
    a 1.0.0 -> b 2.0.0
    b 2.0.0 ->
    b 3.0.0 ->
    x 1.0.0 -> y 1.0.0 …
    y 1.0.0 ->
    ! dependency-missing /: npm: requirements that nothing installed meets: 1 (a of x), of components: 1; what these depend on is incomplete
    ");
}

/// The specification of a gem in a gem home.
fn gem(home: &str, name: &str, lines: &str) -> String {
    let (name, version) = name.split_once(' ').unwrap();
    format!(
        "//- {home}/specifications/{name}-{version}.gemspec\nGem::Specification.new do |s|\n  s.name = \"{name}\"\n  \
         s.version = \"{version}\"\n{lines}end\n"
    )
}

#[test]
fn gems_depend_on_the_latest_that_their_ruby_finds() {
    let (bundle, ruby) = ("/usr/local/bundle", "/usr/local/lib/ruby/gems/3.3.0");
    let fixture = [
        gem(
            bundle,
            "app 1.0",
            "s.add_dependency(%q<json>.freeze, [\"~> 2.0\".freeze])\ns.add_runtime_dependency(\"rack\", [\"< 3\", \">= 2\"])\n\
             s.add_dependency(\"gone\", [\">= 0\"])\n",
        ),
        gem(bundle, "json 2.9.0", ""),
        gem(ruby, "json 2.7.1", ""),
        gem(ruby, "json 3.0.0", ""),
        gem(bundle, "rack 2.2.8", "s.add_dependency \"x\", VERSION\n"),
        gem(bundle, "rack 3.1", ""),
        gem("/opt/other", "tool 1", "s.add_dependency(\"rack\", [\">= 0\"])\n"),
    ];
    assert_snapshot!(dependencies(&*fixture.concat()), @"
    app 1.0 -> json 2.9.0, rack 2.2.8 …
    json 2.7.1 ->
    json 2.9.0 ->
    json 3.0.0 ->
    rack 2.2.8 ->  …
    rack 3.1 ->
    tool 1 ->  …
    ! dependency-missing /: gem: requirements that nothing installed meets: 2 (gone of app, rack of tool), of components: 2; what these depend on is incomplete
    ");
}

#[test]
fn jars_depend_on_those_that_their_manifest_names_and_that_are_there() {
    let manifest = |path: &str| format!("Manifest-Version: 1.0\r\nClass-Path: {path}\r\n\r\n");
    let app = Zip::new().maven("g", "app", "1");
    let app = app.store(
        "META-INF/MANIFEST.MF",
        manifest("lib/b.jar lib/gone.jar ../c%20d.jar app.jar .  lib/\r\n x.jar"),
    );
    let fat = Zip::new().store("inner.jar", Zip::new().maven("g", "inner", "1").build());
    let tree = Tree::default()
        .file("/opt/app/app.jar", app.build())
        .file("/opt/app/lib/b-1.jar", Zip::new().maven("g", "b", "1").build())
        .file("/opt/c d.jar", fat.maven("g", "c", "1").build())
        .file("/opt/app/lib/x.jar", Zip::new().maven("g", "x", "1").build())
        .link("/opt/app/lib/b.jar", "b-1.jar");
    assert_snapshot!(dependencies(tree), @"app 1 -> b 1, c 1, x 1 …");
}

#[test]
fn php_packages_depend_on_what_stands_in_for_others() {
    let fixture = r#"//- /app/vendor/composer/installed.json
{"packages":[
{"name":"a/app","version":"1.0","require":{"php":">=8","ext-json":"*","psr/log-implementation":"1","Old/Name":"*","x/gone":"1"}},
{"name":"monolog/monolog","version":"3.0","provide":{"psr/log-implementation":"3.0.0"}},
{"name":"new/name","version":"2.0","replace":{"old/name":"self.version"}}]}
"#;
    assert_snapshot!(dependencies(fixture), @"
    a/app 1.0 -> monolog/monolog 3.0, new/name 2.0 …
    monolog/monolog 3.0 ->
    new/name 2.0 ->
    ! dependency-missing /: composer: requirements that nothing installed meets: 1 (x/gone of a/app), of components: 1; what these depend on is incomplete
    ");
}

#[test]
fn a_go_program_uses_all_its_modules_and_what_these_use_is_not_known() {
    let modules = "path\tm\nmod\tm\tv1.0.0\ndep\tx.org/a\tv1.2.0\th1:x=\n";
    let tree =
        Tree::default().executable("/app", GoBuildInfo::new("go1.22", modules).elf().build());
    assert_snapshot!(dependencies(tree), @"
    m v1.0.0 -> stdlib 1.22, x.org/a v1.2.0 ?
    stdlib 1.22 ->  …
    x.org/a v1.2.0 ->  …
    ");
}

#[test]
fn a_dotnet_package_without_files_stands_for_those_that_it_uses() {
    let deps = r#"{"runtimeTarget":{"name":"net8.0"},"targets":{"net8.0":{
        "App/1.0.0":{"dependencies":{"Meta":"1.0.0"},"runtime":{"App.dll":{}}},
        "Meta/1.0.0":{"dependencies":{"Meta2":"1.0.0","Gone":"1.0.0"}},
        "Meta2/1.0.0":{"dependencies":{"Lib":"2.0.0","Meta":"1.0.0"}},
        "Lib/2.0.0":{"runtime":{"Lib.dll":{}}}}},
        "libraries":{"App/1.0.0":{"type":"project"},"Meta/1.0.0":{"type":"package"},
        "Meta2/1.0.0":{"type":"package"},"Lib/2.0.0":{"type":"package"}}}"#;
    let config =
        r#"{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}"#;
    let tree = Tree::default()
        .file("/app/App.deps.json", deps)
        .file("/app/App.dll", "x")
        .file("/app/Lib.dll", "x");
    assert_snapshot!(dependencies(tree.clone()), @"
    App 1.0.0 -> Lib 2.0.0
    Lib 2.0.0 ->
    ");
    assert_snapshot!(dependencies(tree.file("/app/App.runtimeconfig.json", config)), @"
    App 1.0.0 -> Lib 2.0.0 …
    Lib 2.0.0 ->
    ");
}
