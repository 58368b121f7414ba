// Command api is a small service on Redis: REDIS_URL says where Redis is, PORT where to listen.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"__MODULE__/internal/redismanager"
	"__MODULE__/internal/service"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	if err := run(ctx, logger); err != nil {
		logger.Error("stopped", "error", err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, logger *slog.Logger) error {
	manager, err := connectRedis(ctx, logger)
	if err != nil {
		return err
	}
	defer manager.Close()
	api := service.New(manager, "__NAME__:")
	news, err := api.Listen(ctx)
	if err != nil {
		return err
	}
	defer news.Close()
	return serve(ctx, api.Handler())
}

// connectRedis tries up to ten times, 5 s each, with delays that double from 1 s to 30 s: 201 s at worst.
func connectRedis(ctx context.Context, logger *slog.Logger) (*redismanager.Manager, error) {
	return redismanager.Connect(ctx, setting("REDIS_URL", "redis://127.0.0.1:6379/0"), redismanager.Options{Logger: logger})
}

func serve(ctx context.Context, handler http.Handler) error {
	server := &http.Server{
		Addr:              net.JoinHostPort("127.0.0.1", setting("PORT", "8080")),
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
	}
	context.AfterFunc(ctx, func() {
		closing, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(closing)
	})
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
