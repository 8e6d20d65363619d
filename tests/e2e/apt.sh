# shellcheck shell=bash
# Packages of any Debian suite from the mirror of the machine's own apt sources. To be sourced.

codename() { (. /etc/os-release && echo "$VERSION_CODENAME"); }

# The mirror of the machine's own suite; no address is ever written outside the folder of the build.
mirror() {
  local format="\$(REPO_URI)"
  apt-get indextargets --format "$format" "Codename: $(codename)" 'Identifier: Packages' | head -n 1
}

# fetch SUITE DIR PACKAGE…: downloads packages, once, into DIR/debs, by an apt that knows that suite alone.
fetch() {
  local suite=$1 dir=$2
  shift 2
  [ -e "$dir/complete" ] && return
  mkdir -p "$dir/apt/lists/partial" "$dir/debs" || return
  echo "getting $* from Debian $suite" >&2
  echo "deb $(mirror) $suite main" >"$dir/apt/sources.list"
  cat >"$dir/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$dir/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$dir/apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$dir/apt";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONF
  (export APT_CONFIG=$dir/apt/apt.conf && cd "$dir/debs" && apt-get update -qq && apt-get download -qq "$@") >&2 || return
  touch "$dir/complete"
}
