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

// EXAMPLE_FAULT plays a project whose tests fail, or take long.
func TestFault(t *testing.T) {
	store := open(t)
	switch os.Getenv("EXAMPLE_FAULT") {
	case "fail":
		t.Errorf("expected %q, got %q", "goodbye", call(t, store, "GET", "greeting"))
	case "slow":
		fmt.Println("the long test has begun")
		for range 1200 {
			call(t, store, "INCR", "seconds")
			time.Sleep(50 * time.Millisecond)
		}
	}
}
