//! `nginx`: its configuration, and the modules that it loads.

use super::super::files::Found;
use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use crate::formats::shell::matches;
use crate::model::TerminalKind;
use crate::path::ImagePath;

/// Files of one configuration. Real ones have some dozens.
const FILES: usize = 500;

pub(super) fn is_name(name: &str) -> bool {
    matches!(name, "nginx" | "openresty" | "nginx-debug")
}

pub(super) fn launch(tracer: &mut Tracer<'_>, task: &Task, _: &Found) {
    let given = super::option(task.arguments(), &["-c"]).unwrap_or("/etc/nginx/nginx.conf");
    let mut pending: Vec<ImagePath> =
        ImagePath::normalize("/etc/nginx").and_then(|it| it.join(given)).into_iter().collect();
    let mut seen = 0;
    while let Some(file) = pending.pop().filter(|_| seen < FILES) {
        seen += 1;
        let Some(text) = tracer.text_of(&file) else { continue };
        tracer.reads(task.hop, &file);
        for (name, value) in text.lines().filter_map(directive) {
            match name {
                "include" => pending.extend(included(tracer, value)),
                "load_module" => {
                    for place in
                        ["/etc/nginx", "/usr/share/nginx", "/usr/lib/nginx", "/usr/local/nginx"]
                    {
                        let path = ImagePath::normalize(place).and_then(|it| it.join(value));
                        if let Some(it) = path {
                            tracer.reads(task.hop, &it);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    tracer.leaf(task.hop, TerminalKind::Elf, None);
}

/// `include` and `load_module` with their value.
fn directive(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.trim().split_once(char::is_whitespace)?;
    let value = rest.split(';').next()?.trim().trim_matches(['"', '\'']);
    matches!(name, "include" | "load_module").then_some((name, value))
}

fn included(tracer: &Tracer<'_>, pattern: &str) -> Vec<ImagePath> {
    let path = ImagePath::normalize("/etc/nginx").and_then(|it| it.join(pattern));
    let Some((path, parent)) = path.and_then(|it| Some((it.clone(), it.parent()?))) else {
        return Vec::new();
    };
    let Ok(parent) = tracer.fs.resolve(&parent) else { return Vec::new() };
    let wanted = |it: &&ImagePath| matches(&base_name(&path), &base_name(it));
    tracer.fs.children(&parent).into_iter().filter(wanted).cloned().collect()
}
