//! Which installed components meet what others state that they need: packages of languages.

use insta::assert_snapshot;
use testkit::{GoBuildInfo, Tree, Zip};

use crate::dependencies::dependencies;

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
fn eggs_in_every_form_depend_by_the_list_that_they_bring() {
    let site = "/usr/lib/python3/site-packages";
    let egg =
        |name: &str| Zip::new().store("EGG-INFO/PKG-INFO", format!("Name: {name}\nVersion: 1\n"));
    let fixture = format!(
        "//- /usr/lib/python3.11/os.py\nx\n\
         //- {site}/easy-install.pth\n./zipped-1-py3.11.egg\n./folder-1-py3.11.egg\n/src\n\
         //- {site}/folder-1-py3.11.egg/EGG-INFO/PKG-INFO\nName: folder\nVersion: 1\n\
         //- {site}/folder-1-py3.11.egg/EGG-INFO/requires.txt\nzipped[fast]\n[:python_version < '3']\nold\n\
         //- {site}/linked.egg-link\n/src\n.\n\
         //- /src/linked.egg-info/PKG-INFO\nName: linked\nVersion: 1\n\
         //- /src/linked.egg-info/requires.txt\nfolder\nneighbour\n-e git+x\n\
         //- /src/neighbour.egg-info/PKG-INFO\nName: neighbour\nVersion: 1\n\
         //- {site}/six-1.egg-info/PKG-INFO\nName: six\nVersion: 1\n"
    );
    let list = "six\n\n[fast]\nbare>=1\n\n[fast:sys_platform == 'win32']\nwin\n\n[slow]\ngone\n";
    let tree = Tree::parse(&fixture)
        .file(
            format!("{site}/zipped-1-py3.11.egg"),
            egg("zipped").store("EGG-INFO/requires.txt", list).build(),
        )
        .file(format!("{site}/bare-1-py3.11.egg"), egg("bare").build());
    assert_snapshot!(dependencies(tree), @"
    bare 1 ->
    folder 1 -> zipped 1
    linked 1 -> folder 1, neighbour 1 …
    neighbour 1 ->
    six 1 ->
    zipped 1 -> bare 1, six 1
    ! dependency-missing /: pypi: requirements that nothing installed meets: 1 (-e git+x of linked), of components: 1; what these depend on is incomplete
    ");
}

#[test]
fn a_checkout_depends_by_what_the_environment_that_links_to_it_has_and_not_by_what_lies_beside_it()
{
    let site = "/app/.venv/lib/python3.11/site-packages";
    let fixture = |link: &str| {
        format!(
            "//- /app/.venv/pyvenv.cfg\nhome = /usr/bin\n//- /usr/lib/python3.11/os.py\nx\n\
             //- {site}/six-1.dist-info/METADATA\nName: six\nVersion: 1\n\
             //- /app/src/tool.egg-info/PKG-INFO\nName: tool\nVersion: 2\nRequires-Dist: six\n{link}"
        )
    };
    let complete = "six 1 ->\ntool 2 -> six 1";
    let by_egg_link = fixture(&format!("//- {site}/tool.egg-link\n/app/src\n.\n"));
    assert_eq!(dependencies(&*by_egg_link), complete);
    let by_direct_url = fixture(&format!(
        "//- {site}/tool-2.dist-info/METADATA\nName: tool\nVersion: 2\nRequires-Dist: six\n\
         //- {site}/tool-2.dist-info/direct_url.json\n{{\"url\":\"file:///app\",\"dir_info\":{{\"editable\":true}}}}\n"
    ));
    assert_eq!(dependencies(&*by_direct_url), complete);
    // Alone it finds nothing.
    assert!(dependencies(&*fixture("")).contains("tool 2 ->  …"));
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
    let name = name.rsplit("/nodejs/").next().unwrap();
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
        node("/usr/share/nodejs/y", "1.0.0", r#","dependencies":{"z":"1"}"#),
        node("/usr/lib/x86_64-linux-gnu/nodejs/z", "1.0.0", r#","dependencies":{"y":"1"}"#),
        node("/usr/share/nodejs/z", "2.0.0", ""),
    ];
    assert_snapshot!(dependencies(&*fixture.concat()), @"
    a 1.0.0 -> b 2.0.0
    b 2.0.0 ->
    b 3.0.0 ->
    x 1.0.0 -> y 1.0.0 …
    y 1.0.0 -> z 1.0.0
    z 1.0.0 -> y 1.0.0
    z 2.0.0 ->
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
