#!/bin/sh
# Builds with the frontend, and where the builder forbids it, with the generator.
#
#   build.sh ARGUMENT…    the arguments of `docker buildx build`
set -eu
image=${SBOM_INDEXER:-stellaops/sbom-indexer}
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
# The smallest build tells whether the frontend may run, so that a real build that fails is not built twice.
printf 'FROM scratch\nLABEL probe=1\n' >"$probe/Dockerfile"
if docker buildx build --quiet --build-arg "BUILDKIT_SYNTAX=$image" --output type=cacheonly "$probe" >"$probe/log" 2>&1; then
  docker buildx build --build-arg "BUILDKIT_SYNTAX=$image" --sbom=true "$@"
else
  echo "build.sh: the builder does not run $image as a frontend, it is used as a generator: $(tail -n 1 "$probe/log")" >&2
  docker buildx build --attest="type=sbom,generator=$image" "$@"
fi
