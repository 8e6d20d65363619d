//! What BuildKit asks for, read from its environment variables.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use scanner_core::model::FileDetail;

use crate::cli::file_detail;
use crate::failure::Usage;
use crate::modes::targets::{self, Target};

const PREFIX: &str = "BUILDKIT_SCAN_";

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
            name: text(values, "NAME")?,
        };
        if let Some(unknown) = values.keys().next() {
            let known = "FILES, NAME, SOURCE_DATE_EPOCH, SUPPLIER and THREADS";
            return Err(Usage(format!(
                "unknown parameter {unknown}: this generator takes {known}"
            ))
            .into());
        }
        Ok(request)
    }

    /// The directories to scan: first the build's result, then the context and stages that the user asked for.
    pub(crate) fn targets(&self) -> anyhow::Result<Vec<Target>> {
        targets::list(&self.source, self.name.as_deref(), self.extras.as_deref())
    }
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
