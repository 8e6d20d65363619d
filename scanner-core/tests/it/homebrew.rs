//! Formulae of Homebrew.

use insta::assert_snapshot;

use crate::found;

#[test]
fn kegs_are_found_with_their_tap() {
    let cellar = "/home/linuxbrew/.linuxbrew/Cellar";
    let fixture = format!(
        "//- {cellar}/postgresql@16/16.1_1/INSTALL_RECEIPT.json\n{{\"source\":{{\"tap\":\"homebrew/core\"}}}}\n\
         //- {cellar}/tool/1.0/INSTALL_RECEIPT.json\n{{\"source\":{{\"tap\":\"Me/tap\"}}}}\n"
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:brew/me/tap/tool@1.0
      homebrew /home/linuxbrew/.linuxbrew/Cellar/tool/1.0/INSTALL_RECEIPT.json
    pkg:brew/postgresql%4016@16.1_1
      homebrew /home/linuxbrew/.linuxbrew/Cellar/postgresql@16/16.1_1/INSTALL_RECEIPT.json
    ");
}

#[test]
fn receipts_elsewhere_and_broken_ones_are_none() {
    let fixture = "//- /backup/tool/1.0/INSTALL_RECEIPT.json\n{}\n\
         //- /opt/Cellar/tool/1.0/INSTALL_RECEIPT.json\n{\n//- /opt/Cellar/INSTALL_RECEIPT.json\n{}\n";
    assert_snapshot!(found(fixture), @"! malformed /opt/Cellar/tool/1.0/INSTALL_RECEIPT.json: homebrew: EOF while parsing an object at line 2 column 0");
}
