// SPDX-License-Identifier: Apache-2.0

package main

const products = 1024

type product struct {
	sku  int
	text [64<<10 - 8]byte
}

var catalogue []*product

// register is small enough to be inlined: the profile must show it as such.
func register(sku int) { catalogue = append(catalogue, &product{sku: sku}) }

// loadCatalogue is the ONE-TIME TABLE: 64 MiB when the process starts, the
// same until it ends.
//
//go:noinline
func loadCatalogue() {
	catalogue = make([]*product, 0, products)
	for sku := 0; sku < products; sku++ {
		register(sku)
	}
}
