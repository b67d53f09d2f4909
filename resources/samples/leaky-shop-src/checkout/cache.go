// SPDX-License-Identifier: Apache-2.0

package main

const (
	pageSize      = 256 << 10
	cacheCapacity = 1536 // pages: 384 MiB
)

var (
	pages    [cacheCapacity][]byte
	nextPage int
)

// renderCache is the BOUNDED CACHE: it fills up, then each new page takes the
// place of the oldest one. Not a leak.
//
//go:noinline
func renderCache() {
	pages[nextPage%cacheCapacity] = make([]byte, pageSize)
	nextPage++
}
