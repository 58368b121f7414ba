package store

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func open(t *testing.T) *Store {
	t.Helper()
	store, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func call(t *testing.T, store *Store, words ...string) string {
	t.Helper()
	reply, err := store.Call(words...)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestAValueIsReadBack(t *testing.T) {
	store := open(t)
	call(t, store, "SET", "greeting", "hello")
	if got := call(t, store, "GET", "greeting"); got != "hello" {
		t.Fatalf("got %q", got)
	}
	if got := call(t, store, "STRLEN", "greeting"); got != "5" {
		t.Fatalf("got %q", got)
	}
}

// announce writes past `go test`, which keeps the output of one of several packages until the package is done.
func announce(t *testing.T, line string) {
	t.Helper()
	out, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/1", os.Getppid()), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	fmt.Fprintln(out, line)
}

// EXAMPLE_FAULT plays a project whose tests fail, or take long.
func TestFault(t *testing.T) {
	store := open(t)
	switch os.Getenv("EXAMPLE_FAULT") {
	case "fail":
		t.Errorf("expected %q, got %q", "goodbye", call(t, store, "GET", "greeting"))
	case "slow":
		announce(t, "the long test has begun")
		for range 1200 {
			call(t, store, "INCR", "seconds")
			time.Sleep(50 * time.Millisecond)
		}
	}
}
