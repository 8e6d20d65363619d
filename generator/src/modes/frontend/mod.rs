//! A frontend of BuildKit's gateway: `# syntax=stellaops/sbom-indexer`.
//! The build is forwarded to the built-in frontend for Dockerfiles, its result is scanned in a step of the build,
//! and what the scan writes is attached to the result. Protocol: docs/buildkit.md.

mod attributes;
mod bridge;
mod connection;
mod forward;
mod graph;
mod parameters;
mod request;
mod result;
mod step;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use proto::gateway::{Answer, CacheImport};
use tokio::task::JoinSet;

pub(crate) use request::Request;

use crate::modes::build_step;
use bridge::Bridge;
use connection::Failure;
use parameters::Parameters;
use result::Attached;
use step::{Program, Step};

/// How long BuildKit may take to hear that the build has failed.
const FAREWELL: Duration = Duration::from_secs(10);

/// Does what BuildKit asks for. What goes wrong reaches the user through BuildKit, and its log through the exit code.
pub(crate) fn run(request: &Request) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start to talk to BuildKit")?;
    runtime.block_on(talk(request))
}

async fn talk(request: &Request) -> anyhow::Result<ExitCode> {
    let parameters = Parameters::read(request);
    let patience = parameters.as_ref().map_or(FAREWELL, |it| it.patience);
    let bridge = Bridge::over_stdio(patience).await?;
    let result = match parameters {
        Ok(parameters) => build(&bridge, request, &parameters).await,
        Err(error) => Err(error.into()),
    };
    let failure = match result {
        Ok(answer) => match bridge.give(answer).await {
            Ok(()) => return Ok(ExitCode::SUCCESS),
            Err(failure) => failure,
        },
        Err(failure) => failure,
    };
    let (status, error) = match failure {
        Failure::Refused(status) => {
            let error = anyhow!("BuildKit refuses: {}", status.message);
            (status, error)
        }
        Failure::Own(error) => (bridge::status(&error), error),
    };
    // Where the connection is what failed, there is nobody to hear it.
    let _ = tokio::time::timeout(FAREWELL, bridge.refuse(status)).await;
    Err(error)
}

/// The result of the build with what is attached to it.
async fn build(
    bridge: &Bridge,
    request: &Request,
    parameters: &Parameters,
) -> Result<Answer, Failure> {
    let can = bridge.ping().await?;
    let inputs = bridge.inputs().await?;
    let program = (!forward::is_all(request)).then(Program::own).transpose()?;
    let image = program.as_ref().and_then(Program::reference);
    let options = forward::options(request, parameters.sbom, image);
    let mut answer = bridge.forward(forward::FRONTEND, options, inputs).await?;
    let Some(program) = program else { return Ok(answer) };
    let base = parameters.base_for(&can);
    let cache_imports = request.cache_imports()?;
    let mut scans = JoinSet::new();
    for target in result::targets(&mut answer, parameters.sbom)? {
        let order = result::order(&parameters.order, &target, &answer)?;
        let step = step::scan(&target, &order, base, &program)?;
        scans.spawn(scan(bridge.clone(), target.platform, step, cache_imports.clone()));
    }
    let mut attached = Vec::new();
    while let Some(scan) = scans.join_next().await {
        attached.push(scan.context("a scan was not waited for")??);
    }
    attached.sort_unstable_by(|a, b| a.platform.cmp(&b.platform));
    for it in &attached {
        warn(bridge, it).await?;
    }
    refuse(&attached, parameters)?;
    result::attach(&mut answer, attached, parameters.sbom)?;
    Ok(answer)
}

/// Has a step run, and reads what it says.
async fn scan(
    bridge: Bridge,
    platform: String,
    step: Step,
    cache_imports: Vec<CacheImport>,
) -> Result<Attached, Failure> {
    let reference = bridge.define(step.definition, cache_imports).await?;
    let text = bridge.read(&reference, build_step::SUMMARY).await?;
    let summary = serde_json::from_slice(&text).context("the summary of the scan")?;
    Ok(Attached { platform, reference, digest: step.digest, summary })
}

/// Shows what stands in the way of a whole SBOM as warnings of the build.
async fn warn(bridge: &Bridge, scan: &Attached) -> Result<(), Failure> {
    for line in scan.summary.warnings() {
        bridge.warn(&scan.digest, format!("SBOM: {line}")).await?;
    }
    Ok(())
}

/// Ends the build if there are notices that the user wants it to end for.
fn refuse(scans: &[Attached], parameters: &Parameters) -> Result<(), Failure> {
    let fatal = |it: &Attached| it.summary.fatal(&parameters.fail_on);
    let Some(fatal) = scans.iter().find_map(fatal) else { return Ok(()) };
    Err(anyhow!("the build fails for notices of the scan, as FAIL_ON asks: {fatal}").into())
}
