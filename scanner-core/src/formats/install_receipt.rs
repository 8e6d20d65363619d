//! `INSTALL_RECEIPT.json`: Homebrew's note of an installed formula.
//! Specification: Homebrew's `Tab`.

use serde_json::Value;

/// Where a formula came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstallReceipt {
    /// The tap: `homebrew/core`.
    pub tap: Option<String>,
}

/// Reads the file; fields of a wrong type are left out.
pub fn parse(bytes: &[u8]) -> Result<InstallReceipt, serde_json::Error> {
    let value: Value = serde_json::from_slice(bytes)?;
    let tap = value.pointer("/source/tap").or_else(|| value.get("tapped_from"));
    let tap = tap.and_then(Value::as_str).filter(|it| it.split('/').count() == 2);
    Ok(InstallReceipt { tap: tap.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tap_is_read_from_receipts_of_all_times() {
        let tap = |text: &str| parse(text.as_bytes()).unwrap().tap;
        assert_eq!(tap(r#"{"source":{"tap":"homebrew/core"}}"#).as_deref(), Some("homebrew/core"));
        assert_eq!(tap(r#"{"tapped_from":"me/tap"}"#).as_deref(), Some("me/tap"));
        assert_eq!(tap(r#"{"tapped_from":"path or URL","source":{"tap":null}}"#), None);
        assert!(parse(b"{").is_err());
    }
}
