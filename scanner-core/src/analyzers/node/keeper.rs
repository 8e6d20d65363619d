//! Who keeps a package, by the address of its repository.

/// Who keeps a repository: the host and account of its address.
pub(super) fn owner(repository: &str) -> Option<String> {
    let short = repository.strip_prefix("github:").map(|it| format!("github.com/{it}"));
    let address = repository
        .split_once("://")
        .map(|(_, rest)| rest.split_once('@').map_or(rest, |(_, rest)| rest));
    let path = short.or_else(|| address.map(str::to_owned)).or_else(|| bare(repository))?;
    let path = path.replacen(':', "/", 1);
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    Some(format!("{}/{}", parts.next()?, parts.next()?))
}

/// `account/name` means a repository on GitHub (npm documentation, "repository").
fn bare(repository: &str) -> Option<String> {
    let (account, name) = repository.split_once('/')?;
    (!account.contains([':', '.', '@']) && !name.contains('/'))
        .then(|| format!("github.com/{repository}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keeper_of_a_repository_is_read_from_every_form_of_its_address() {
        for address in [
            "git+https://github.com/a/b.git",
            "git://github.com/a/b",
            "ssh://git@github.com/a/b",
            "a/b",
        ] {
            assert_eq!(owner(address).as_deref(), Some("github.com/a"), "{address}");
        }
        assert_eq!(owner("github:a/b").as_deref(), Some("github.com/a"));
        assert_eq!(owner("nonsense"), None);
    }
}
