//! Flags of every command that speaks with registries.

/// How registries are spoken with
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Registries {
    /// A registry that speaks plain HTTP; may be repeated [default: only those on this machine]
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) plain_http: Vec<String>,
}
