// SPDX-License-Identifier: Apache-2.0

// Many distinct stacks for a Go heap profile: paths COUNT OUT. Each block is kept and was allocated at the end of a
// random walk over eight functions, so that nearly every sample has a stack of its own.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
)

var (
	kept  [][]byte
	steps [8]func(int)
	state uint64 = 88172645463325252
)

func random() uint64 {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return state
}

func walk(depth int) {
	if depth == 0 {
		kept = append(kept, make([]byte, 16+random()%512))
		return
	}
	steps[random()%8](depth - 1)
}

//go:noinline
func north(depth int) { walk(depth) }

//go:noinline
func northEast(depth int) { walk(depth) }

//go:noinline
func east(depth int) { walk(depth) }

//go:noinline
func southEast(depth int) { walk(depth) }

//go:noinline
func south(depth int) { walk(depth) }

//go:noinline
func southWest(depth int) { walk(depth) }

//go:noinline
func west(depth int) { walk(depth) }

//go:noinline
func northWest(depth int) { walk(depth) }

func main() {
	runtime.MemProfileRate = 1
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: paths COUNT OUT")
		os.Exit(2)
	}
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	steps = [8]func(int){north, northEast, east, southEast, south, southWest, west, northWest}
	for i := 0; i < count; i++ {
		walk(6 + int(random()%9))
	}
	runtime.GC()
	out, err := os.Create(os.Args[2])
	if err != nil {
		panic(err)
	}
	if err := pprof.Lookup("heap").WriteTo(out, 0); err != nil {
		panic(err)
	}
	if err := out.Close(); err != nil {
		panic(err)
	}
	fmt.Println(len(kept), "blocks")
}
