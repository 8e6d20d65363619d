#!/bin/sh
# Builds and pushes an image, attaches SBOMs of every platform, signed, and verifies what is then in the registry.
#
#   attach.sh REFERENCE ARGUMENT…    the arguments of `docker buildx build`
#
# SIGNING_KEY    the private key, a PEM text (and COSIGN_PASSWORD its password, if it has one)
# SIGNING_PUB    its public half, a PEM text
#
# Neither is an argument of any program: they are read from the environment.
set -eu
reference=$1
shift
docker buildx build --push --tag "$reference" --metadata-file metadata.json "$@"
# The tag may be another image's by now; the digest is this one's.
digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' metadata.json)
image=$reference@$digest
sbom-indexer attach "$image" --sign key=env://SIGNING_KEY --require-signature --replace
sbom-indexer verify attestation "$image" --key env://SIGNING_PUB --rescan
