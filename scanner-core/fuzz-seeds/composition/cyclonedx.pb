
1.6
urn:uuid:0"]
*2(tool:sbom-indexerBsbom-indexerJ0.1.0"'rootBx²
stellaops:view	inventoryJ*Rpkg:npm/a@1BaJ1j	

MIT‚pkg:npm/a@1º!"/x2node installed-metadata*˜Kbin:sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaBbbD@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaB\
Kbin:sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
pkg:npm/a@1Z*notice malformed /x: y