//! What runtimes were told to run.

use scanner_core::model::Trace;

use crate::entrytrace::{ELF, command, told, traced, tree};

#[test]
fn java_runs_archives_and_classes() {
    let files = "//- exec /usr/bin/java\n\u{7f}ELF\n//- /app.jar\nx\n//- /lib/a.jar\nx\n//- /args\n-cp \"/lib/*\" Main\n";
    assert_eq!(
        command(files, &["java", "-Xmx1g", "-jar", "/app.jar", "-p"]),
        "/usr/bin/java [/app.jar] root java|-Xmx1g|-jar|/app.jar|-p"
    );
    assert_eq!(command(files, &["java", "-jar", "/no.jar"]), "! JarNotFound");
    let trace = traced(&tree(files), &["java", "@/args"], |_| {});
    assert_eq!(told(&trace), "/usr/bin/java [Main] root java|@/args");
    assert!(trace.hops[0].reads.iter().any(|it| it.display() == "/lib/a.jar"));
    let gone = command(files, &["java", "-cp", "/lib/b.jar", "Main"]);
    assert_eq!(gone, "/usr/bin/java [Main] root java|-cp|/lib/b.jar|Main\n! JarNotFound");
    let agent = traced(&tree(files), &["java", "-jar", "/app.jar"], |run| {
        run.env.push(("JAVA_TOOL_OPTIONS".to_owned(), "-javaagent:/lib/a.jar=x".to_owned()));
    });
    assert!(agent.hops[0].reads.iter().any(|it| it.display() == "/lib/a.jar"));
}

#[test]
fn node_runs_scripts_and_what_package_json_names() {
    let files = "//- exec /usr/bin/node\n\u{7f}ELF\n//- exec /usr/lib/npm-cli.js\n#!/usr/bin/env node\n\
                 //- link /usr/bin/npm /usr/lib/npm-cli.js\n//- /app/server.js\nx\n//- /app/package.json\n\
                 {\"main\":\"server.js\",\"scripts\":{\"start\":\"NODE_ENV=x node server.js\"},\"dependencies\":{\"a\":\"1\"}}\n\
                 //- /app/node_modules/a/package.json\n{}\n//- exec /app/node_modules/.bin/tool\n#!/usr/bin/env node\nx\n";
    let run = |words: &[&str]| {
        told(&traced(&tree(files), words, |run| run.working_dir = "/app".to_owned()))
    };
    assert_eq!(
        run(&["node", "-r", "a", "server.js"]).lines().next(),
        Some("/usr/bin/node [server.js] root node|-r|a|server.js")
    );
    assert_eq!(run(&["node", "."]), "/usr/bin/node [.] root node|.");
    assert_eq!(run(&["npm", "start"]), "/usr/bin/node [server.js] root node|server.js");
    assert_eq!(run(&["npm", "run", "start"]), "/usr/bin/node [server.js] root node|server.js");
    assert_eq!(run(&["node", "/no.js"]), "! ModuleNotFound");
    assert!(run(&["npm", "run", "no"]).contains("! ModuleNotFound"));
    assert!(
        run(&["npm", "exec", "tool"]).starts_with("/usr/bin/node [/app/node_modules/.bin/tool]")
    );
}

#[test]
fn python_runs_scripts_modules_and_applications() {
    let files = "//- exec /usr/bin/python3.11\n\u{7f}ELF\n//- link /usr/bin/python3 python3.11\n\
                 //- link /venv/bin/python /usr/bin/python3\n//- /venv/pyvenv.cfg\nhome = /usr/bin\n\
                 //- /venv/lib/python3.11/site-packages/web/__init__.py\nx\n\
                 //- /venv/lib/python3.11/site-packages/web/__main__.py\nx\n\
                 //- exec /venv/bin/gunicorn\n#!/venv/bin/python\nfrom web import run\n//- /app/main.py\nimport web\n\
                 //- /usr/lib/python3.11/http/__init__.py\nx\n//- /usr/lib/python3.11/http/server.py\nx\n";
    let run =
        |words: &[&str]| traced(&tree(files), words, |run| run.working_dir = "/app".to_owned());
    let reads = |trace: &Trace, path: &str| {
        trace.hops.iter().any(|it| it.reads.iter().any(|it| it.display() == path))
    };
    let trace = run(&["/venv/bin/python", "main.py"]);
    assert_eq!(told(&trace), "/usr/bin/python3.11 [main.py] root /venv/bin/python|main.py");
    assert!(reads(&trace, "/venv/lib/python3.11/site-packages/web/__init__.py"));
    assert_eq!(
        told(&run(&["/venv/bin/python", "-m", "web"])),
        "/usr/bin/python3.11 [web] root /venv/bin/python|-m|web"
    );
    assert_eq!(
        told(&run(&["python3", "-m", "http.server"])),
        "/usr/bin/python3.11 [http.server] root python3|-m|http.server"
    );
    // The system's interpreter does not see the environment's packages.
    assert_eq!(told(&run(&["python3", "-m", "web"])), "! ModuleNotFound");
    let server = run(&["/venv/bin/gunicorn", "-b", "0.0.0.0:80", "main:app"]);
    assert_eq!(
        told(&server),
        "/usr/bin/python3.11 [/venv/bin/gunicorn] root /venv/bin/gunicorn|-b|0.0.0.0:80|main:app"
    );
    assert!(reads(&server, "/app/main.py"));
    assert!(told(&run(&["/venv/bin/gunicorn", "no:app"])).contains("! ModuleNotFound"));
}

#[test]
fn other_runtimes_run_their_scripts() {
    let names = ["dotnet", "ruby", "bundle", "php", "perl", "deno", "bun", "erl"];
    let tree = names.iter().fold(tree("//- /a.dll\nx\n//- /a.rb\nx\n//- /a.php\nx\n//- /a.pl\nx\n//- /a.ts\nx\n//- /r/start.boot\nx\n"), |tree, it| {
        tree.executable(format!("/usr/bin/{it}"), ELF)
    });
    for (words, expected) in [
        ("dotnet a.dll", "/usr/bin/dotnet [a.dll]"),
        ("dotnet exec --fx-version 8 a.dll", "/usr/bin/dotnet [a.dll]"),
        ("dotnet b.dll", "! ModuleNotFound"),
        ("ruby -I lib a.rb", "/usr/bin/ruby [a.rb]"),
        ("bundle exec ruby a.rb", "/usr/bin/ruby [a.rb]"),
        ("php -d x=y a.php", "/usr/bin/php [a.php]"),
        ("php -S 0:80", "/usr/bin/php root"),
        ("perl -w a.pl", "/usr/bin/perl [a.pl]"),
        ("perl b.pl", "! ModuleNotFound"),
        ("deno run -A a.ts", "/usr/bin/deno [a.ts]"),
        ("bun run a.ts", "/usr/bin/bun [a.ts]"),
        ("erl -boot /r/start -noshell", "/usr/bin/erl [/r/start]"),
    ] {
        let split: Vec<&str> = words.split(' ').collect();
        let told = told(&traced(&tree, &split, |_| {}));
        assert!(told.starts_with(expected), "{words}\n{told}");
    }
}
