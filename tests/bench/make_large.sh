#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the large inputs of the benchmarks in a folder outside the repository; what exists already stays.
#   tests/bench/make_large.sh FOLDER [--scale PERCENT] [python|perl|go|random|massif|focus|jemalloc|tracemalloc]...
# Full size needs about 6 GB of disk and four minutes. Packages: the bench group of packaging/debian-packages.txt.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] || {
  sed -n '3,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
case $out/ in
  "$(cd "$here/../.." && pwd)"/*)
    echo "the folder must be outside the repository" >&2
    exit 2
    ;;
esac
scale=100
if [ "${1:-}" = --scale ]; then
  scale=$2
  shift 2
fi
[ $# -gt 0 ] || set -- python perl go random massif focus jemalloc tracemalloc

scaled() { echo $(($1 * scale / 100)); }

# make NAME COMMAND...: COMMAND writes "$partial", which becomes NAME once it is whole.
make() {
  local name=$1
  shift
  if [ -e "$out/$name" ]; then
    echo "$name: exists"
    return
  fi
  local begin=$SECONDS
  "$@" "$out/$name"
  echo "$name: $(du -h "$out/$name" | cut -f1), $((SECONDS - begin)) s"
}

# heaptrack appends .zst to the name it is given, and newer ones open their GUI unless told not to.
record() {
  local target=${*: -1} options=()
  ! heaptrack --help | grep -q -e --record-only || options=(--record-only)
  env -u DISPLAY -u WAYLAND_DISPLAY heaptrack "${options[@]}" -o "${target%.zst}.partial" "${@:1:$#-1}" \
    >"$out/heaptrack.log" 2>&1
  mv "${target%.zst}.partial.zst" "$target"
}

python_churn() {
  # Debian's own interpreter: allocations of others may not go through malloc.
  PYTHONMALLOC=malloc record /usr/bin/python3 "$here/programs/churn.py" "$(scaled 100000)" "$1"
}

perl_orders() { record /usr/bin/perl "$here/programs/orders.pl" "$(scaled 7500000)" "$1"; }

go_paths() {
  GO111MODULE=off go build -o "$out/paths" "$here/programs/paths.go"
  "$out/paths" "$(scaled 1000000)" "$1.partial"
  mv "$1.partial" "$1"
}

random_stacks() {
  python3 "$here/programs/random_stacks.py" "$(scaled 300000)" "$1.partial"
  mv "$1.partial" "$1"
}

# Many trees of many places: that is what makes a Massif file large.
massif() {
  PYTHONMALLOC=malloc valgrind --tool=massif --threshold=0.02 --detailed-freq=2 --max-snapshots=100 --depth=40 \
    --massif-out-file="$1.partial" /usr/bin/python3 "$here/programs/churn.py" "$(scaled 150)" >"$out/massif.log" 2>&1
  mv "$1.partial" "$1"
}

focus() {
  "${CXX:-g++}" -std=c++20 -O2 -o "$out/gen_focus" "$here/programs/gen_focus.cpp"
  "$out/gen_focus" "$(scaled 12000000)" "$1.partial"
  mv "$1.partial.truth.json" "$1.truth.json"
  mv "$1.partial" "$1"
}

# jemalloc names its dump itself: PREFIX.PID.SEQUENCE.f.heap
many_stacks() {
  "${CXX:-g++}" -std=c++20 -O2 -o "$out/many_stacks" "$here/programs/many_stacks.cpp"
  local library
  library=$(ldconfig -p | sed -n 's/.*libjemalloc\.so\.2 .*=> //p' | head -n 1)
  rm -f "$out"/many_stacks.*.f.heap
  MALLOC_CONF="prof:true,lg_prof_sample:0,prof_final:true,prof_prefix:$out/many_stacks" \
    LD_PRELOAD="${library:?install libjemalloc2}" "$out/many_stacks" "$(scaled 200000)"
  mv "$out"/many_stacks.*.f.heap "$1"
}

tracemalloc() {
  /usr/bin/python3 "$here/programs/traces.py" "$(scaled 1500000)" "$1.partial"
  mv "$1.partial" "$1"
}

for what; do
  case $what in
    python) make heaptrack.python-churn.zst python_churn ;;
    perl) make heaptrack.perl-orders.zst perl_orders ;;
    go) make heap-paths.pb.gz go_paths ;;
    random) make random.pb.gz random_stacks ;;
    massif) make big.massif.out massif ;;
    focus) make focus.csv focus ;;
    jemalloc) make jemalloc.many-stacks.heap many_stacks ;;
    tracemalloc) make big.tracemalloc tracemalloc ;;
    *)
      echo "unknown: $what" >&2
      exit 2
      ;;
  esac
done
