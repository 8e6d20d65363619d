//! OCI distribution client: pull, push, referrers.
