// SPDX-License-Identifier: Apache-2.0

package main

const cartSize = 64 << 10

var carts [][]byte

// acceptCarts holds the carts in flight: it goes up and down with the traffic
// of the hour. Not a leak.
//
//go:noinline
func acceptCarts(n int) {
	carts = make([][]byte, n)
	for i := range carts {
		carts[i] = make([]byte, cartSize)
	}
}
