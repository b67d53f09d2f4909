// SPDX-License-Identifier: Apache-2.0

// search holds an index of 9 GiB in memory and answers queries. It leaks
// nothing: its heap is the same in every profile.
//
// usage: search OUTDIR NAME...    writes OUTDIR/NAME.pb.gz one after another
package main

import (
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

func init() { runtime.MemProfileRate = 4096 }

const (
	segmentSize  = 64 << 20
	segments     = 144 // 9 GiB
	postingsSize = 128 << 10
	synonymSets  = 1024 // 128 MiB
)

var (
	index    [segments][]byte
	synonyms [synonymSets][]byte
	answered int
)

//go:noinline
func loadIndex() {
	for i := range index {
		index[i] = make([]byte, segmentSize)
	}
}

//go:noinline
func loadSynonyms() {
	for i := range synonyms {
		synonyms[i] = make([]byte, postingsSize)
	}
}

//go:noinline
func scoreQuery(query int) []byte {
	postings := make([]byte, postingsSize)
	postings[query%postingsSize] = 1
	return postings
}

//go:noinline
func handleQueries(n int) {
	for i := 0; i < n; i++ {
		answered++
		if scoreQuery(answered)[answered%postingsSize] != 1 {
			log.Fatal("search is broken")
		}
	}
}

func writeProfile(path string) error {
	runtime.GC()
	runtime.GC()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.Lookup("heap").WriteTo(f, 0)
}

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: search OUTDIR NAME...")
	}
	loadIndex()
	loadSynonyms()
	for _, name := range os.Args[2:] {
		for batch := 0; batch < 10; batch++ {
			handleQueries(1000)
			runtime.GC()
		}
		if err := writeProfile(filepath.Join(os.Args[1], name+".pb.gz")); err != nil {
			log.Fatal(err)
		}
	}
}
