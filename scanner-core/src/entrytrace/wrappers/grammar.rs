//! Wrappers whose arguments are options, a fixed number of operands, and then the command.

use super::super::task::{Process, Task};
use super::super::tracer::Tracer;
use super::super::value::Value;
use crate::model::HopKind;

/// How a wrapper takes its arguments.
pub(in super::super) struct Grammar {
    /// Its names.
    pub(super) names: &'static [&'static str],
    /// Options that take the next word as their value.
    pub(super) values: &'static [&'static str],
    /// Operands before the command.
    pub(super) operands: usize,
    /// What tells the user that the command runs as.
    pub(super) user: User,
    /// Options whose value is a text for a shell.
    pub(super) text: &'static [&'static str],
    /// Whether variables may be set before the command.
    pub(super) assignments: bool,
}

/// What tells the user that a command runs as.
pub(super) enum User {
    /// Nothing: it stays the same.
    Same,
    /// The first operand.
    Operand,
    /// These options.
    Options(&'static [&'static str]),
}

const PLAIN: Grammar = Grammar {
    names: &[],
    values: &[],
    operands: 0,
    user: User::Same,
    text: &[],
    assignments: false,
};

/// The first process of a container, which only hands signals on.
pub(super) const INIT: Grammar =
    Grammar { values: &["-e", "-p", "-r", "--rewrite", "-P"], ..PLAIN };

/// Every such wrapper. A new one is one entry here.
pub(super) const SIMPLE: &[Grammar] = &[
    Grammar { names: &["aws-vault", "chamber"], operands: 2, ..PLAIN },
    Grammar {
        names: &["chpst"],
        values: &[
            "-b", "-e", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-u", "-U",
        ],
        user: User::Options(&["-u"]),
        ..PLAIN
    },
    Grammar {
        names: &["chroot"],
        values: &["--userspec", "--groups"],
        operands: 1,
        user: User::Options(&["--userspec"]),
        ..PLAIN
    },
    Grammar { names: &["chrt"], values: &["-T", "-P", "-D"], operands: 1, ..PLAIN },
    Grammar {
        names: &["ddtrace-run", "opentelemetry-instrument"],
        values: &["--traces_exporter", "--metrics_exporter", "--service_name"],
        ..PLAIN
    },
    Grammar {
        names: &["dockerize"],
        values: &[
            "-wait",
            "-timeout",
            "-template",
            "-stdout",
            "-stderr",
            "-wait-retry-interval",
            "-env",
            "-delims",
            "-poll-interval",
        ],
        ..PLAIN
    },
    Grammar { names: &["doas"], values: &["-u", "-C"], user: User::Options(&["-u"]), ..PLAIN },
    Grammar {
        names: &["flock"],
        values: &["-w", "--timeout", "-E", "--conflict-exit-code"],
        operands: 1,
        text: &["-c", "--command"],
        ..PLAIN
    },
    Grammar {
        names: &["gosu", "su-exec", "setuidgid", "s6-setuidgid", "s6-applyuidgid"],
        operands: 1,
        user: User::Operand,
        ..PLAIN
    },
    Grammar { names: &["ionice"], values: &["-c", "--class", "-n", "--classdata"], ..PLAIN },
    Grammar { names: &["newrelic-admin"], operands: 1, ..PLAIN },
    Grammar { names: &["nice"], values: &["-n", "--adjustment"], ..PLAIN },
    Grammar {
        names: &[
            "nohup",
            "setsid",
            "time",
            "with-contenv",
            "s6-env",
            "unbuffer",
            "pid1",
            "firejail",
        ],
        ..PLAIN
    },
    Grammar {
        names: &["numactl"],
        values: &[
            "-i",
            "-N",
            "-m",
            "-C",
            "-p",
            "--interleave",
            "--membind",
            "--cpunodebind",
            "--physcpubind",
            "--preferred",
        ],
        ..PLAIN
    },
    Grammar {
        names: &["prlimit", "unshare", "nsenter"],
        values: &["-S", "-G", "--setuid", "--setgid", "-t", "--target"],
        ..PLAIN
    },
    Grammar { names: &["s6-envdir", "envdir", "s6-softlimit"], operands: 1, ..PLAIN },
    Grammar {
        names: &["setpriv"],
        values: &[
            "--reuid",
            "--regid",
            "--groups",
            "--ruid",
            "--rgid",
            "--euid",
            "--egid",
            "--inh-caps",
            "--ambient-caps",
            "--bounding-set",
            "--securebits",
            "--pdeathsig",
            "--selinux-label",
            "--apparmor-profile",
        ],
        user: User::Options(&["--reuid", "--euid"]),
        ..PLAIN
    },
    Grammar {
        names: &["start-stop-daemon"],
        values: &[
            "-p",
            "--pidfile",
            "-c",
            "--chuid",
            "-u",
            "--user",
            "-d",
            "--chdir",
            "-x",
            "--exec",
            "-a",
            "--startas",
            "-n",
            "--name",
        ],
        ..PLAIN
    },
    Grammar {
        names: &["stdbuf"],
        values: &["-i", "-o", "-e", "--input", "--output", "--error"],
        ..PLAIN
    },
    Grammar {
        names: &["sudo"],
        values: &[
            "-u", "--user", "-g", "--group", "-C", "-D", "-h", "-p", "-R", "-r", "-t", "-T", "-U",
        ],
        user: User::Options(&["-u", "--user"]),
        assignments: true,
        ..PLAIN
    },
    Grammar { names: &["taskset"], values: &[], operands: 1, ..PLAIN },
    Grammar {
        names: &["timeout"],
        values: &["-s", "--signal", "-k", "--kill-after"],
        operands: 1,
        ..PLAIN
    },
];

/// The arguments of a wrapper, taken apart.
pub(in super::super) struct Arguments {
    /// Options with their values.
    pub(super) options: Vec<(String, Value)>,
    /// The rest, from the first operand on.
    pub(super) rest: Vec<Value>,
}

impl Arguments {
    /// Takes options up to the first word that is none.
    pub(super) fn read(words: &[Value], values: &[&str]) -> Self {
        let mut options = Vec::new();
        let mut words = words;
        while let Some((first, rest)) = words.split_first() {
            let option = first.text.as_str();
            if option == "--" {
                words = rest;
                break;
            }
            if !option.starts_with('-') || option.len() < 2 {
                break;
            }
            words = rest;
            if let Some((name, value)) =
                option.split_once('=').filter(|(it, _)| it.starts_with("--"))
            {
                options.push((name.to_owned(), first.with(value)));
            } else if values.contains(&option) {
                options.push((
                    option.to_owned(),
                    rest.first().cloned().unwrap_or_else(|| Value::sure("")),
                ));
                words = rest.get(1..).unwrap_or_default();
            } else {
                let attached = values.iter().find(|it| it.len() == 2 && option.starts_with(**it));
                let (name, value) = attached.map_or((option, ""), |it| {
                    option.split_at_checked(it.len()).unwrap_or((option, ""))
                });
                options.push((name.to_owned(), first.with(value)));
            }
        }
        Self { options, rest: words.to_vec() }
    }

    pub(super) fn option(&self, names: &[&str]) -> Option<&Value> {
        self.options.iter().find(|(it, _)| names.contains(&it.as_str())).map(|(_, value)| value)
    }
}

impl Tracer<'_> {
    /// Goes on with the command that a wrapper was told to run.
    pub(super) fn unwrap(&mut self, task: &Task, grammar: &Grammar) -> bool {
        let arguments = Arguments::read(task.arguments(), grammar.values);
        let mut process = task.process.clone();
        let mut rest = arguments.rest.as_slice();
        let user = match grammar.user {
            User::Same => None,
            User::Operand => rest.first(),
            User::Options(names) => arguments.option(names),
        };
        if let Some(user) = user.filter(|it| !it.text.is_empty()) {
            process.user = user.clone();
        }
        rest = rest.get(grammar.operands..).unwrap_or_default();
        if rest.first().is_some_and(|it| it.text == "--") {
            rest = rest.get(1..).unwrap_or_default();
        }
        while let Some((first, more)) = rest.split_first().filter(|_| grammar.assignments) {
            let Some((name, value)) = first.text.split_once('=') else { break };
            process.environment.set(name, first.with(value));
            rest = more;
        }
        if let Some(text) = rest
            .split_first()
            .filter(|(it, _)| grammar.text.contains(&&*it.text))
            .and_then(|(_, it)| it.first())
        {
            return self.unwrap_text(task, text, process);
        }
        if rest.is_empty() {
            return false;
        }
        let name = task.words.first().map(|it| it.text.clone()).unwrap_or_default();
        self.go_on(
            task,
            HopKind::Wrapper,
            (rest.to_vec(), format!("what {name} was told to run")),
            process,
        );
        true
    }

    /// Goes on with a text that a wrapper gives to a shell.
    pub(super) fn unwrap_text(&mut self, task: &Task, text: &Value, process: Process) -> bool {
        let words = vec![Value::sure("/bin/sh"), Value::sure("-c"), text.clone()];
        let name = task.words.first().map(|it| it.text.clone()).unwrap_or_default();
        self.go_on(
            task,
            HopKind::Wrapper,
            (words, format!("the text that {name} gives to a shell")),
            process,
        );
        true
    }
}
