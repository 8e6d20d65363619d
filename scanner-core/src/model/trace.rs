//! From an image's entrypoint to the programs that end up running, hop by hop.

use std::sync::Arc;

use super::{Certainty, Counter, Counts, Outcome};
use crate::path::ImagePath;

/// What an image's configuration says of running it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunConfig {
    /// The words of `ENTRYPOINT`.
    pub entrypoint: Vec<String>,
    /// The words of `CMD`.
    pub cmd: Vec<String>,
    /// The environment, in order.
    pub env: Vec<(String, String)>,
    /// The working directory; empty means the root.
    pub working_dir: String,
    /// `USER[:GROUP]`; empty means root.
    pub user: String,
    /// What the shell form of instructions is run by; empty means `/bin/sh -c`.
    pub shell: Vec<String>,
    /// Directories that are mounted when it runs.
    pub volumes: Vec<String>,
    /// What says so.
    pub origin: RunOrigin,
}

/// What says how an image is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunOrigin {
    /// The image's configuration.
    #[default]
    Configuration,
    /// The user.
    Given,
    /// A Dockerfile, by its path.
    Dockerfile(String),
}

impl RunOrigin {
    /// The name in documents.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Configuration => "image-configuration",
            Self::Given => "given",
            Self::Dockerfile(_) => "dockerfile",
        }
    }

    /// Where it is said: the path of the Dockerfile, else the name in documents.
    pub fn place(&self) -> &str {
        match self {
            Self::Dockerfile(path) => path,
            Self::Configuration | Self::Given => self.as_str(),
        }
    }
}

/// What became of an entrypoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// What was traced.
    pub run: RunConfig,
    /// How far it could be traced.
    pub outcome: Outcome,
    /// Every step, each after the one that it comes from.
    pub hops: Vec<Hop>,
    /// The programs that end up running; those that are certain come first.
    pub terminals: Vec<Terminal>,
    /// What stood in the way.
    pub diagnostics: Vec<Diagnostic>,
}

impl Trace {
    /// How it went and what stood in the way, as counters.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let resolutions = Counter::new("entrytrace_resolutions_total");
        counts.add(resolutions.label("outcome", self.outcome.as_str()), 1);
        for it in &self.diagnostics {
            let unresolved = Counter::new("entrytrace_unresolved_total");
            counts.add(unresolved.label("reason", it.reason.as_str()), 1);
        }
        counts
    }
}

/// One step: something that runs, reads or becomes something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The hop that it comes from; none for the first.
    pub from: Option<usize>,
    /// What sort of step it is.
    pub kind: HopKind,
    /// Where it is written; none where the image's configuration says so.
    pub place: Option<Place>,
    /// As it is written.
    pub written: String,
    /// The words that it comes to, as far as they are known.
    pub words: Vec<String>,
    /// The file that it leads to, links resolved.
    pub file: Option<ImagePath>,
    /// The path by which that file was found, where it is another.
    pub called: Option<ImagePath>,
    /// Further files that it reads: archives, modules, configuration.
    pub reads: Vec<ImagePath>,
    /// Directories from which it may load more, nobody knows what.
    pub reaches: Vec<ImagePath>,
    /// Why it is so: what was looked up, and where.
    pub evidence: String,
    /// The conditions under which it is taken.
    pub when: Vec<Arc<str>>,
    /// Whether it certainly is taken.
    pub certainty: Certainty,
}

/// A place in a file of the image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: ImagePath,
    /// The first line, counted from 1.
    pub line: u32,
    /// The last line.
    pub end: u32,
}

macro_rules! names {
    ($(#[$about:meta])* $type:ident { $($name:ident = $text:literal, $doc:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type { $(#[doc = $doc] $name,)* }

        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it means.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $doc,)* }
            }
        }
    };
}

names! {
    /// What sort of step a hop is.
    HopKind {
        Entrypoint = "entrypoint", "What the image's configuration runs.";
        Exec = "exec", "A command that takes the place of the script.";
        Run = "run", "A command that the script waits for.";
        Background = "background", "A command that the script does not wait for.";
        Substitution = "substitution", "A command whose output the script uses.";
        Source = "source", "A script that is read into this one.";
        Call = "call", "A function of the script.";
        RunParts = "run-parts", "A script of a directory whose scripts are all run.";
        Interpreter = "interpreter", "The program that a script's first line names.";
        Wrapper = "wrapper", "A command that another one was told to run.";
        Service = "service", "A program that a supervisor runs by its configuration.";
        Launcher = "launcher", "What a runtime was told to run: an archive, module, script or assembly.";
        Builtin = "builtin", "A command of the shell itself.";
    }
}

names! {
    /// What sort of thing ends up running.
    TerminalKind {
        Elf = "elf", "A program of Linux.";
        Binary = "binary", "A program of another system.";
        Jar = "jar", "A Java archive.";
        Class = "class", "A class of Java on the class path.";
        Script = "script", "A script that an interpreter runs.";
        Module = "module", "A module of a language.";
        Assembly = "assembly", "A .NET assembly.";
        Release = "release", "A release of Erlang.";
    }
}

/// A program that ends up running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// The last hop.
    pub hop: usize,
    /// What sort of thing it is.
    pub kind: TerminalKind,
    /// The program, links resolved.
    pub program: ImagePath,
    /// What the program runs: the archive, script or module.
    pub target: Option<String>,
    /// The words of the last command, as the program gets them.
    pub words: Vec<String>,
    /// The user that it runs as.
    pub user: String,
    /// The conditions under which it runs.
    pub when: Vec<Arc<str>>,
    /// Whether it certainly runs.
    pub certainty: Certainty,
}

names! {
    /// Why an entrypoint could not be traced further.
    Reason {
        CommandNotFound = "CommandNotFound", "A command is not in the image: neither at its path nor in a directory of PATH.";
        MissingFile = "MissingFile", "A file that is read or run as part of the script is not in the image.";
        DynamicEnvironmentReference = "DynamicEnvironmentReference", "A command or path depends on a variable that is not known before the image runs.";
        RecursionLimitReached = "RecursionLimitReached", "Scripts, functions or commands are nested deeper than the limit.";
        RunPartsEmpty = "RunPartsEmpty", "A directory whose scripts are run holds none.";
        JarNotFound = "JarNotFound", "A Java archive or class path entry is not in the image.";
        ModuleNotFound = "ModuleNotFound", "A module, class or script that a runtime was told to run is not in the image.";
        NoEntrypoint = "NoEntrypoint", "Nothing says what the image runs.";
        DynamicCommandOutput = "DynamicCommandOutput", "A command or path depends on what a program prints.";
        DynamicEvaluation = "DynamicEvaluation", "A text is run as a command (`eval`), or a command comes from input.";
        ScriptUnreadable = "ScriptUnreadable", "A script could not be read to its end.";
        BudgetExhausted = "BudgetExhausted", "A script takes more steps than the limit; the rest was not followed.";
    }
}

impl Reason {
    /// What can be done about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::CommandNotFound => {
                "Install the command in the image, or set PATH in the image to where it is."
            }
            Self::MissingFile => "Ship the file with the image, or guard its use with a test.",
            Self::DynamicEnvironmentReference => {
                "Give the variable a default in the image or script, or trace with --env NAME=VALUE."
            }
            Self::RecursionLimitReached => {
                "Flatten the scripts, or raise the limit with --shell-max-depth."
            }
            Self::RunPartsEmpty => {
                "Remove the directory, or ignore this if scripts are mounted there."
            }
            Self::JarNotFound => "Ship the archive with the image, or correct the launcher's path.",
            Self::ModuleNotFound => {
                "Ship the module with the image, or correct the launcher's module path."
            }
            Self::NoEntrypoint => "Set ENTRYPOINT or CMD, or trace with --entrypoint or --cmd.",
            Self::DynamicCommandOutput => {
                "Name the program in the script, or accept that usage is partial."
            }
            Self::DynamicEvaluation => {
                "Write the command without `eval`, or accept that usage is partial."
            }
            Self::ScriptUnreadable => "Correct the script at the line that is named.",
            Self::BudgetExhausted => "Simplify the script, or accept that usage is partial.",
        }
    }
}

/// Something that stood in the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The stable reason.
    pub reason: Reason,
    /// Where; none where it is the configuration.
    pub place: Option<Place>,
    /// The command or path that it is about.
    pub subject: String,
    /// What exactly.
    pub message: String,
    /// How deep the hop is that met it.
    pub depth: usize,
}
