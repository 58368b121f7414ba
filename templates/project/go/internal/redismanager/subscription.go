package redismanager

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Gap is a time in which messages may have been lost: from the last sign of life to the new acknowledgement.
type Gap struct {
	Channel    string
	Start, End time.Time
}

// Subscription is one channel on a connection of its own.
type Subscription struct {
	Channel string

	manager      *Manager
	onMessage    func(string)
	onGap        func(Gap)
	acknowledged chan struct{}
	once         sync.Once
	heard        time.Time
	stop         context.CancelFunc
	done         chan struct{}
}

// Subscribe returns when the server has acknowledged. The subscription comes back by itself and reports the gap.
func (m *Manager) Subscribe(ctx context.Context, channel string, onMessage func(string), onGap func(Gap)) (*Subscription, error) {
	running, stop := context.WithCancel(m.ending)
	s := &Subscription{
		Channel: channel, manager: m, onMessage: onMessage, onGap: onGap,
		acknowledged: make(chan struct{}), heard: time.Now(), stop: stop, done: make(chan struct{}),
	}
	m.work.Add(1)
	go s.run(running)
	limit := time.NewTimer(m.policy.CommandWait)
	defer limit.Stop()
	select {
	case <-s.acknowledged:
		return s, nil
	case <-ctx.Done():
		s.Close()
		return nil, ctx.Err()
	case <-limit.C:
		s.Close()
		return nil, fmt.Errorf("%w: no acknowledgement of %s", ErrNotReady, channel)
	}
}

// Close ends the subscription and waits until its reader is gone.
func (s *Subscription) Close() {
	s.stop()
	<-s.done
}

func (s *Subscription) run(ctx context.Context) {
	defer s.manager.work.Done()
	defer close(s.done)
	delays := s.manager.policy.reconnecting()
	for ctx.Err() == nil {
		begin := time.Now()
		err := s.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		s.manager.log.Info("redis subscription lost", "channel", s.Channel, "class", Classify(err))
		if time.Since(begin) > s.manager.policy.ReconnectCap {
			delays = s.manager.policy.reconnecting()
		}
		sleep(ctx, delays.delay())
	}
}

func (s *Subscription) listen(ctx context.Context) error {
	client, verify, err := s.manager.listening(ctx)
	if err != nil {
		return err
	}
	if client != s.manager.client {
		defer func() { _ = client.Close() }()
	}
	// a connection for this turn only: go-redis would reconnect it in silence, and no gap would be seen
	pubsub := client.Subscribe(ctx)
	defer func() { _ = pubsub.Close() }()
	stopped := context.AfterFunc(ctx, func() { _ = pubsub.Close() }) // wakes a reader that waits
	defer stopped()
	if err := pubsub.Subscribe(ctx, s.Channel); err != nil {
		return err
	}
	asked := false
	for {
		answer, err := pubsub.ReceiveTimeout(ctx, s.manager.policy.SubscriptionPing)
		switch {
		case err == nil:
			asked = false
			if err := s.take(ctx, answer, verify); err != nil {
				return err
			}
		case !errors.Is(err, os.ErrDeadlineExceeded) && Classify(err) != Timeout, asked:
			return err
		default:
			if err := pubsub.Ping(ctx); err != nil {
				return err
			}
			asked = true
		}
	}
}

func (s *Subscription) take(ctx context.Context, answer any, verify func(context.Context) error) error {
	before, now := s.heard, time.Now()
	switch answer := answer.(type) {
	case *redis.Message:
		s.manager.messages.Add(1)
		s.onMessage(answer.Payload)
	case *redis.Subscription:
		if err := verify(ctx); err != nil {
			return err
		}
		s.acknowledge(before, now)
	}
	s.heard = now
	return nil
}

func (s *Subscription) acknowledge(before, now time.Time) {
	first := false
	s.once.Do(func() {
		first = true
		close(s.acknowledged)
	})
	if first {
		return
	}
	s.manager.gaps.Add(1)
	if s.onGap != nil {
		s.onGap(Gap{Channel: s.Channel, Start: before, End: now})
	}
}

// listening is the client to listen with, and what tells whether its server is still the one to listen to: a master
// that was frozen does not know yet that it is none.
func (m *Manager) listening(ctx context.Context) (redis.UniversalClient, func(context.Context) error, error) {
	if m.target.options.MasterName == "" {
		return m.client, func(context.Context) error { return nil }, nil
	}
	master, err := m.target.findMaster(ctx)
	if err != nil {
		return nil, nil, err
	}
	options := m.target.options.Simple()
	options.Addr = master
	verify := func(ctx context.Context) error {
		now, err := m.target.findMaster(ctx)
		if err == nil && now != master {
			err = errors.New("READONLY another server is the master")
		}
		return err
	}
	return redis.NewClient(options), verify, nil
}
