package redismanager

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDelaysDoubleToTheCap(t *testing.T) {
	want := []time.Duration{1, 2, 4, 8, 16, 30, 30, 30, 30}
	for i := range want {
		want[i] *= time.Second
	}
	if got := DefaultPolicy().Delays(); !slices.Equal(got, want) {
		t.Errorf("Delays() = %v, want %v", got, want)
	}
}

func TestTheWorstConnectIsBounded(t *testing.T) {
	if got := DefaultPolicy().WorstConnect(); got != 201*time.Second {
		t.Errorf("WorstConnect() = %v, want 201s", got)
	}
}

func TestErrorsAreClassed(t *testing.T) {
	for text, want := range map[string]Class{
		"dial tcp 127.0.0.1:6379: connect: connection refused": Refused,
		"ERR max number of clients reached":                    MaxClients,
		"WRONGPASS invalid username-password pair":             NoAuth,
		"LOADING Redis is loading the dataset in memory":       Loading,
		"redis: connection pool timeout":                       Pool,
		"something else":                                       Unknown,
	} {
		if got := Classify(errors.New(text)); got != want {
			t.Errorf("Classify(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestAPasswordIsNeverShown(t *testing.T) {
	where, err := parseTarget("redis://:s3cret@cache:6379/0", DefaultPolicy())
	if err != nil {
		t.Fatal(err)
	}
	if got := where.withoutSecrets("AUTH s3cret failed"); strings.Contains(got, "s3cret") {
		t.Errorf("the password is in %q", got)
	}
	if _, err := parseTarget("http://:s3cret@cache", DefaultPolicy()); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("an address that is not Redis': %v", err)
	}
}
