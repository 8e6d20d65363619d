//! Packages of PHP that PEAR and PECL installed.

use insta::assert_snapshot;
use testkit::{Elf, Tree};

use crate::found;

const REDIS: &str = "a:5:{s:4:\"name\";s:5:\"redis\";s:7:\"channel\";s:12:\"pecl.php.net\";\
    s:7:\"version\";a:2:{s:7:\"release\";s:5:\"6.0.2\";s:3:\"api\";s:5:\"6.0.2\";}s:7:\"license\";s:8:\"PHP-3.01\";\
    s:8:\"filelist\";a:1:{s:8:\"redis.so\";a:1:{s:12:\"installed_as\";s:17:\"/usr/ext/redis.so\";}}}";

#[test]
fn packages_of_every_channel_are_found_and_own_their_extensions() {
    let registry = "/usr/local/lib/php/.registry";
    let tree = Tree::default()
        .file(format!("{registry}/.channel.pecl.php.net/redis.reg"), REDIS)
        .file(
            format!("{registry}/console_getopt.reg"),
            "a:2:{s:4:\"name\";s:14:\"Console_Getopt\";s:7:\"version\";s:5:\"1.4.3\";}",
        )
        .file("/usr/ext/redis.so", Elf::new().section(".text", "x").build());
    assert_snapshot!(found(tree), @"
    pkg:pear/pear.php.net/Console_Getopt@1.4.3
      pear /usr/local/lib/php/.registry/console_getopt.reg
    pkg:pear/pecl.php.net/redis@6.0.2
      pear /usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg
    ");
}

#[test]
fn other_files_are_none_and_broken_records_give_notices() {
    let tree = Tree::default()
        .file("/usr/share/php/.channels/pecl.php.net.reg", REDIS)
        .file("/opt/windows.reg", REDIS)
        .file("/usr/share/php/.registry/cut.reg", &REDIS[..40])
        .file("/usr/share/php/.registry/empty.reg", "a:0:{}");
    assert_snapshot!(found(tree), @"
    ! malformed /usr/share/php/.registry/cut.reg: pear: text of another length at offset 40
    ! incomplete /usr/share/php/.registry/empty.reg: pear: lacks a valid name or version
    ");
}
