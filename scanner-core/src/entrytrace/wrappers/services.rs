//! Supervisors, which run what their configuration or directories name, and `run-parts`.

use super::super::launch::base_name;
use super::super::task::Task;
use super::super::tracer::Tracer;
use super::super::value::Value;
use super::grammar::Arguments;
use crate::formats::shell::{matches, split};
use crate::model::{HopKind, Place, Reason};
use crate::path::ImagePath;

/// Where `supervisord` looks for its configuration.
const SUPERVISOR: [&str; 4] = [
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
    "/usr/etc/supervisord.conf",
    "/usr/local/etc/supervisord.conf",
];

/// A program of a supervisor.
#[derive(Default)]
struct Service {
    line: u32,
    command: String,
    user: Option<String>,
    directory: Option<String>,
    autostart: bool,
}

pub(super) fn supervisord(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let arguments =
        Arguments::read(task.arguments(), &["-c", "--configuration", "-d", "-j", "-l", "-u", "-e"]);
    let given = arguments
        .option(&["-c", "--configuration"])
        .and_then(|it| task.process.directory.join(&it.text));
    let usual = || {
        SUPERVISOR.iter().filter_map(ImagePath::normalize).find(|it| tracer.fs.resolve(it).is_ok())
    };
    let Some(configuration) = given.or_else(usual) else {
        tracer.complain(
            task,
            Reason::MissingFile,
            "supervisord has no configuration in the image".to_owned(),
        );
        return false;
    };
    let mut files = vec![configuration.clone()];
    let Some(text) = tracer.text_of(&configuration) else {
        let message = format!("the configuration {} is not in the image", configuration.display());
        tracer.complain(task, Reason::MissingFile, message);
        return false;
    };
    let beside = configuration.parent().unwrap_or_else(ImagePath::root);
    for pattern in included(&text) {
        files.extend(matching(tracer, &beside, &pattern));
    }
    let mut found = false;
    for file in files {
        let Some(text) = tracer.text_of(&file) else { continue };
        tracer.reads(task.hop, &file);
        for service in services(&text) {
            found |= start(tracer, task, &file, service);
        }
    }
    found
}

fn start(tracer: &mut Tracer<'_>, task: &Task, file: &ImagePath, service: Service) -> bool {
    let words: Vec<Value> = split(&service.command).into_iter().map(Value::sure).collect();
    if words.is_empty() {
        return false;
    }
    let mut process = task.process.clone();
    process.user = service.user.map_or(process.user, Value::sure);
    if let Some(it) = service.directory {
        process.directory = process.directory.to(&Value::sure(it));
    }
    let hop = tracer.go_on(
        task,
        HopKind::Service,
        (words, "a program of supervisord".to_owned()),
        process,
    );
    if let Some(step) = tracer.steps.get_mut(hop) {
        step.hop.place = Some(Place { file: file.clone(), line: service.line, end: service.line });
        step.hop.written = service.command;
        if !service.autostart {
            step.hop.when = vec!["someone starts it (autostart is off)".into()];
        }
    }
    true
}

/// The patterns of `[include]`.
fn included(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .skip_while(|it| it.trim() != "[include]")
        .skip(1)
        .take_while(|it| !it.starts_with('['));
    let files = lines.filter_map(|it| it.split_once('=').filter(|(key, _)| key.trim() == "files"));
    files.flat_map(|(_, value)| value.split_whitespace().map(str::to_owned)).collect()
}

/// The programs of a configuration.
fn services(text: &str) -> Vec<Service> {
    let mut found: Vec<Service> = Vec::new();
    let mut inside = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.split(" ;").next().unwrap_or_default().trim();
        if line.starts_with('[') {
            inside = line.starts_with("[program:") || line.starts_with("[fcgi-program:");
            if inside {
                found.push(Service { line: number, autostart: true, ..Service::default() });
            }
        }
        let (Some(service), Some((key, value))) =
            (found.last_mut().filter(|_| inside), line.split_once('='))
        else {
            continue;
        };
        let value = value.trim();
        match key.trim() {
            "command" => (service.command, service.line) = (value.to_owned(), number),
            "user" => service.user = Some(value.to_owned()),
            "directory" => service.directory = Some(value.to_owned()),
            "autostart" => service.autostart = value != "false",
            _ => {}
        }
    }
    found
}

/// The files that a pattern means.
fn matching(tracer: &Tracer<'_>, directory: &ImagePath, pattern: &str) -> Vec<ImagePath> {
    let Some(path) = directory.join(pattern) else { return Vec::new() };
    let (Some(parent), name) = (path.parent(), base_name(&path)) else { return Vec::new() };
    let Ok(parent) = tracer.fs.resolve(&parent) else { return Vec::new() };
    let children = tracer.fs.children(&parent).into_iter();
    children.filter(|it| matches(&name, &base_name(it))).cloned().collect()
}

/// `runsvdir DIRECTORY` and the like: `run` in each directory.
pub(super) fn directory(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let rest = Arguments::read(task.arguments(), &["-t", "-c"]).rest;
    let directory = rest.first().and_then(|it| task.process.directory.join(&it.text));
    directory.is_some_and(|it| run_each(tracer, task, &it))
}

/// s6-overlay's `/init`: its services, and the command that it is given.
pub(in crate::entrytrace) fn s6_overlay(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let there = |it: &str| ImagePath::normalize(it).filter(|it| tracer.fs.resolve(it).is_ok());
    if there("/etc/s6-overlay")
        .or_else(|| there("/etc/services.d"))
        .or_else(|| there("/package/admin/s6-overlay"))
        .is_none()
    {
        return false;
    }
    let mut found = false;
    for place in ["/etc/cont-init.d", "/etc/services.d", "/etc/s6-overlay/s6-rc.d"] {
        let Some(directory) = ImagePath::normalize(place) else { continue };
        found |= if place.ends_with("init.d") {
            run_files(tracer, task, &directory)
        } else {
            run_each(tracer, task, &directory)
        };
    }
    if !task.arguments().is_empty() {
        let evidence = "what s6-overlay was told to run".to_owned();
        tracer.go_on(
            task,
            HopKind::Wrapper,
            (task.arguments().to_vec(), evidence),
            task.process.clone(),
        );
        found = true;
    }
    found
}

/// Runs `run` of every directory in a directory.
fn run_each(tracer: &mut Tracer<'_>, task: &Task, directory: &ImagePath) -> bool {
    let Ok(directory) = tracer.fs.resolve(directory) else { return false };
    let runs = tracer.fs.children(&directory).into_iter().filter_map(|it| it.join("run"));
    let runs: Vec<ImagePath> = runs.filter(|it| tracer.fs.resolve(it).is_ok()).collect();
    for run in &runs {
        let words = vec![Value::sure(run.display())];
        tracer.go_on(
            task,
            HopKind::Service,
            (words, format!("a service of {}", directory.display())),
            task.process.clone(),
        );
    }
    !runs.is_empty()
}

/// Runs every executable of a directory.
fn run_files(tracer: &mut Tracer<'_>, task: &Task, directory: &ImagePath) -> bool {
    let Ok(directory) = tracer.fs.resolve(directory) else { return false };
    let files: Vec<ImagePath> = tracer
        .fs
        .children(&directory)
        .into_iter()
        .filter(|it| tracer.is_executable(it))
        .cloned()
        .collect();
    for file in &files {
        let words = vec![Value::sure(file.display())];
        tracer.go_on(
            task,
            HopKind::RunParts,
            (words, format!("a script of {}", directory.display())),
            task.process.clone(),
        );
    }
    !files.is_empty()
}

/// `run-parts DIRECTORY`: its executables whose names are as `run-parts` wants them.
/// Specification: run-parts(8) of Debian; other systems' take any name without `~` and `,v`.
pub(super) fn run_parts(tracer: &mut Tracer<'_>, task: &Task) -> bool {
    let arguments = Arguments::read(task.arguments(), &["-a", "--arg", "-u", "--umask", "--regex"]);
    let only_shown = arguments.option(&["-t", "--test", "-l", "--list"]).is_some();
    let Some(name) = arguments.rest.first().filter(|_| !only_shown) else { return false };
    let Some(directory) = name.text().and_then(|it| task.process.directory.join(it)) else {
        let why = name.why().map_or_else(String::new, |it| it.message.clone());
        tracer.give_up(task, Reason::DynamicEnvironmentReference, why);
        return true;
    };
    let Ok(real) = tracer.fs.resolve(&directory) else {
        tracer.complain(
            task,
            Reason::MissingFile,
            format!("{} is not in the image", directory.display()),
        );
        return false;
    };
    if !tracer.run_parts {
        return false;
    }
    let children: Vec<ImagePath> = tracer.fs.children(&real).into_iter().cloned().collect();
    let wanted = |it: &&ImagePath| {
        is_part(
            &base_name(it),
            arguments.option(&["--regex"]),
            arguments.option(&["--lsbsysinit"]).is_some(),
        )
    };
    let parts: Vec<&ImagePath> = children
        .iter()
        .filter(wanted)
        .filter(|it| tracer.fs.resolve(it).is_ok_and(|it| tracer.is_executable(&it)))
        .collect();
    if parts.is_empty() {
        let message = format!("{} holds no script that run-parts would run", directory.display());
        tracer.complain(task, Reason::RunPartsEmpty, message);
    }
    for part in &parts {
        let mut words = vec![Value::sure(part.display())];
        words.extend(
            arguments
                .options
                .iter()
                .filter(|(it, _)| it == "-a" || it == "--arg")
                .map(|(_, value)| value.clone()),
        );
        tracer.go_on(
            task,
            HopKind::RunParts,
            (words, format!("a script of {}", directory.display())),
            task.process.clone(),
        );
    }
    false
}

/// Whether `run-parts` runs a file of this name.
fn is_part(name: &str, expression: Option<&Value>, lsb: bool) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    if let Some(expression) = expression {
        // The expressions that scripts use ask for an ending; what others ask for is not known, and any name may fit.
        let expression = expression.text.trim_start_matches('^').trim_start_matches(".*");
        let ending = expression.strip_prefix("\\.").and_then(|it| it.strip_suffix('$'));
        let ending = ending.filter(|it| it.chars().all(plain));
        return ending.is_none_or(|it| name.ends_with(&format!(".{it}")));
    }
    let lanana = |it: char| plain(it) || it == '.';
    !name.is_empty()
        && if lsb {
            name.chars().all(lanana) && !name.contains(".dpkg-")
        } else {
            name.chars().all(plain)
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_parts_takes_names_of_letters_digits_and_dashes() {
        let takes = |it: &str| is_part(it, None, false);
        assert!(takes("10-migrate") && takes("a_b"));
        assert!(!takes("10-migrate.sh") && !takes("a~") && !takes("README.md"));
        let fits = |name, expression| is_part(name, Some(&Value::sure(expression)), false);
        assert!(fits("a.sh", r"\.sh$") && fits("a.sh", r"^.*\.sh$") && fits("a.b", "^[a-z.]+$"));
        assert!(!fits("a.b", r"\.sh$") && !fits("sh", r"\.sh$"));
        assert!(is_part("a.b", None, true));
    }

    #[test]
    fn programs_of_a_supervisor_are_told_with_their_lines() {
        let text = "[supervisord]\nuser=root\n[program:web]\n; command=no\ncommand=nginx -g 'daemon off;' ; x\n\
                    user = www\n[program:off]\nautostart=false\ncommand=x\n[include]\nfiles = conf.d/*.conf a.ini\n";
        let found = services(text);
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.line, &*it.command, it.user.as_deref(), it.autostart))
            .collect();
        assert_eq!(
            found,
            [(5, "nginx -g 'daemon off;'", Some("www"), true), (9, "x", None, false)]
        );
        assert_eq!(included(text), ["conf.d/*.conf", "a.ini"]);
    }
}
