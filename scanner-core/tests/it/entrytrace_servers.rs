//! What servers read and load by their configuration, and what supervisors start.

use crate::entrytrace::{ELF, command, told, traced, tree};
use scanner_core::model::Trace;

/// The files that some hop reads and that are in the image, and the directories from which it may load more.
fn taken(text: &str, words: &[&str]) -> Vec<String> {
    let tree = tree(text);
    let root = tree.to_directory();
    let trace: Trace = traced(&tree, words, |_| {});
    let read = trace.hops.iter().flat_map(|hop| hop.reads.iter().chain(&hop.reaches));
    let shown = read.map(|it| it.display().into_owned());
    let mut shown: Vec<String> =
        shown.filter(|it| root.path().join(it.trim_start_matches('/')).exists()).collect();
    shown.sort();
    shown.dedup();
    shown
}

#[test]
fn nginx_reads_what_its_configuration_includes_and_loads() {
    let text = "\
//- exec /usr/sbin/nginx
\u{7f}ELF
//- /etc/nginx/nginx.conf
load_module modules/ngx_http_js_module.so;
include /etc/nginx/conf.d/*.conf;
//- /etc/nginx/conf.d/default.conf
server { listen 80; }
//- /etc/nginx/conf.d/off.disabled
//- /etc/nginx/other.conf
//- /usr/lib/nginx/modules/ngx_http_js_module.so
//- /usr/lib/nginx/modules/ngx_mail_module.so
";
    assert_eq!(
        taken(text, &["nginx", "-g", "daemon off;"]),
        [
            "/etc/nginx/conf.d/default.conf",
            "/etc/nginx/nginx.conf",
            "/usr/lib/nginx/modules/ngx_http_js_module.so"
        ]
    );
    assert_eq!(taken(text, &["nginx", "-c", "other.conf"]), ["/etc/nginx/other.conf"]);
}

#[test]
fn apache_loads_its_modules_and_the_extensions_of_php_inside_it() {
    let text = "\
//- exec /usr/sbin/apache2
\u{7f}ELF
//- /etc/apache2/apache2.conf
//- /etc/apache2/mods-enabled/php8.2.load
LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
//- /etc/apache2/mods-available/ssl.load
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
//- /usr/lib/apache2/modules/libphp8.2.so
//- /usr/lib/apache2/modules/mod_ssl.so
//- /etc/php/8.2/apache2/conf.d/10-opcache.ini
zend_extension=opcache.so
//- /etc/php/8.2/cli/conf.d/20-readline.ini
extension=readline.so
//- /usr/lib/php/20220829/opcache.so
//- /usr/lib/php/20220829/readline.so
";
    assert_eq!(
        taken(text, &["apache2", "-DFOREGROUND"]),
        [
            "/etc/apache2/apache2.conf",
            "/etc/apache2/mods-enabled/php8.2.load",
            "/etc/php/8.2/apache2/conf.d/10-opcache.ini",
            "/usr/lib/apache2/modules/libphp8.2.so",
            "/usr/lib/php/20220829/opcache.so"
        ]
    );
    let without = text.replace("libphp8.2.so", "mod_other.so");
    assert!(!taken(&without, &["apache2"]).iter().any(|it| it.contains("opcache")));
}

#[test]
fn php_fpm_loads_the_extensions_of_its_own_configuration() {
    let text = "\
//- exec /usr/sbin/php-fpm8.2
\u{7f}ELF
//- /etc/php/8.2/fpm/conf.d/10-opcache.ini
zend_extension=opcache.so
;extension=off
//- /etc/php/8.2/cli/conf.d/20-readline.ini
extension=readline
//- /usr/lib/php/20220829/opcache.so
//- /usr/lib/php/20220829/readline.so
";
    assert_eq!(
        taken(text, &["php-fpm8.2", "-F"]),
        ["/etc/php/8.2/fpm/conf.d/10-opcache.ini", "/usr/lib/php/20220829/opcache.so"]
    );
}

#[test]
fn postgres_may_load_any_of_its_own_modules() {
    let text = "\
//- exec /usr/lib/postgresql/15/bin/postgres
\u{7f}ELF
//- /usr/lib/postgresql/15/lib/plpgsql.so
";
    let program = "/usr/lib/postgresql/15/bin/postgres";
    assert_eq!(taken(text, &[program, "-D", "/data"]), ["/usr/lib/postgresql/15/lib"]);
}

#[test]
fn s6_overlay_runs_its_services_and_what_it_is_told_to() {
    let text = "\
//- exec /init
#!/bin/sh
exec nothing
//- /etc/s6-overlay/s6-rc.d/web/type
longrun
//- exec /etc/s6-overlay/s6-rc.d/web/run
#!/bin/sh
exec app
";
    let text = command(text, &["/init", "other", "-x"]);
    assert!(text.contains("/usr/bin/app root app"), "{text}");
    assert!(text.contains("/usr/bin/other root other|-x"), "{text}");
}

#[test]
fn runit_runs_the_services_of_its_directory() {
    let services = "\
//- exec /etc/service/web/run
#!/bin/sh
exec app -f
//- /etc/service/off/down
";
    let tree = tree(services).executable("/usr/bin/runsvdir", ELF);
    let text = told(&traced(&tree, &["runsvdir", "-P", "/etc/service"], |_| {}));
    assert_eq!(text, "/usr/bin/app root app|-f");
}
