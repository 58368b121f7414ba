package redismanager

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// observer is the hook through which every command of the client passes.
type observer struct{ manager *Manager }

// within marks what a command does on its way, such as the greeting of a new connection, as the manager's own.
func within(ctx context.Context) context.Context { return context.WithValue(ctx, own{}, true) }

func (o observer) DialHook(next redis.DialHook) redis.DialHook { return next }

func (o observer) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if ctx.Value(own{}) != nil {
			return next(ctx, cmd)
		}
		if !o.manager.ready.Load() {
			if err := o.manager.waitReady(ctx); err != nil {
				cmd.SetErr(err)
				return err
			}
		}
		begin := time.Now()
		err := next(within(ctx), cmd)
		o.manager.observe(cmd.Name(), begin, err)
		return err
	}
}

func (o observer) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if ctx.Value(own{}) != nil {
			return next(ctx, cmds)
		}
		if err := o.manager.waitReady(ctx); err != nil {
			for _, cmd := range cmds {
				cmd.SetErr(err)
			}
			return err
		}
		begin := time.Now()
		err := next(within(ctx), cmds)
		o.manager.observe("pipeline", begin, err)
		return err
	}
}

// observe counts a command and notices a loss.
func (m *Manager) observe(name string, begin time.Time, err error) {
	var class Class
	if err != nil && !errors.Is(err, redis.Nil) {
		class = Classify(err)
		m.errors.Add(1)
	} else {
		m.commands.Add(1)
	}
	if class.lost() {
		m.turn(Reconnecting, err)
		select {
		case m.lost <- struct{}{}:
		default: // it is known already
		}
	}
	if m.onCommand != nil {
		m.onCommand(name, time.Since(begin), class)
	}
}
