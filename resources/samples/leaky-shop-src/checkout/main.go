// SPDX-License-Identifier: Apache-2.0

// checkout replays a schedule of shop traffic, as fast as it can, and writes a
// heap profile wherever the schedule asks for one.
//
// usage: checkout SCHEDULE OUTDIR
//
// A schedule is a text file, one command a line:
//
//	S n      n customers come and open a session   (handleCheckout)
//	R n      n pages are rendered for the first time (handlePage)
//	J n      n JSON bodies arrive                  (handleCheckout)
//	C n      n carts are being filled just now     (acceptCarts)
//	G        an hour has passed: collect garbage
//	P name   write the heap profile OUTDIR/name.pb.gz
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

var garbage []byte

// One sample per 4 KiB on average: every session buffer is seen, and the
// profile is practically exact. The first sample of each processor is still
// due at the old rate; so there is one processor, and garbage for that sample.
func init() {
	runtime.MemProfileRate = 4096
	runtime.GOMAXPROCS(1)
	for i := 0; i < 16; i++ {
		garbage = make([]byte, 1<<20)
	}
	garbage = nil
}

//go:noinline
func handleCheckout(customers int) {
	for i := 0; i < customers; i++ {
		openSession()
	}
}

//go:noinline
func handleOrders(bodies int) {
	for i := 0; i < bodies; i++ {
		parseJSON(i)
	}
}

//go:noinline
func handlePages(pages int) {
	for i := 0; i < pages; i++ {
		renderCache()
	}
}

func writeProfile(path string) error {
	runtime.GC()
	runtime.GC() // a heap profile shows the state of the last finished cycle
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.Lookup("heap").WriteTo(f, 0)
}

func serve(schedule, out string) error {
	f, err := os.Open(schedule)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var op, name string
		var n int
		fmt.Sscan(lines.Text(), &op, &name)
		fmt.Sscan(name, &n)
		switch op {
		case "S":
			handleCheckout(n)
		case "R":
			handlePages(n)
		case "J":
			handleOrders(n)
		case "C":
			acceptCarts(n)
		case "G":
			runtime.GC()
		case "P":
			if err := writeProfile(filepath.Join(out, name+".pb.gz")); err != nil {
				return err
			}
		default:
			return fmt.Errorf("schedule: %q", lines.Text())
		}
	}
	return lines.Err()
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: checkout SCHEDULE OUTDIR")
	}
	loadCatalogue()
	if err := serve(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
