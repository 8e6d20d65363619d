//! What a registry wants: the header `WWW-Authenticate`.
//! Specification: RFC 9110 §11.6.1; Docker's token authentication.

use std::collections::BTreeMap;

/// A way to authenticate that a registry takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Name and password with each request.
    Basic,
    /// A token of another service.
    Bearer {
        /// Where tokens are given.
        realm: String,
        /// Whom the token is for.
        service: Option<String>,
        /// What the token must allow.
        scope: Option<String>,
    },
}

impl Challenge {
    /// The best way of those that headers list.
    pub(crate) fn best<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Self> {
        let all = headers.flat_map(parse);
        let known = all.filter_map(|(scheme, mut it)| match &*scheme {
            "basic" => Some(Self::Basic),
            "bearer" => Some(Self::Bearer {
                realm: it.remove("realm")?,
                service: it.remove("service"),
                scope: it.remove("scope"),
            }),
            _ => None,
        });
        known.max_by_key(|it| matches!(it, Self::Bearer { .. }))
    }
}

/// What a challenge says beside its scheme.
type Parameters = BTreeMap<String, String>;

/// Reads the challenges of one header: each a scheme and its parameters, names in lower case.
pub(crate) fn parse(header: &str) -> Vec<(String, Parameters)> {
    let mut challenges: Vec<(String, Parameters)> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let length = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if word.is_empty() {
            return challenges;
        }
        let after = after.trim_start();
        let Some(after) = after.strip_prefix('=') else {
            challenges.push((word.to_ascii_lowercase(), Parameters::new()));
            rest = after;
            continue;
        };
        let (value, after) = value(after.trim_start());
        if let Some((_, parameters)) = challenges.last_mut() {
            parameters.insert(word.to_ascii_lowercase(), value);
        }
        rest = after;
    }
}

/// A value, quoted or not, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let length = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(length).unwrap_or((text, ""));
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, char) in quoted.char_indices() {
        match char {
            '"' if !escaped => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' if !escaped => escaped = true,
            _ => {
                value.push(char);
                escaped = false;
            }
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(headers: &[&str]) -> Option<Challenge> {
        Challenge::best(headers.iter().copied())
    }

    #[test]
    fn a_bearer_challenge_names_realm_service_and_scope() {
        let found = best(&[
            r#"Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push""#,
        ]);
        let bearer = Challenge::Bearer {
            realm: "https://auth.example/token".to_owned(),
            service: Some("registry.example".to_owned()),
            scope: Some("repository:a/b:pull,push".to_owned()),
        };
        assert_eq!(found, Some(bearer));
    }

    #[test]
    fn of_several_ways_a_token_is_the_best() {
        for headers in [
            &[r#"Basic realm="x", BEARER Realm="y""#][..],
            &["Basic realm=x", "Bearer realm=y"],
            &[r#"Negotiate, Bearer realm = "y" , error="a\"b", Basic"#],
        ] {
            let bearer = Challenge::Bearer { realm: "y".to_owned(), service: None, scope: None };
            assert_eq!(best(headers), Some(bearer), "{headers:?}");
        }
        assert_eq!(best(&[r#"Basic realm="x""#]), Some(Challenge::Basic));
    }

    #[test]
    fn what_is_no_challenge_is_none() {
        for header in ["", "=", "Bearer", "Bearer service=x", "Digest realm=x", "\"", "a=\"b"] {
            assert_eq!(best(&[header]), None, "{header}");
        }
    }
}
