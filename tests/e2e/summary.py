#!/usr/bin/env python3
"""Summary of an SPDX document, or of a statement that holds one."""

import collections
import json
import sys

text = open(sys.argv[1], "rb").read()
document = json.loads(text)
document = document.get("predicate", document)

packages = collections.defaultdict(list)
for package in document["packages"]:
    for reference in package.get("externalRefs", []):
        if reference["referenceType"] == "purl":
            packages[reference["referenceLocator"].split(":")[1].split("/")[0]].append(reference["referenceLocator"])

print(f"\n{document['name']}: {document['spdxVersion']}, {len(text):,} bytes, by {', '.join(document['creationInfo']['creators'])}")
for kind, purls in sorted(packages.items()):
    print(f"{len(purls):5} {kind:8} {purls[0]}")
    for purl in purls[1:3]:
        print(f"{'':14} {purl}")
