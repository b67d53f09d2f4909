// SPDX-License-Identifier: Apache-2.0

package main

import "strconv"

// sessionBufferSize is what one customer's session keeps for his basket.
const sessionBufferSize = 64 << 10

type session struct {
	id     string
	buffer []byte
}

var (
	sessions    = map[string]*session{}
	nextSession int
)

// openSession is THE PLANTED LEAK: nothing ever removes a session.
//
//go:noinline
func openSession() *session {
	nextSession++
	s := &session{id: "s" + strconv.Itoa(nextSession)}
	s.buffer = make([]byte, sessionBufferSize) // LEAK
	sessions[s.id] = s
	return s
}
