//! Every launcher, with what it finds and what is missing.

use crate::entrytrace::{ELF, command, told, traced, tree};

/// What a runtime's fixture runs in its directory.
fn launched(files: &str, words: &str) -> String {
    let names =
        ["java", "node", "dotnet", "ruby", "php", "perl", "deno", "bun", "erl", "python3.11"];
    let tree =
        names.iter().fold(tree(files), |tree, it| tree.executable(format!("/usr/bin/{it}"), ELF));
    let words: Vec<&str> = words.split(' ').collect();
    let told = told(&traced(&tree, &words, |run| "/app".clone_into(&mut run.working_dir)));
    // The words themselves are the same as those that were given.
    let line = |it: &str| match it.strip_prefix("! ") {
        Some(reason) => format!("! {}", reason.split(' ').next().unwrap()),
        None => it.split(" root ").next().unwrap().to_owned(),
    };
    told.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn java_finds_archives_classes_and_modules_or_tells_what_is_missing() {
    let files = "//- /app/a.jar\nx\n//- /app/lib/b.jar\nx\n//- /app/args\n-Xmx1g\n-cp lib/b.jar\nMain\n//- /app/mods/m.jar\nx\n";
    for (words, expected) in [
        ("java -jar a.jar -jar x", "/usr/bin/java [a.jar]"),
        ("java -Dx=y -jar gone.jar", "! JarNotFound"),
        ("java -cp lib/b.jar Main -jar gone.jar -m x", "/usr/bin/java [Main]"),
        ("java -cp lib/* --add-opens a/b=ALL-UNNAMED Main", "/usr/bin/java [Main]"),
        ("java --class-path=gone.jar Main", "/usr/bin/java [Main]\n! JarNotFound"),
        ("java @args", "/usr/bin/java [Main]"),
        ("java @gone", "! MissingFile"),
        ("java -p mods -m app/org.Main", "/usr/bin/java [app/org.Main]"),
        ("java -p gone -m app/org.Main", "/usr/bin/java [app/org.Main]\n! JarNotFound"),
        ("java -version", "/usr/bin/java"),
    ] {
        assert_eq!(launched(files, words), expected, "{words}");
    }
}

#[test]
fn node_finds_scripts_packages_and_scripts_of_packages_or_tells_what_is_missing() {
    let files = "//- /app/server.js\nx\n//- /app/lib/index.js\nx\n//- /app/pack/package.json\n{\"main\":\"./out/x.js\"}\n\
                 //- /app/pack/out/x.js\nx\n//- /app/only/package.json\n{\"exports\":{\".\":{\"import\":\"./e.mjs\"}}}\n//- /app/only/e.mjs\nx\n\
                 //- /app/node_modules/pre/package.json\n{\"main\":\"p.js\"}\n//- /app/node_modules/pre/p.js\nx\n\
                 //- /app/node_modules/esm/package.json\n{\"exports\":{\".\":{\"import\":\"./e.mjs\",\"require\":\"./e.cjs\"}}}\n//- /app/node_modules/esm/e.cjs\nx\n\
                 //- exec /app/node_modules/.bin/tool\n#!/usr/bin/env node\nx\n//- exec /usr/bin/yarn\n#!/usr/bin/env node\nx\n\
                 //- exec /usr/bin/npm\n#!/usr/bin/env node\nx\n//- exec /usr/bin/npx\n#!/usr/bin/env node\nx\n//- exec /usr/bin/pnpm\n#!/usr/bin/env node\nx\n\
                 //- /app/package.json\n{\"scripts\":{\"start\":\"node server\",\"prestart\":\"other\",\"bad\":\"gone\"}}\n";
    for (words, expected) in [
        ("node server.js", "/usr/bin/node [server.js]"),
        ("node server", "/usr/bin/node [server]"),
        ("node lib", "/usr/bin/node [lib]"),
        ("node pack", "/usr/bin/node [pack]"),
        ("node only", "! ModuleNotFound"),
        ("node gone", "! ModuleNotFound"),
        ("node -r pre --enable-source-maps server.js", "/usr/bin/node [server.js]"),
        ("node --require=esm server.js", "/usr/bin/node [server.js]"),
        ("node -r gone server.js", "/usr/bin/node [server.js]\n! ModuleNotFound"),
        ("node -e 1 server.js", "/usr/bin/node"),
        ("npm start", "/usr/bin/node [server]"),
        ("npm run start", "/usr/bin/node [server]"),
        ("npm run gone", "! ModuleNotFound"),
        ("npm run bad", "! CommandNotFound"),
        ("npm --prefix /app start", "/usr/bin/node [server]"),
        ("yarn start", "/usr/bin/node [server]"),
        ("yarn run gone", "! ModuleNotFound"),
        ("pnpm start", "/usr/bin/node [server]"),
        ("npx tool", "/usr/bin/node [/app/node_modules/.bin/tool]"),
        ("npx gone", "! CommandNotFound"),
    ] {
        let told = launched(files, words)
            .lines()
            .filter(|it| !it.contains("other"))
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(told, expected, "{words}");
    }
}

#[test]
fn python_finds_scripts_and_modules_with_options_in_one_word_or_tells_what_is_missing() {
    let files = "//- link /usr/bin/python /usr/bin/python3.11\n//- /app/main.py\nx\n//- /app/web/__init__.py\nx\n\
                 //- /app/web/__main__.py\nx\n//- /app/tasks.py\nx\n//- exec /usr/bin/celery\n#!/usr/bin/python\nfrom celery import main\n\
                 //- exec /usr/bin/uvicorn\n#!/usr/bin/python\nimport uvicorn\n";
    for (words, expected) in [
        ("python main.py", "/usr/bin/python3.11 [main.py]"),
        ("python -u -W ignore -X dev main.py", "/usr/bin/python3.11 [main.py]"),
        ("python gone.py", "! ModuleNotFound"),
        ("python -m web", "/usr/bin/python3.11 [web]"),
        ("python -um web", "/usr/bin/python3.11 [web]"),
        ("python -mweb", "/usr/bin/python3.11 [web]"),
        ("python -m gone", "! ModuleNotFound"),
        ("python -Bum gone", "! ModuleNotFound"),
        ("python -c pass", "/usr/bin/python3.11"),
        ("python -Ic pass main.py", "/usr/bin/python3.11"),
        ("python -Wmodule main.py", "/usr/bin/python3.11 [main.py]"),
        ("celery -A tasks worker", "/usr/bin/python3.11 [/usr/bin/celery]"),
        ("celery -A gone worker", "/usr/bin/python3.11 [/usr/bin/celery]\n! ModuleNotFound"),
        ("uvicorn --port 80 web:app", "/usr/bin/python3.11 [/usr/bin/uvicorn]"),
        ("uvicorn gone:app", "/usr/bin/python3.11 [/usr/bin/uvicorn]\n! ModuleNotFound"),
    ] {
        assert_eq!(launched(files, words), expected, "{words}");
    }
}

#[test]
fn other_runtimes_find_what_they_are_told_to_run_or_tell_what_is_missing() {
    let files = "//- /app/a.dll\nx\n//- /app/a.runtimeconfig.json\n{}\n//- /app/x.rb\nx\n//- /app/x.php\nx\n//- /app/x.pl\nx\n\
                 //- /app/x.ts\nx\n//- /app/package.json\n{\"scripts\":{\"start\":\"bun x.ts\"}}\n//- /app/start.boot\nx\n\
                 //- exec /app/host\n\u{7f}ELF\n//- /app/host.dll\nx\n\
                 //- exec /app/hosted\n\u{7f}ELF\n//- /app/hosted.dll\nx\n//- /app/hosted.runtimeconfig.json\n{}\n\
                 //- exec /usr/bin/puma\n#!/usr/bin/env ruby\nx\n//- exec /usr/bin/rails\n#!/usr/bin/env ruby\nx\n//- exec /usr/bin/bundle\n#!/usr/bin/env ruby\nx\n";
    for (words, expected) in [
        ("dotnet a.dll --urls x", "/usr/bin/dotnet [a.dll]"),
        ("dotnet exec --runtimeconfig a.runtimeconfig.json a.dll", "/usr/bin/dotnet [a.dll]"),
        ("dotnet gone.dll", "! ModuleNotFound"),
        ("dotnet --info", "/usr/bin/dotnet"),
        ("./host", "/app/host"),
        ("./hosted", "/app/hosted [hosted.dll]"),
        ("ruby -w x.rb", "/usr/bin/ruby [x.rb]"),
        ("ruby gone.rb", "! ModuleNotFound"),
        ("ruby -e 1", "/usr/bin/ruby"),
        ("bundle exec puma -C x", "/usr/bin/ruby [/usr/bin/puma]"),
        ("bundle exec gone", "! CommandNotFound"),
        ("rails server", "/usr/bin/ruby [/usr/bin/rails]"),
        ("php -d a=b x.php", "/usr/bin/php [x.php]"),
        ("php gone.php", "! ModuleNotFound"),
        ("php -r 1", "/usr/bin/php"),
        ("perl -I lib x.pl", "/usr/bin/perl [x.pl]"),
        ("perl -we 1", "/usr/bin/perl"),
        ("deno run --allow-net x.ts", "/usr/bin/deno [x.ts]"),
        ("deno run gone.ts", "! ModuleNotFound"),
        ("deno run npm:x", "/usr/bin/deno [npm:x]"),
        ("bun x.ts", "/usr/bin/bun [x.ts]"),
        ("bun run start", "/usr/bin/bun [x.ts]"),
        ("bun run gone", "! ModuleNotFound"),
        ("erl -noshell -boot start", "/usr/bin/erl [start]"),
        ("erl -boot elsewhere", "/usr/bin/erl [elsewhere]"),
        ("erl", "/usr/bin/erl"),
    ] {
        assert_eq!(launched(files, words), expected, "{words}");
    }
}

#[test]
fn launchers_that_are_scripts_are_followed_to_their_runtime() {
    let apachectl = "//- exec /usr/sbin/apache2\n\u{7f}ELF\n//- /etc/apache2/envvars\nexport APACHE_RUN_DIR=/run/apache2\n\
        //- exec /usr/sbin/apache2ctl\n#!/bin/sh\nARGV=\"$@\"\nHTTPD=${APACHE_HTTPD:-/usr/sbin/apache2}\n\
        APACHE_ENVVARS=${APACHE_ENVVARS:-/etc/apache2/envvars}\ntest -f $APACHE_ENVVARS && . $APACHE_ENVVARS\n\
        case \"$1\" in\nstart|stop|restart)\n$HTTPD ${APACHE_ARGUMENTS} -k \"$1\"\n;;\ngraceful)\necho no\n;;\n*)\n$HTTPD $ARGV\n;;\nesac\n";
    assert_eq!(
        command(apachectl, &["apache2ctl", "-DFOREGROUND"]),
        "/usr/sbin/apache2 root /usr/sbin/apache2|-DFOREGROUND"
    );
    let catalina = "//- exec /opt/java/bin/java\n\u{7f}ELF\n//- /opt/tomcat/bin/bootstrap.jar\nx\n//- /opt/tomcat/bin/setclasspath.sh\n\
        _RUNJAVA=\"$JRE_HOME\"/bin/java\n//- exec /opt/tomcat/bin/catalina.sh\n#!/bin/sh\nPRG=\"$0\"\nwhile [ -h \"$PRG\" ]; do\n\
        ls=$(ls -ld \"$PRG\")\nPRG=${ls##*> }\ndone\nPRGDIR=$(dirname \"$PRG\")\n\
        [ -z \"$CATALINA_HOME\" ] && CATALINA_HOME=$(cd \"$PRGDIR/..\" >/dev/null; pwd)\nCLASSPATH=\n\
        . \"$CATALINA_HOME\"/bin/setclasspath.sh\nCLASSPATH=\"$CLASSPATH$CATALINA_HOME/bin/bootstrap.jar\"\n\
        if [ \"$1\" = run ]; then\nshift\neval exec \"\\\"$_RUNJAVA\\\"\" -classpath \"\\\"$CLASSPATH\\\"\" org.apache.catalina.startup.Bootstrap \"$@\" start\n\
        elif [ \"$1\" = version ]; then\nexec \"$_RUNJAVA\" -classpath \"$CLASSPATH\" org.apache.catalina.util.ServerInfo\nfi\n";
    let run = |word: &str| {
        told(&traced(&tree(catalina), &["/opt/tomcat/bin/catalina.sh", word], |run| {
            run.env.push(("JRE_HOME".to_owned(), "/opt/java".to_owned()));
        }))
    };
    assert!(
        run("version").starts_with("/opt/java/bin/java [org.apache.catalina.util.ServerInfo] "),
        "{}",
        run("version")
    );
    let started = run("run");
    assert!(
        started.contains("/opt/java/bin/java [org.apache.catalina.startup.Bootstrap] "),
        "{started}"
    );
}
