package redismanager

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// target is where Redis is: one server, the master that sentinels know, or a cluster.
type target struct {
	options  redis.UniversalOptions
	password string
}

// parseTarget reads redis://, rediss://, redis+sentinel://a:26379,b:26379/master/0 and redis+cluster://a:7000,b:7000.
func parseTarget(text string, policy Policy) (target, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		// the error of url.Parse repeats the address, password and all
		return target{}, fmt.Errorf("not a Redis address")
	}
	scheme, kind, _ := strings.Cut(parsed.Scheme, "+")
	if (scheme != "redis" && scheme != "rediss") || (kind != "" && kind != "sentinel" && kind != "cluster") {
		return target{}, fmt.Errorf("not a Redis address: scheme %q", parsed.Scheme)
	}
	password, _ := parsed.User.Password()
	path := strings.FieldsFunc(parsed.Path, func(r rune) bool { return r == '/' })
	options := redis.UniversalOptions{
		Addrs:         addresses(parsed.Host, kind),
		Username:      parsed.User.Username(),
		Password:      password,
		IsClusterMode: kind == "cluster",
		// this package waits and tries; the client's own retries would multiply it
		MaxRetries:            -1,
		DialerRetries:         1,
		DialTimeout:           policy.AttemptTimeout,
		ReadTimeout:           policy.AttemptTimeout,
		WriteTimeout:          policy.AttemptTimeout,
		ContextTimeoutEnabled: true,
		PoolSize:              policy.PoolSize,
		PoolTimeout:           policy.PoolTimeout,
	}
	if scheme == "rediss" {
		options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if kind == "sentinel" && len(path) > 0 {
		options.MasterName, path = path[0], path[1:]
	}
	if len(path) > 0 {
		if options.DB, err = strconv.Atoi(path[0]); err != nil {
			return target{}, fmt.Errorf("not a database number: %q", path[0])
		}
	}
	return target{options: options, password: password}, nil
}

func addresses(hosts, kind string) []string {
	port := "6379"
	if kind == "sentinel" {
		port = "26379"
	}
	found := strings.Split(hosts, ",")
	for i, host := range found {
		if _, _, err := net.SplitHostPort(host); err != nil {
			found[i] = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
	}
	return found
}

// findMaster asks the Sentinels, one after the other, for the address of the master.
func (t target) findMaster(ctx context.Context) (string, error) {
	var causes []error
	for _, address := range t.options.Addrs {
		found, err := t.ask(ctx, address)
		if err == nil {
			return found, nil
		}
		causes = append(causes, err)
	}
	return "", errors.Join(causes...)
}

func (t target) ask(ctx context.Context, address string) (string, error) {
	sentinel := redis.NewSentinelClient(&redis.Options{
		Addr: address, MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true,
		DialTimeout: t.options.DialTimeout, ReadTimeout: t.options.ReadTimeout, WriteTimeout: t.options.WriteTimeout,
	})
	defer func() { _ = sentinel.Close() }()
	found, err := sentinel.GetMasterAddrByName(ctx, t.options.MasterName).Result()
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(found[0], found[1]), nil
}

// withoutSecrets is the text with the password replaced.
func (t target) withoutSecrets(text string) string {
	if t.password == "" {
		return text
	}
	return strings.ReplaceAll(text, t.password, "***")
}
