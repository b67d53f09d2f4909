# SPDX-License-Identifier: Apache-2.0
# Shared by packaging/run, packaging/test and packaging/ci. Source it; it sets `root`, `cores` and changes to root.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
cores=$(nproc 2>/dev/null || echo 2)

# No terminal is assumed anywhere below.
export DEBIAN_FRONTEND=noninteractive
# A clone made by another user than the one who runs this (containers) is not suspicious.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$root"
# Two clones share what they compile.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
[ -n "${HOME:-}" ] || export CCACHE_DIR="${CCACHE_DIR:-$root/build/ccache}"

say() { printf '== %s\n' "$*"; }
fail() {
  printf '!! %s\n' "$*" >&2
  exit 1
}

# packages GROUP...: "name<tab>reason" lines of the package list.
packages() {
  local group
  for group; do
    awk -v group="$group" '$1 == group { name = $2; sub(/^[^#]*# */, ""); print name "\t" $0 }' \
      packaging/debian-packages.txt
  done
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
  local name reason
  while IFS=$'\t' read -r name reason; do
    is_installed "$name" || printf '%s\t%s\n' "$name" "$reason"
  done < <(packages "$@")
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# ensure_packages GROUP...: says what is missing, installs that and nothing else. Touches neither apt nor the network
# when nothing is missing. Returns 1, having said why, when something stays missing.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: the build needs what packaging/debian-packages.txt lists"
    return 0
  fi
  local missing total
  total=$(packages "$@" | wc -l)
  missing=$(missing_packages "$@")
  if [ -z "$missing" ]; then
    say "packages ($*): all $total installed"
    return 0
  fi
  say "packages ($*): missing, of $total:"
  printf '%s\n' "$missing" | sed 's/^/     /' | expand -t 28
  local names
  mapfile -t names < <(printf '%s\n' "$missing" | cut -f1)
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    say "not root and no sudo without a password; run this once, then start again:"
    printf '     sudo apt-get install --no-install-recommends %s\n' "${names[*]}"
    return 1
  fi
  say "installing ${#names[@]} packages"
  local apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::http::Timeout=20)
  if ! {
    as_root "${apt[@]}" update &&
      as_root env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "${names[@]}"
  } </dev/null; then
    say "apt-get could not install: ${names[*]}"
    return 1
  fi
  missing=$(missing_packages "$@" | cut -f1 | tr '\n' ' ')
  [ -z "$missing" ] || { say "still missing: $missing"; return 1; }
  say "installed: ${names[*]}"
}

# build PRESET [TARGET...]: configures when needed, then builds.
build() {
  local preset=$1 dir=build/$1
  shift
  if [ ! -f "$dir/build.ninja" ] || [ CMakePresets.json -nt "$dir/build.ninja" ]; then
    say "configure $dir"
    cmake --preset "$preset" >"$dir.configure.log" 2>&1 </dev/null || {
      tail -n 40 "$dir.configure.log" >&2
      say "configure $preset failed; the whole log is $dir.configure.log"
      return 1
    }
  fi
  say "build $dir"
  local targets=()
  [ $# -eq 0 ] || targets=(--target "$@")
  nice cmake --build "$dir" --parallel "$cores" "${targets[@]}" </dev/null
}

# built_of PRESET: changes whenever something of it is built again. Ninja touches its log also when it has nothing to do,
# and drops old entries of an output from it when it likes: the last one counts.
built_of() {
  awk -F'\t' '!/^#/ { last[$4] = $3 FS $4 FS $5 } END { for (output in last) print last[output] }' \
    "build/$1/.ninja_log" | sort | sha256sum
}

# run_ctest PRESET [OPTION...]: the tests of a preset, with the private folders its environment names.
run_ctest() {
  local preset=$1
  shift
  mkdir -p "build/$preset/xdg/run"
  chmod 700 "build/$preset/xdg/run" # Qt warns about any other mode
  ctest --preset "$preset" "$@" </dev/null
}

# run_ctest_sanitized PRESET [OPTION...]: the same without randomised layouts, where that may be turned off: those of
# recent kernels collide with the fixed shadow memory of the sanitizers.
run_ctest_sanitized() {
  local unrandomised=()
  ! setarch -R true 2>/dev/null || unrandomised=(setarch -R)
  export -f run_ctest
  "${unrandomised[@]}" bash -c 'run_ctest "$@"' run_ctest "$@"
}

mkdir -p build
