// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"log"
)

const bodyLimit = 256 << 10

// parseJSON is the CHURN: a generous buffer for each body, and the decoded
// document; nothing of it is kept.
//
//go:noinline
func parseJSON(order int) int {
	body := make([]byte, bodyLimit)
	n := copy(body, fmt.Sprintf(`{"order":%d,"lines":[{"sku":"A-100","qty":2},{"sku":"B-7","qty":1}],"note":"leave at door"}`, order))
	var document map[string]any
	if err := json.Unmarshal(body[:n], &document); err != nil {
		log.Fatal(err)
	}
	return len(document)
}
