//! Users of the image, by its `/etc/passwd`.

use super::tracer::Tracer;
use super::value::Value;
use super::world::World;
use crate::fs::LayeredFs;

/// A line of `/etc/passwd`.
pub(super) struct Account {
    name: String,
    user: String,
    group: String,
    home: String,
}

impl Tracer<'_> {
    pub(super) fn is_root(&self, world: &World) -> bool {
        self.user_id(&world.shell.user).text == "0"
    }

    /// The numeric user of `USER[:GROUP]`.
    pub(super) fn user_id(&self, user: &Value) -> Value {
        let name = user.text.split(':').next().unwrap_or_default();
        if name.is_empty() || name == "root" {
            return user.with("0");
        }
        if name.bytes().all(|it| it.is_ascii_digit()) {
            return user.with(name);
        }
        let account = self.accounts.iter().find(|it| it.name == name);
        account.map_or_else(
            || Self::unknown_variable("UID", "the user is not in /etc/passwd"),
            |it| user.with(&*it.user),
        )
    }

    pub(super) fn group_id(&self, user: &Value) -> Value {
        let id = self.user_id(user);
        let group = self.accounts.iter().find(|it| it.user == id.text).map(|it| it.group.as_str());
        id.with(group.unwrap_or("0"))
    }

    pub(super) fn user_name(&self, user: &Value) -> String {
        let id = self.user_id(user).text;
        let known = self.accounts.iter().find(|it| it.user == id).map(|it| it.name.clone());
        known.unwrap_or_else(|| if id == "0" { "root".to_owned() } else { id.into() })
    }

    pub(super) fn home(&self, user: &Value) -> String {
        let id = self.user_id(user).text;
        let known = self.accounts.iter().find(|it| it.user == id).map(|it| it.home.clone());
        known.unwrap_or_else(|| if id == "0" { "/root".to_owned() } else { "/".to_owned() })
    }
}

/// The users of the image.
pub(super) fn accounts(fs: &LayeredFs<'_>) -> Vec<Account> {
    let bytes = fs
        .file("/etc/passwd")
        .and_then(|it| it.bytes(fs.limits().metadata_bytes).ok())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let account = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let (user, group) = (fields.nth(1)?.to_owned(), fields.next()?.to_owned());
        Some(Account { name, user, group, home: fields.nth(1)?.to_owned() })
    };
    text.lines().filter_map(account).collect()
}
