package service_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"__MODULE__/internal/redismanager"
	"__MODULE__/internal/service"
)

// newService is a service whose keys no other test or package shares.
func newService(t *testing.T) *service.Service {
	t.Helper()
	url := os.Getenv("REDIS_URL")
	if url == "" {
		url = "redis://127.0.0.1:6379/0"
	}
	manager, err := redismanager.Connect(t.Context(), url, redismanager.Options{})
	if err != nil {
		t.Fatal(err)
	}
	prefix := "test:" + rand.Text() + ":"
	t.Cleanup(func() {
		ctx := context.Background()
		keys, _ := manager.Client().Keys(ctx, prefix+"*").Result()
		for _, key := range keys {
			manager.Client().Del(ctx, key)
		}
		manager.Close()
	})
	return service.New(manager, prefix)
}

func TestASquareIsComputedOnce(t *testing.T) {
	t.Parallel()
	api, computed := newService(t), 0
	for range 2 {
		got, err := api.Square(t.Context(), 7, func(n int) int { computed++; return n * n })
		if err != nil || got != 49 {
			t.Fatalf("Square(7) = %d, %v", got, err)
		}
	}
	if computed != 1 {
		t.Errorf("computed %d times", computed)
	}
}

func TestNewsReachAListenerAtOnce(t *testing.T) {
	t.Parallel()
	api := newService(t)
	news, err := api.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer news.Close()
	if heard, err := api.Tell(t.Context(), "hello"); err != nil || heard != 1 {
		t.Fatalf("Tell = %d, %v", heard, err)
	}
	for end := time.Now().Add(10 * time.Second); len(api.News()) == 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if !slices.Equal(api.News(), []string{"hello"}) {
		t.Errorf("news %v", api.News())
	}
}

func TestTheHealthEndpointSaysReady(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	newService(t).Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	if answer.Code != http.StatusOK {
		t.Errorf("status %d: %s", answer.Code, answer.Body)
	}
}
