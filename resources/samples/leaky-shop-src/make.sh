#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Remakes ../leaky-shop and truth.json.  Needs python3; with --record also go (>= 1.18), g++ and heaptrack.
#   make.sh           bill, usage and truth: byte for byte the same on every run
#   make.sh --record  also records the profiles anew: real runs, so addresses and a sample or two differ
# The recorded programs live in /srv/shop, an invented path, so that no path of the recording machine gets into the data.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../leaky-shop
SHOP=/srv/shop

if [ "${1:-}" = --record ]; then
    if [ -e "$SHOP" ]; then
        echo "make.sh: $SHOP is there already; remove it first" >&2
        exit 1
    fi
    mkdir -p "$SHOP/rec/checkout" "$SHOP/rec/search"
    cp -r "$here/checkout" "$here/search" "$here/thumbnailer" "$SHOP"
    python3 "$here/generate.py" schedule "$SHOP/rec"
    for service in checkout search; do
        (cd "$SHOP/$service" && GO111MODULE=off GOFLAGS='' go build -o "$service" .)
    done
    cd "$SHOP"
    # Each run of checkout is one life of the pod, from a deploy to the next.
    for life in 1 2; do
        nice ./checkout/checkout "rec/checkout.$life.schedule" rec/checkout
    done
    # shellcheck disable=SC2046
    nice ./search/search rec/search $(cat rec/search.names)
    rm -rf "$out/profiles"
    for service in checkout search; do
        python3 "$here/generate.py" restamp "rec/$service" "$out/profiles/$service"
    done
    g++ -std=c++20 -O1 -g -fno-omit-frame-pointer -o thumbnailer/thumbnailer "$SHOP/thumbnailer/thumbnailer.cpp"
    mkdir -p "$out/profiles/thumbnailer"
    # Without a display, so that heaptrack does not open its window afterwards.
    recording=rec/heaptrack.thumbnailer.1
    env -u DISPLAY -u WAYLAND_DISPLAY heaptrack --output "$SHOP/$recording" "$SHOP/thumbnailer/thumbnailer" || true
    cp "$recording.zst" "$out/profiles/thumbnailer/"
    cd "$here"
    rm -rf "$SHOP"
fi
rm -rf "$out/billing" "$out/usage"
python3 "$here/generate.py" data "$out" "$here/truth.json"
python3 "$here/verify.py"
