// Command driver drives the Go manager for the fault suite: requests on standard input, answers on output.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"demo/internal/redismanager"
)

type fields map[string]any

type request struct {
	ID           int     `json:"id"`
	Do           string  `json:"do"`
	URL          string  `json:"url"`
	Options      fields  `json:"options"`
	Channel      string  `json:"channel"`
	Command      []any   `json:"command"`
	Rate         float64 `json:"rate"`
	Seconds      float64 `json:"seconds"`
	Milliseconds float64 `json:"milliseconds"`
	Count        int     `json:"count"`
	Times        int     `json:"times"`
	Delay        float64 `json:"delay"`
}

var (
	started = time.Now()
	// monotonic times as the other drivers and the suite give them: seconds since boot
	booted = uptime()
	out    sync.Mutex
)

func uptime() float64 {
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0
	}
	seconds, _ := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	return seconds
}

func at(moment time.Time) float64 { return booted + moment.Sub(started).Seconds() }

func say(record fields) {
	text, err := json.Marshal(record)
	if err != nil {
		text, _ = json.Marshal(fields{"event": "broken", "error": err.Error()})
	}
	out.Lock()
	defer out.Unlock()
	_, _ = os.Stdout.Write(append(text, '\n'))
}

type logLines struct{}

func (logLines) Write(line []byte) (int, error) {
	say(fields{"event": "log", "at": at(time.Now()), "line": strings.TrimSpace(string(line))})
	return len(line), nil
}

func logger() *slog.Logger { return slog.New(slog.NewJSONHandler(logLines{}, nil)) }

type driver struct {
	mu       sync.Mutex
	manager  *redismanager.Manager
	cancel   context.CancelFunc
	received [][2]float64
	gaps     [][2]float64
	delay    time.Duration
	metrics  int
}

func policy(options fields) *redismanager.Policy {
	p := redismanager.DefaultPolicy()
	for name, value := range options {
		number, _ := value.(float64)
		length := time.Duration(number * float64(time.Second))
		switch name {
		case "attempts":
			p.Attempts = int(number)
		case "attemptTimeout":
			p.AttemptTimeout = length
		case "base":
			p.Base = length
		case "cap":
			p.Cap = length
		case "jitter":
			p.Jitter = number
		case "reconnectCap":
			p.ReconnectCap = length
		case "deadline":
			p.Deadline = length
		case "healthInterval":
			p.HealthInterval = length
		case "poolSize":
			p.PoolSize = int(number)
		case "poolTimeout":
			p.PoolTimeout = length
		case "commandWait":
			p.CommandWait = length
		}
	}
	return &p
}

func failed(err error) fields {
	var connect *redismanager.ConnectError
	if errors.As(err, &connect) {
		return fields{"ok": false, "class": connect.Class, "attempts": connect.Attempts, "error": err.Error()}
	}
	return fields{"ok": false, "class": redismanager.Classify(err), "error": err.Error()}
}

func (d *driver) connect(r request) fields {
	ctx, cancel := context.WithCancel(context.Background())
	d.mu.Lock()
	d.cancel = cancel
	d.mu.Unlock()
	begin := time.Now()
	manager, err := redismanager.Connect(ctx, r.URL, redismanager.Options{
		Policy: policy(r.Options), Logger: logger(), OnStatus: onStatus, OnCommand: d.onCommand,
	})
	answer := fields{}
	if err != nil {
		answer = failed(err)
	}
	answer["seconds"] = time.Since(begin).Seconds()
	d.mu.Lock()
	d.manager = manager
	d.mu.Unlock()
	return answer
}

func onStatus(status redismanager.Status) {
	say(fields{"event": "status", "at": at(time.Now()), "state": status.State})
}

func (d *driver) onCommand(string, time.Duration, redismanager.Class) {
	d.mu.Lock()
	d.metrics++
	d.mu.Unlock()
}

func (d *driver) status() fields {
	status := d.manager.Status()
	return fields{"state": status.State, "since": at(status.Since), "lastError": status.LastError, "counters": d.manager.Counters(), "metrics": d.metrics}
}

func (d *driver) call(r request) fields {
	value, err := d.manager.Client().Do(context.Background(), r.Command...).Result()
	if err != nil {
		return failed(err)
	}
	return fields{"value": value}
}

func (d *driver) block(r request) fields {
	for i := range r.Count {
		go func() {
			ctx := context.Background()
			d.manager.Client().BLPop(ctx, time.Duration(r.Seconds*float64(time.Second)), "nothing-"+strconv.Itoa(i))
		}()
	}
	return fields{}
}

func (d *driver) subscribe(r request) fields {
	_, err := d.manager.Subscribe(context.Background(), r.Channel, d.onMessage, d.onGap)
	if err != nil {
		return failed(err)
	}
	return fields{}
}

func (d *driver) onMessage(text string) {
	number, _ := strconv.Atoi(text)
	d.mu.Lock()
	d.received = append(d.received, [2]float64{float64(number), at(time.Now())})
	delay := d.delay
	d.mu.Unlock()
	time.Sleep(delay)
}

func (d *driver) onGap(gap redismanager.Gap) {
	pair := [2]float64{at(gap.Start), at(gap.End)}
	d.mu.Lock()
	d.gaps = append(d.gaps, pair)
	d.mu.Unlock()
	say(fields{"event": "gap", "at": at(time.Now()), "start": pair[0], "end": pair[1]})
}

func (d *driver) publish(r request) fields {
	begin, ctx := time.Now(), context.Background()
	sent, lost := [][2]float64{}, []int{}
	for number := 1; ; number++ {
		due := begin.Add(time.Duration(float64(number) / r.Rate * float64(time.Second)))
		if due.Sub(begin).Seconds() > r.Seconds {
			return fields{"sent": sent, "failed": lost}
		}
		time.Sleep(time.Until(due))
		if err := d.manager.Client().Publish(ctx, r.Channel, number).Err(); err != nil {
			lost = append(lost, number)
			continue
		}
		sent = append(sent, [2]float64{float64(number), at(time.Now())})
	}
}

func (d *driver) results() fields {
	d.mu.Lock()
	defer d.mu.Unlock()
	received, gaps := append([][2]float64{}, d.received...), append([][2]float64{}, d.gaps...)
	return fields{"received": received, "gaps": gaps}
}

func once(r request) error {
	manager, err := redismanager.Connect(context.Background(), r.URL, redismanager.Options{Policy: policy(r.Options), Logger: logger()})
	if err != nil {
		return err
	}
	defer manager.Close()
	return manager.Client().Set(context.Background(), "cycle", 1, 0).Err()
}

func (d *driver) cycle(r request) fields {
	for range 2 { // what the libraries keep for good is there after the first
		if err := once(r); err != nil {
			return failed(err)
		}
	}
	before := settled(nil)
	for range r.Times {
		if err := once(r); err != nil {
			return failed(err)
		}
	}
	return fields{"before": before, "after": settled(before)}
}

func usage() map[string]int {
	sockets := 0
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range entries {
		if link, _ := os.Readlink("/proc/self/fd/" + entry.Name()); strings.HasPrefix(link, "socket:") {
			sockets++
		}
	}
	return map[string]int{"sockets": sockets, "tasks": runtime.NumGoroutine()}
}

// settled is what is in use once it is no more than before, or after 20 s; without a before, after half a second.
func settled(before map[string]int) map[string]int {
	if before == nil {
		time.Sleep(500 * time.Millisecond)
		return usage()
	}
	end := time.Now().Add(20 * time.Second)
	for {
		now := usage()
		if (now["sockets"] <= before["sockets"] && now["tasks"] <= before["tasks"]) || time.Now().After(end) {
			return now
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (d *driver) starts(r request) fields {
	failures := []string{}
	for range r.Times {
		time.Sleep(time.Duration(rand.Float64() * r.Delay * float64(time.Second)))
		if err := once(r); err != nil {
			failures = append(failures, err.Error())
		}
	}
	return fields{"failures": failures}
}

// pairs are the seconds of some operations: through the manager and two bare clients, in turn.
func (d *driver) pairs(r request) fields {
	options, err := redis.ParseURL(r.URL)
	if err != nil {
		return failed(err)
	}
	clients := map[string]redis.Cmdable{
		"manager": d.manager.Client(), "bare": redis.NewClient(options), "control": redis.NewClient(options),
	}
	names := []string{"manager", "bare", "control"}
	rounds := []map[string]float64{}
	for range r.Count {
		took := map[string]float64{}
		for _, place := range rand.Perm(len(names)) {
			name := names[place]
			begin := time.Now()
			for range r.Times {
				clients[name].Set(context.Background(), "rate", "x", 0)
			}
			took[name] = time.Since(begin).Seconds()
		}
		rounds = append(rounds, took)
	}
	return fields{"rounds": rounds}
}

func (d *driver) answer(r request) {
	var result fields
	switch r.Do {
	case "connect":
		result = d.connect(r)
	case "cancel":
		d.mu.Lock()
		d.cancel()
		d.mu.Unlock()
		result = fields{}
	case "status":
		result = d.status()
	case "call", "pooled": // every command takes a connection of the pool
		result = d.call(r)
	case "block":
		result = d.block(r)
	case "subscribe":
		result = d.subscribe(r)
	case "slow":
		d.mu.Lock()
		d.delay = time.Duration(r.Milliseconds * float64(time.Millisecond))
		d.mu.Unlock()
		result = fields{}
	case "publish":
		result = d.publish(r)
	case "results":
		result = d.results()
	case "cycle":
		result = d.cycle(r)
	case "starts":
		result = d.starts(r)
	case "pairs":
		result = d.pairs(r)
	case "close":
		begin := time.Now()
		d.manager.Close()
		result = fields{"seconds": time.Since(begin).Seconds()}
	default:
		result = fields{"ok": false, "error": "unknown request " + r.Do}
	}
	result["id"] = r.ID
	if _, given := result["ok"]; !given {
		result["ok"] = true
	}
	say(result)
}

func main() {
	d := &driver{}
	say(fields{"event": "up", "worst": redismanager.DefaultPolicy().WorstConnect().Seconds()})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			say(fields{"event": "broken", "error": err.Error()})
			continue
		}
		go d.answer(r) // a publisher runs while others are asked
	}
}
