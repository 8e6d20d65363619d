//! What BuildKit asks for, read from its environment variables.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::str::FromStr;

use scanner_core::formats::dockerfile;
use scanner_core::model::{FileDetail, RunConfig, RunOrigin};

use crate::cli::{file_detail, run_words, variable};
use crate::failure::Usage;
use crate::modes::targets::{self, Target};

const PREFIX: &str = "BUILDKIT_SCAN_";

/// Bytes of a Dockerfile that are read. Large ones have some 100,000.
const DOCKERFILE: u64 = 1 << 20;

/// Attributes of `--attest` that buildx passes on although they are its own.
const OF_BUILDX: [&str; 3] = ["type", "generator", "disabled"];

/// A request of BuildKit, with the user's parameters.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) destination: PathBuf,
    pub(crate) files: FileDetail,
    pub(crate) threads: usize,
    pub(crate) created: i64,
    pub(crate) supplier: Option<String>,
    /// How the image is run, where the parameters say it.
    run: Option<RunConfig>,
    /// Variables that the parameters add to the environment.
    env: Vec<(String, String)>,
    source: PathBuf,
    extras: Option<PathBuf>,
    name: Option<String>,
}

impl Request {
    /// The request, if BuildKit started the program. Unknown or wrong parameters are an error that names them.
    pub(crate) fn from_environment(
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Option<anyhow::Result<Self>> {
        let mut values: BTreeMap<String, OsString> = variables
            .filter_map(|(key, value)| {
                Some((key.to_str()?.strip_prefix(PREFIX)?.to_owned(), value))
            })
            .filter(|(key, _)| !OF_BUILDX.contains(&key.as_str()))
            .map(|(key, value)| (key.to_uppercase(), value))
            .collect();
        let destination = values.remove("DESTINATION")?;
        Some(Self::read(destination.into(), &mut values))
    }

    fn read(destination: PathBuf, values: &mut BTreeMap<String, OsString>) -> anyhow::Result<Self> {
        let source = values.remove("SOURCE").ok_or_else(|| {
            Usage(format!("{PREFIX}SOURCE is not set: it must name the directory to scan"))
        })?;
        let request = Self {
            destination,
            source: source.into(),
            extras: values.remove("SOURCE_EXTRAS").map(PathBuf::from),
            files: text(values, "FILES")?
                .map_or(Ok(FileDetail::None), |it| wrong("FILES", &it, file_detail(&it)))?,
            threads: number(values, "THREADS")?.unwrap_or(0),
            created: number(values, "SOURCE_DATE_EPOCH")?.unwrap_or(0),
            supplier: text(values, "SUPPLIER")?,
            run: given(values)?,
            env: text(values, "ENV")?
                .map_or(Ok(Vec::new()), |it| wrong("ENV", &it, environment(&it)))?,
            name: text(values, "NAME")?,
        };
        if let Some(unknown) = values.keys().next() {
            let known =
                "CMD, ENTRYPOINT, ENV, FILES, NAME, SOURCE_DATE_EPOCH, SUPPLIER and THREADS";
            return Err(Usage(format!(
                "unknown parameter {unknown}: this generator takes {known}"
            ))
            .into());
        }
        Ok(request)
    }

    /// How the image is run: as the parameters say, else as the final stage of the context's Dockerfile says.
    pub(crate) fn run(&self) -> RunConfig {
        let mut run = self.run.clone().or_else(|| self.by_dockerfile()).unwrap_or_default();
        for (name, value) in &self.env {
            run.env.retain(|(it, _)| it != name);
            run.env.push((name.clone(), value.clone()));
        }
        run
    }

    /// What a Dockerfile in the context says, if it says all of it: a base image may have an entrypoint of its own.
    fn by_dockerfile(&self) -> Option<RunConfig> {
        let path = self.extras.as_ref()?.join("sbom-context/Dockerfile");
        let mut text = String::new();
        let file = File::open(path).ok()?;
        file.take(DOCKERFILE).read_to_string(&mut text).ok()?;
        let stage = dockerfile::final_stage(&text)?;
        let whole = stage.entrypoint.is_some() || stage.base == "scratch";
        whole.then(|| RunConfig {
            entrypoint: stage.entrypoint.unwrap_or_default(),
            cmd: stage.cmd.unwrap_or_default(),
            env: stage.env,
            working_dir: stage.working_dir.unwrap_or_default(),
            user: stage.user.unwrap_or_default(),
            shell: stage.shell.unwrap_or_default(),
            volumes: stage.volumes,
            origin: RunOrigin::Dockerfile("Dockerfile".to_owned()),
        })
    }

    /// The directories to scan: first the build's result, then the context and stages that the user asked for.
    pub(crate) fn targets(&self) -> anyhow::Result<Vec<Target>> {
        targets::list(&self.source, self.name.as_deref(), self.extras.as_deref())
    }
}

/// The entrypoint and command that the parameters give.
fn given(values: &mut BTreeMap<String, OsString>) -> anyhow::Result<Option<RunConfig>> {
    let mut words = |key| {
        let text = text(values, key)?;
        text.map(|it| wrong(key, &it, run_words(&it))).transpose()
    };
    let (entrypoint, cmd) = (words("ENTRYPOINT")?, words("CMD")?);
    let run = RunConfig {
        entrypoint: entrypoint.clone().unwrap_or_default(),
        cmd: cmd.clone().unwrap_or_default(),
        origin: RunOrigin::Given,
        ..RunConfig::default()
    };
    Ok(entrypoint.or(cmd).map(|_| run))
}

/// Reads `NAME=VALUE` a line, or a list of them as JSON.
fn environment(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs: Vec<String> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|error| error.to_string())?
    } else {
        text.lines().map(str::to_owned).collect()
    };
    pairs.iter().map(|it| variable(it)).collect()
}

fn text(values: &mut BTreeMap<String, OsString>, key: &str) -> anyhow::Result<Option<String>> {
    let value = values.remove(key).map(OsString::into_string).transpose();
    Ok(value
        .map_err(|value| Usage(format!("the parameter {key} is not UTF-8: {}", value.display())))?)
}

fn number<T: FromStr<Err = std::num::ParseIntError>>(
    values: &mut BTreeMap<String, OsString>,
    key: &str,
) -> anyhow::Result<Option<T>> {
    text(values, key)?
        .map(|it| wrong(key, &it, it.parse().map_err(|error: T::Err| error.to_string())))
        .transpose()
}

fn wrong<T>(key: &str, value: &str, read: Result<T, String>) -> anyhow::Result<T> {
    read.map_err(|why| Usage(format!("the parameter {key}={value} is wrong: {why}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(variables: &[(&str, &str)]) -> Option<anyhow::Result<Request>> {
        Request::from_environment(variables.iter().map(|(key, value)| (key.into(), value.into())))
    }

    const MINIMUM: [(&str, &str); 3] = [
        ("BUILDKIT_SCAN_DESTINATION", "/out"),
        ("BUILDKIT_SCAN_SOURCE", "/src/sbom"),
        ("BUILDKIT_SCAN_type", "sbom"),
    ];

    #[test]
    fn without_a_destination_buildkit_did_not_start_us() {
        assert!(request(&[("PATH", "/bin"), ("BUILDKIT_SCAN_FILES", "all")]).is_none());
    }

    #[test]
    fn parameters_are_read_whatever_their_case() {
        let given =
            [&MINIMUM[..], &[("BUILDKIT_SCAN_files", "evidence"), ("BUILDKIT_SCAN_THREADS", "2")]]
                .concat();
        let request = request(&given).unwrap().unwrap();
        assert_eq!((request.files, request.threads), (FileDetail::Evidence, 2));
    }

    #[test]
    fn missing_unknown_and_wrong_variables_are_named() {
        let error =
            |variables: &[(&str, &str)]| request(variables).unwrap().unwrap_err().to_string();
        assert!(error(&MINIMUM[..1]).contains("BUILDKIT_SCAN_SOURCE"));
        assert!(
            error(&[&MINIMUM[..], &[("BUILDKIT_SCAN_FILE", "x")]].concat())
                .contains("unknown parameter FILE")
        );
        assert!(
            error(&[&MINIMUM[..], &[("BUILDKIT_SCAN_FILES", "some")]].concat())
                .contains("FILES=some")
        );
        assert!(
            error(&[&MINIMUM[..], &[("BUILDKIT_SCAN_THREADS", "-1")]].concat())
                .contains("THREADS=-1")
        );
    }
}
