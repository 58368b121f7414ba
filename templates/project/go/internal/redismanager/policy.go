// Package redismanager connects to Redis with patience, says how it is, and comes back by itself.
package redismanager

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// Class says why Redis could not be used.
type Class string

// The classes of failure.
const (
	Refused     Class = "refused"
	Reset       Class = "reset"
	Timeout     Class = "timeout"
	Unresolved  Class = "unresolved"
	Loading     Class = "loading"
	ReadOnly    Class = "readonly"
	MasterDown  Class = "masterdown"
	ClusterDown Class = "clusterdown"
	MaxClients  Class = "maxclients"
	OOM         Class = "oom"
	Pool        Class = "pool"
	NoAuth      Class = "noauth"
	NoPerm      Class = "noperm"
	Protocol    Class = "protocol"
	Cancelled   Class = "cancelled"
	NotReady    Class = "notready"
	Unknown     Class = "unknown"
)

// permanent reports whether waiting cannot help.
func (c Class) permanent() bool {
	switch c {
	case NoAuth, NoPerm, Protocol, Cancelled:
		return true
	}
	return false
}

// lost reports whether the connection is gone, or the server is not one to talk to.
func (c Class) lost() bool {
	switch c {
	case Refused, Reset, Timeout, Unresolved, Loading, ReadOnly, MasterDown, ClusterDown:
		return true
	}
	return false
}

// byWords is read from top to bottom: the server's own words come before the system's.
var byWords = []struct {
	words string
	class Class
}{
	{"max number of clients", MaxClients},
	{"NOAUTH", NoAuth},
	{"WRONGPASS", NoAuth},
	{"invalid username-password", NoAuth},
	{"without any password configured", NoAuth},
	{"NOPERM", NoPerm},
	{"LOADING", Loading},
	{"READONLY", ReadOnly},
	{"MASTERDOWN", MasterDown},
	{"CLUSTERDOWN", ClusterDown},
	{"TRYAGAIN", ClusterDown},
	{"OOM ", OOM},
	{"connection pool timeout", Pool},
	{"connection pool exhausted", Pool},
	{"invalid reply", Protocol},
	{"can't parse", Protocol},
	{"tls: ", Protocol},
	{"x509: ", Protocol},
	{"redis: nil", Unresolved}, // a Sentinel that does not know the master
	{"connection refused", Refused},
	{"connection reset", Reset},
	{"broken pipe", Reset},
	{"use of closed network connection", Reset},
	{"i/o timeout", Timeout},
}

// Classify names the class of an error of go-redis or of the socket below it.
func Classify(err error) Class {
	if errors.Is(err, ErrNotReady) {
		return NotReady
	}
	text := err.Error()
	for _, known := range byWords {
		if strings.Contains(text, known.words) {
			return known.class
		}
	}
	var name *net.DNSError
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.As(err, &name):
		return Unresolved
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, redis.ErrClosed):
		return Reset
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return Timeout
	}
	return Unknown
}

// Policy holds the limits; DefaultPolicy has the ones the workflow of this repository counts on.
type Policy struct {
	Attempts       int
	AttemptTimeout time.Duration
	Base           time.Duration // the first delay; each further one doubles
	Cap            time.Duration
	Jitter         float64       // the share of a delay that chance may take away
	ReconnectCap   time.Duration // a lost connection is worth a quicker return
	Deadline       time.Duration // all attempts together; 0: what they add up to
	HealthInterval time.Duration
	// silence on a subscription after which it is asked for a sign of life, and how long that may take
	SubscriptionPing time.Duration
	PoolSize         int
	PoolTimeout      time.Duration
	CommandWait      time.Duration // how long a command waits for a connection that is coming back
}

// DefaultPolicy is ten attempts of 5 s with delays of 1, 2, 4, 8, 16, 30, 30, 30 and 30 s: 201 s at worst.
func DefaultPolicy() Policy {
	return Policy{
		Attempts:         10,
		AttemptTimeout:   5 * time.Second,
		Base:             time.Second,
		Cap:              30 * time.Second,
		Jitter:           0.2,
		ReconnectCap:     time.Second,
		HealthInterval:   30 * time.Second,
		SubscriptionPing: time.Second,
		PoolSize:         20,
		PoolTimeout:      5 * time.Second,
		CommandWait:      5 * time.Second,
	}
}

// Delays are the delays after each attempt but the last, before jitter.
func (p Policy) Delays() []time.Duration {
	delays := make([]time.Duration, 0, p.Attempts)
	for delay := p.Base; len(delays) < p.Attempts-1; delay = min(2*delay, p.Cap) {
		delays = append(delays, min(delay, p.Cap))
	}
	return delays
}

// WorstConnect is the longest that the first connect can take.
func (p Policy) WorstConnect() time.Duration {
	worst := time.Duration(p.Attempts) * p.AttemptTimeout
	for _, delay := range p.Delays() {
		worst += delay
	}
	if p.Deadline > 0 {
		return min(worst, p.Deadline)
	}
	return worst
}

func (p Policy) shortened(delay time.Duration) time.Duration {
	return time.Duration(float64(delay) * (1 - p.Jitter*rand.Float64()))
}

// backoff are the delays between tries of a lost connection: 50 ms doubling to the cap.
type backoff struct {
	policy Policy
	next   time.Duration
}

func (p Policy) reconnecting() *backoff {
	return &backoff{policy: p, next: 50 * time.Millisecond}
}

func (b *backoff) delay() time.Duration {
	now := min(b.next, b.policy.ReconnectCap)
	b.next = min(2*b.next, b.policy.ReconnectCap)
	return b.policy.shortened(now)
}
