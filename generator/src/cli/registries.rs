//! Flags of every command that speaks with registries.

/// How registries are spoken with
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Registries {
    /// A registry that speaks plain HTTP; may be repeated [default: only those on this machine]
    #[arg(
        long,
        value_name = "HOST[:PORT]",
        value_delimiter = ',',
        env = "SCANNER__REGISTRIES__PLAINHTTP"
    )]
    pub(crate) plain_http: Vec<String>,
    /// Requests to one registry at a time
    #[arg(
        long,
        value_name = "N",
        default_value_t = 2,
        env = "SCANNER__LIMITS__PERREGISTRYCONCURRENCY"
    )]
    pub(crate) registry_concurrency: usize,
}
