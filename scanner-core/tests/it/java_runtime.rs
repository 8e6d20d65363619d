//! Java runtimes.

use insta::assert_snapshot;

use crate::found;

const RELEASE: &str = "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_RUNTIME_VERSION=\"21.0.4+7-LTS\"\n\
    JAVA_VERSION=\"21.0.4\"\nMODULES=\"java.base java.logging\"\n";

#[test]
fn kits_runtimes_and_linked_images_are_found() {
    let old = "JAVA_VERSION=\"1.8.0_402\"\nFULL_VERSION=\"1.8.0_402-b06\"\nIMPLEMENTOR=\"N/A\"\n";
    let fixture = format!(
        "//- /opt/jdk/release\n{RELEASE}//- exec /opt/jdk/bin/java\n//- exec /opt/jdk/bin/javac\n\
         //- /opt/linked/release\n{RELEASE}//- /opt/linked/lib/modules\n\
         //- /opt/jre8/release\n{old}//- exec /opt/jre8/bin/java\n"
    );
    assert_snapshot!(found(&*fixture), @"
    pkg:generic/eclipse-adoptium/jdk@21.0.4%2B7-LTS
      java_runtime /opt/jdk/release
    pkg:generic/eclipse-adoptium/jre@21.0.4%2B7-LTS
      java_runtime /opt/linked/release
    pkg:generic/jre@1.8.0_402-b06
      java_runtime /opt/jre8/release
    ");
}

#[test]
fn release_files_of_other_things_are_none() {
    let fixture = format!(
        "//- /opt/node/release\nnode-v20\n//- exec /opt/node/bin/java\n\
         //- /opt/src/release\n{RELEASE}//- dir /opt/src/bin/java\n"
    );
    assert_eq!(found(&*fixture), "");
}
