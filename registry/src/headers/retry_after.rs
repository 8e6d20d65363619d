//! How long a registry wants to be left alone: the header `Retry-After`.
//! Specification: RFC 9110 §10.2.3.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::text;

/// The pause that an answer asks for.
pub(crate) fn asked(headers: &HeaderMap) -> Option<Duration> {
    pause(text(headers, RETRY_AFTER)?, SystemTime::now())
}

/// The pause, where it says so in seconds or by a date that is to come.
pub(crate) fn pause(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(text).ok()?.duration_since(now).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_seconds_or_until_a_date() {
        let now = httpdate::parse_http_date("Wed, 21 Oct 2015 07:27:00 GMT").unwrap();
        assert_eq!(pause(" 120 ", now), Some(Duration::from_mins(2)));
        assert_eq!(pause("Wed, 21 Oct 2015 07:28:00 GMT", now), Some(Duration::from_mins(1)));
        for none in ["", "-1", "soon", "Wed, 21 Oct 2015 07:26:00 GMT", "1e9"] {
            assert_eq!(pause(none, now), None, "{none}");
        }
    }
}
