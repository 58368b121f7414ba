package redismanager

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// State is what a manager can say of its connection.
type State string

// The states of a manager.
const (
	Connecting   State = "connecting"
	Ready        State = "ready"
	Degraded     State = "degraded"
	Reconnecting State = "reconnecting"
	Closed       State = "closed"
)

// Status is one moment of a manager.
type Status struct {
	State     State
	Since     time.Time
	LastError string
	LastClass Class
}

// Counters count what happened since the start.
type Counters struct {
	Connects, Reconnects, Commands, Errors, Messages, Gaps int64
}

// ErrNotReady is returned for a command that waited for a connection in vain; it was never sent.
var ErrNotReady = errors.New("redis: not ready")

// ConnectError says that the first connect failed for good.
type ConnectError struct {
	Class    Class
	Attempts int
	Cause    string
}

func (e *ConnectError) Error() string {
	return fmt.Sprintf("redis: %s after %d attempt(s): %s", e.Class, e.Attempts, e.Cause)
}

// Options of Connect; the zero value is the default policy, the default logger and no hooks.
type Options struct {
	Policy   *Policy
	Logger   *slog.Logger
	OnStatus func(Status)
	// OnCommand is given each command's name, its time, and the class of its error ("" if there is none).
	OnCommand func(command string, took time.Duration, class Class)
}

// Manager is one Redis, its pool, its health and its subscriptions. It is safe for concurrent use.
type Manager struct {
	policy    Policy
	target    target
	log       *slog.Logger
	client    redis.UniversalClient
	onCommand func(string, time.Duration, Class)

	commands, errors, messages, gaps, connects, reconnects atomic.Int64

	ready  atomic.Bool
	lost   chan struct{}
	ending context.Context
	end    context.CancelFunc
	work   sync.WaitGroup

	mu        sync.Mutex
	status    Status
	turned    chan struct{} // closed and replaced at every change of the state
	listeners []func(Status)
}

// Connect returns a manager whose Redis has answered.
//
// The error is a *ConnectError when the attempts or the deadline are used up, when waiting cannot help (password,
// permission, protocol), or when ctx is done.
func Connect(ctx context.Context, url string, options Options) (*Manager, error) {
	manager, err := newManager(url, options)
	if err != nil {
		return nil, err
	}
	if err := manager.connect(ctx); err != nil {
		manager.Close()
		return nil, err
	}
	return manager, nil
}

func newManager(url string, options Options) (*Manager, error) {
	policy := DefaultPolicy()
	if options.Policy != nil {
		policy = *options.Policy
	}
	where, err := parseTarget(url, policy)
	if err != nil {
		return nil, err
	}
	m := &Manager{
		policy:    policy,
		target:    where,
		log:       options.Logger,
		client:    redis.NewUniversalClient(&where.options),
		onCommand: options.OnCommand,
		lost:      make(chan struct{}, 1),
		status:    Status{State: Connecting, Since: time.Now()},
		turned:    make(chan struct{}),
	}
	if m.log == nil {
		m.log = slog.Default()
	}
	if options.OnStatus != nil {
		m.listeners = append(m.listeners, options.OnStatus)
	}
	m.ending, m.end = context.WithCancel(context.Background())
	m.client.AddHook(observer{m})
	return m, nil
}

// Client is the client of go-redis: each command is observed by this manager, and waits for a connection.
func (m *Manager) Client() redis.UniversalClient { return m.client }

// Status is how Redis is now.
func (m *Manager) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.status
}

// Counters are what happened so far.
func (m *Manager) Counters() Counters {
	return Counters{
		Connects: m.connects.Load(), Reconnects: m.reconnects.Load(), Commands: m.commands.Load(),
		Errors: m.errors.Load(), Messages: m.messages.Load(), Gaps: m.gaps.Load(),
	}
}

func (m *Manager) connect(ctx context.Context) error {
	if bound := m.policy.WorstConnect(); bound > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, bound+m.policy.AttemptTimeout)
		defer cancel()
	}
	end := time.Now().Add(m.policy.WorstConnect())
	delays := m.policy.Delays()
	for attempt := 1; ; attempt++ {
		err := m.try(ctx)
		if err == nil {
			m.begin()
			return nil
		}
		class := Classify(err)
		pause := time.Duration(-1)
		if attempt <= len(delays) && !class.permanent() && ctx.Err() == nil {
			if next := m.policy.shortened(delays[attempt-1]); time.Now().Add(next).Before(end) {
				pause = next
			}
		}
		m.logAttempt(attempt, class, pause, err)
		m.turn(Connecting, err)
		if pause < 0 {
			return &ConnectError{Class: class, Attempts: attempt, Cause: m.target.withoutSecrets(err.Error())}
		}
		if !sleep(ctx, pause) {
			return &ConnectError{Class: Cancelled, Attempts: attempt, Cause: ctx.Err().Error()}
		}
	}
}

func (m *Manager) logAttempt(attempt int, class Class, pause time.Duration, err error) {
	var delay any
	if pause >= 0 {
		delay = pause.Seconds()
	}
	m.log.Warn("redis connect", "attempt", attempt, "of", m.policy.Attempts, "class", class,
		"delay", delay, "error", m.target.withoutSecrets(err.Error()))
}

// own marks the commands of the manager itself: they neither wait nor count.
type own struct{}

// try is one attempt: a true PONG from a server that takes writes, or from every master of a cluster.
func (m *Manager) try(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(within(ctx), m.policy.AttemptTimeout)
	defer cancel()
	if cluster, ok := m.client.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
			return node.Ping(ctx).Err()
		})
	}
	if err := m.client.Ping(ctx).Err(); err != nil {
		return m.reason(ctx, err)
	}
	role, err := m.client.Do(ctx, "ROLE").Slice()
	if err != nil {
		return err
	}
	if role[0] == "slave" {
		return errors.New("READONLY this server is a replica")
	}
	return nil
}

// reason asks a plain connection why the server hung up: go-redis goes on greeting after a refusal such as "max
// number of clients reached", and then knows only that its pipe broke.
func (m *Manager) reason(ctx context.Context, err error) error {
	if Classify(err) != Reset || m.target.options.TLSConfig != nil {
		return err
	}
	var dialer net.Dialer
	conn, dialErr := dialer.DialContext(ctx, "tcp", m.target.options.Addrs[0])
	if dialErr != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(min(m.policy.AttemptTimeout, 500*time.Millisecond))) // a refusal comes unasked
	line, _ := bufio.NewReader(conn).ReadString('\n')
	if refusal, found := strings.CutPrefix(strings.TrimSpace(line), "-"); found {
		return errors.New(refusal)
	}
	return err
}

func (m *Manager) begin() {
	m.connects.Add(1)
	m.turn(Ready, nil)
	m.work.Add(1)
	go m.watch()
}

// watch asks for a sign of life at every interval; after a loss, it tries until one comes.
func (m *Manager) watch() {
	defer m.work.Done()
	ticker := time.NewTicker(m.policy.HealthInterval)
	defer ticker.Stop()
	for {
		select {
		case <-m.ending.Done():
			return
		case <-ticker.C:
		case <-m.lost:
		}
		m.examine()
	}
}

func (m *Manager) examine() {
	err := m.try(m.ending)
	switch {
	case m.ending.Err() != nil:
	case err == nil:
		m.turn(Ready, nil)
	case Classify(err) == Pool:
		m.turn(Degraded, err)
	default:
		m.comeBack(err)
	}
}

func (m *Manager) comeBack(err error) {
	delays := m.policy.reconnecting()
	for err != nil {
		m.turn(Reconnecting, err)
		if !sleep(m.ending, delays.delay()) {
			return
		}
		err = m.try(m.ending)
	}
	m.reconnects.Add(1)
	m.turn(Ready, nil)
}

// turn changes the state and tells the listeners.
func (m *Manager) turn(state State, err error) {
	m.mu.Lock()
	if m.status.State == Closed {
		m.mu.Unlock()
		return
	}
	changed := m.status.State != state
	if changed {
		m.status.State, m.status.Since = state, time.Now()
		close(m.turned)
		m.turned = make(chan struct{})
	}
	if err != nil {
		m.status.LastError, m.status.LastClass = m.target.withoutSecrets(err.Error()), Classify(err)
	}
	m.ready.Store(state == Ready || state == Degraded)
	status, listeners := m.status, m.listeners
	m.mu.Unlock()
	if changed {
		for _, listener := range listeners {
			listener(status)
		}
	}
}

// waitReady waits until commands may be sent.
func (m *Manager) waitReady(ctx context.Context) error {
	limit := time.NewTimer(m.policy.CommandWait)
	defer limit.Stop()
	for !m.ready.Load() {
		m.mu.Lock()
		state, turned := m.status.State, m.turned
		m.mu.Unlock()
		if state == Closed {
			return fmt.Errorf("%w: the manager is closed", ErrNotReady)
		}
		if state == Ready || state == Degraded {
			return nil
		}
		select {
		case <-turned:
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return fmt.Errorf("%w: %s for longer than %s", ErrNotReady, state, m.policy.CommandWait)
		}
	}
	return nil
}

// Close stops subscriptions and the health check, waits for them, and closes the pool. It may be called twice.
func (m *Manager) Close() {
	m.turn(Closed, nil)
	m.end()
	m.work.Wait()
	_ = m.client.Close() // the second time it says that it is closed
}

func sleep(ctx context.Context, delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
