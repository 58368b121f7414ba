// Package service is what this program does with Redis: a cache, and news that every instance hears.
package service

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"__MODULE__/internal/redismanager"
)

// Service answers squares from a cache and keeps the news of one channel.
type Service struct {
	manager *redismanager.Manager
	prefix  string

	mu   sync.Mutex
	news []string
}

// New makes a service; prefix keeps the keys and channels of one instance or one test apart from others'.
func New(manager *redismanager.Manager, prefix string) *Service {
	return &Service{manager: manager, prefix: prefix}
}

// Square is the square of a number; the second asking within a minute does not compute it.
func (s *Service) Square(ctx context.Context, number int, compute func(int) int) (int, error) {
	key := s.prefix + "square:" + strconv.Itoa(number)
	kept, err := s.manager.Client().Get(ctx, key).Int()
	if err == nil || !errors.Is(err, redis.Nil) {
		return kept, err
	}
	value := compute(number)
	return value, s.manager.Client().Set(ctx, key, value, time.Minute).Err()
}

// Listen hears the news from now on; the server has acknowledged when it returns.
func (s *Service) Listen(ctx context.Context) (*redismanager.Subscription, error) {
	return s.manager.Subscribe(ctx, s.prefix+"news", s.hear, nil)
}

func (s *Service) hear(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.news = append(s.news, text)
}

// News are the news heard so far.
func (s *Service) News() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.news...)
}

// Tell publishes news and says how many heard it.
func (s *Service) Tell(ctx context.Context, text string) (int64, error) {
	return s.manager.Client().Publish(ctx, s.prefix+"news", text).Result()
}

// Handler serves /healthz and /square/{number}.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /square/{number}", s.square)
	return mux
}

func (s *Service) health(w http.ResponseWriter, _ *http.Request) {
	status := s.manager.Status()
	code := http.StatusOK
	if status.State != redismanager.Ready {
		code = http.StatusServiceUnavailable
	}
	reply(w, code, map[string]any{"redis": status.State})
}

func (s *Service) square(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		reply(w, http.StatusBadRequest, map[string]any{"error": "not a number"})
		return
	}
	value, err := s.Square(r.Context(), number, func(n int) int { return n * n })
	if err != nil {
		reply(w, http.StatusServiceUnavailable, map[string]any{"error": "Redis does not answer"})
		return
	}
	reply(w, http.StatusOK, map[string]any{"square": value})
}

func reply(w http.ResponseWriter, code int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the reader may have gone
}
