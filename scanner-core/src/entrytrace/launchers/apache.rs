//! Apache's `httpd`: the modules that its configuration loads, and the extensions of PHP where it is one of them.

use super::super::files::Found;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::php;
use crate::model::TerminalKind;
use crate::path::ImagePath;

/// Files in which modules are named.
const FILES: [&str; 4] = [
    "/usr/local/apache2/conf/httpd.conf",
    "/etc/httpd/conf/httpd.conf",
    "/etc/apache2/httpd.conf",
    "/etc/apache2/apache2.conf",
];

/// Directories of files in which modules are named.
const DIRECTORIES: [&str; 3] =
    ["/etc/apache2/mods-enabled", "/etc/httpd/conf.modules.d", "/etc/apache2/conf.d"];

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "httpd" | "apache2" | "httpd-prefork" | "httpd-worker")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, _: &Found) {
    let mut files: Vec<ImagePath> = FILES.iter().filter_map(ImagePath::normalize).collect();
    for directory in DIRECTORIES
        .iter()
        .filter_map(ImagePath::normalize)
        .filter_map(|it| tracer.fs.resolve(&it).ok())
    {
        files.extend(tracer.fs.children(&directory).into_iter().cloned());
    }
    for file in files {
        let Some(text) = tracer.text_of(&file) else { continue };
        tracer.reads(task.hop, &file);
        for module in text.lines().filter_map(|it| it.trim().strip_prefix("LoadModule ")) {
            let Some(name) = module.split_whitespace().nth(1) else { continue };
            if name.rsplit('/').next().is_some_and(|it| it.starts_with("libphp")) {
                php::extensions(tracer, task, "apache2");
            }
            for place in ["/usr/local/apache2", "/etc/httpd", "/usr/lib/apache2", "/"] {
                let path =
                    ImagePath::normalize(place).and_then(|it| it.join(name.trim_matches('"')));
                if let Some(it) = path {
                    tracer.reads(task.hop, &it);
                }
            }
        }
    }
    tracer.leaf(task.hop, TerminalKind::Elf, None);
}
