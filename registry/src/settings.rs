//! How a client goes about its work.

use std::path::PathBuf;
use std::time::Duration;

use crate::auth::Credentials;
use crate::mirrors::Mirrors;

/// What a client is made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Registries, `HOST[:PORT]`, that speak plain HTTP.
    pub plain_http: Vec<String>,
    /// Requests to one registry at a time.
    pub concurrency: usize,
    /// How failed requests are repeated.
    pub backoff: Backoff,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a registry may be silent in the middle of an answer.
    pub read_timeout: Duration,
    /// Bytes a second that a download has on average at least, its first while left aside.
    pub slowest: u64,
    /// What a download may take, however small it is.
    pub grace: Duration,
    /// Who we are.
    pub credentials: Credentials,
    /// Folders that hold certificates by host, as Docker keeps them.
    pub certificates: Vec<PathBuf>,
    /// Where to pull from instead.
    pub mirrors: Mirrors,
}

/// How failed requests are repeated.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// How often a request is sent at most.
    pub attempts: u32,
    /// The pause after the first failure; each further one is twice as long.
    pub first: Duration,
    /// The longest pause that nobody asks for.
    pub longest: Duration,
    /// The longest pause that a registry may ask for. One that asks for more is not waited for.
    pub patience: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            attempts: 6,
            first: Duration::from_millis(250),
            longest: Duration::from_mins(1),
            patience: Duration::from_mins(2),
        }
    }
}

impl Backoff {
    /// The pause after the failure of this number: what is asked for, and at least between half and the whole of what is due, so that clients that failed together do not come back together.
    /// None if more is asked for than is borne.
    pub(crate) fn pause(&self, failures: u32, asked: Option<Duration>) -> Option<Duration> {
        let asked = asked.unwrap_or_default();
        let due = self.first.saturating_mul(1 << failures.saturating_sub(1).min(16));
        let due = due.min(self.longest);
        let due = due / 2 + (due / 2).mul_f64(chance());
        (asked <= self.patience).then(|| due.max(asked))
    }
}

/// A number from 0 to 1 that differs from one time to the next.
pub(crate) fn chance() -> f64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            plain_http: Vec::new(),
            concurrency: 2,
            backoff: Backoff::default(),
            connect_timeout: Duration::from_secs(15),
            read_timeout: Duration::from_secs(30),
            slowest: 4 << 10,
            grace: Duration::from_mins(1),
            credentials: Credentials::default(),
            certificates: Vec::new(),
            mirrors: Mirrors::default(),
        }
    }
}

impl Settings {
    /// What the machine's files and environment say.
    pub fn of_this_machine() -> Self {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let certificates = [
            in_home(".config/containers/certs.d"),
            in_home(".docker/certs.d"),
            Some("/etc/containers/certs.d".into()),
            Some("/etc/docker/certs.d".into()),
        ];
        Self {
            credentials: Credentials::of_this_machine(),
            certificates: certificates.into_iter().flatten().collect(),
            mirrors: Mirrors::of_this_machine(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backoff() -> Backoff {
        Backoff {
            attempts: 9,
            first: Duration::from_millis(100),
            longest: Duration::from_secs(1),
            patience: Duration::from_mins(2),
        }
    }

    #[test]
    fn pauses_grow_to_a_bound_and_never_come_at_once() {
        for (failures, most) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (40, 1000)] {
            let pause = backoff().pause(failures, None).unwrap().as_millis();
            assert!((most / 2..=most).contains(&pause), "{failures}: {pause}");
        }
    }

    #[test]
    fn a_pause_that_is_asked_for_is_kept_to_its_end_or_not_begun() {
        for seconds in [2, 90, 120] {
            let asked = Some(Duration::from_secs(seconds));
            assert_eq!(backoff().pause(1, asked), asked);
        }
        // Nobody comes back at once because he may.
        assert!(backoff().pause(5, Some(Duration::ZERO)).unwrap() >= Duration::from_millis(500));
        for seconds in [121, 21_600, u64::MAX] {
            assert_eq!(backoff().pause(1, Some(Duration::from_secs(seconds))), None);
        }
    }
}
