//! What a lock file of npm may hold.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Fails when the lock file says where packages were downloaded, or leaves one without its hash.
pub fn check(text: &str) -> Result<()> {
    let lock: Value = serde_json::from_str(text).context("it is not JSON")?;
    let packages = lock
        .get("packages")
        .and_then(Value::as_object)
        .context("it lists no packages")?;
    for (place, package) in packages {
        if package.get("resolved").is_some() {
            bail!(
                "`{place}` has a download address. Run `npm install --omit-lockfile-registry-resolved` \
                 without the old lock file"
            );
        }
        if !place.is_empty() && package.get("integrity").is_none() {
            bail!("`{place}` has no integrity hash. Delete the lock file and run `npm install`");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_address_is_refused() {
        let text = r#"{"packages":{"":{},"node_modules/a":{"integrity":"sha512-x","resolved":"https://x.example/a.tgz"}}}"#;
        assert!(check(text).is_err_and(|fault| fault.to_string().contains("download address")));
    }

    #[test]
    fn a_package_without_its_hash_is_refused() {
        assert!(check(r#"{"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}"#).is_err());
    }

    #[test]
    fn the_lock_files_of_this_tree_pass() {
        for text in [
            include_str!("../../package-lock.json"),
            include_str!("../../../tests/package-lock.json"),
            include_str!("../../../tests/bench/engines/package-lock.json"),
        ] {
            assert!(check(text).is_ok());
            assert!(!text.contains("://") || !text.contains(".tgz"));
        }
    }
}
