#!/bin/sh
# Scans the tags of a repository again, for as long as the budget lasts, and attaches what has become of their SBOMs.
#
#   nightly.sh REPOSITORY SECONDS    the repository without a tag; SECONDS is the budget of one night
#
# SIGNING_KEY    the private key, a PEM text (and COSIGN_PASSWORD its password, if it has one)
# SIGNING_PUB    its public half, a PEM text
# LAST           the file that keeps where the last night ended (nightly.last): the next one goes on there
#
# Tags are listed by crane. What is attached already costs next to nothing, so that a night is spent on what is new:
# another version of the program, another image under the tag. Ends with 1 if a tag failed; the others are done all the same.
set -eu
export LC_ALL=C
repository=$1
end=$(($(date +%s) + $2))
last=${LAST:-nightly.last}
after=$(cat "$last" 2>/dev/null || true)
tags=$(crane ls "$repository" | sed '/^sha256-/d' | sort)
failed=0

# within COMMAND…: runs it for no longer than is left; what the end of the night breaks off has not failed.
within() {
  left=$((end - $(date +%s))) code=0
  [ "$left" -gt 0 ] || exit "$failed"
  timeout "$left" "$@" || code=$?
  [ "$code" -ne 124 ] || exit "$failed"
  return "$code"
}

renew() {
  within sbom-indexer attach "$1" --sign key=env://SIGNING_KEY --require-signature --replace &&
    within sbom-indexer verify attestation "$1" --key env://SIGNING_PUB --rescan
}

# First the tags after the last one, then those up to it.
for tag in $(printf '%s\n' "$tags" | awk -v last="$after" '$0 "" > last ""; $0 "" <= last "" { rest = rest "\n" $0 } END { print rest }'); do
  if ! renew "$repository:$tag"; then
    echo "nightly.sh: $repository:$tag failed" >&2
    failed=1
  fi
  printf '%s\n' "$tag" >"$last"
done
exit "$failed"
