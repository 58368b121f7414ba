// Package store keeps values in Redis, over the standard library alone.
package store

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Store is one connection to the server that the environment names.
type Store struct {
	connection net.Conn
	reader     *bufio.Reader
}

// Open connects, and authenticates when there is a password.
func Open() (*Store, error) {
	address, password := target()
	connection, err := dial(address)
	if err != nil {
		return nil, err
	}
	store := &Store{connection, bufio.NewReader(connection)}
	if password != "" {
		if _, err := store.Call("AUTH", password); err != nil {
			return nil, err
		}
	}
	return store, nil
}

// dial speaks TLS where the environment says so, and believes the authority that it names alone.
func dial(address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if os.Getenv("REDIS_TLS") == "" {
		return dialer.Dial("tcp", address)
	}
	certificate, err := os.ReadFile(os.Getenv("REDIS_TLS_CACERT"))
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(certificate)
	return tls.DialWithDialer(dialer, "tcp", address, &tls.Config{RootCAs: authorities})
}

func target() (string, string) {
	host, port, password := os.Getenv("REDIS_HOST"), os.Getenv("REDIS_PORT"), os.Getenv("REDIS_PASSWORD")
	if parsed, err := url.Parse(os.Getenv("REDIS_URL")); err == nil && host == "" {
		host, port = parsed.Hostname(), parsed.Port()
		if given, ok := parsed.User.Password(); ok {
			password = given
		}
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "6379"
	}
	return net.JoinHostPort(host, port), password
}

// Close ends the connection.
func (s *Store) Close() error { return s.connection.Close() }

// Call sends one command and returns its reply as text.
func (s *Store) Call(words ...string) (string, error) {
	request := fmt.Sprintf("*%d\r\n", len(words))
	for _, word := range words {
		request += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := s.connection.Write([]byte(request)); err != nil {
		return "", err
	}
	line, err := s.reader.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSpace(line)
	switch line[0] {
	case '-':
		return "", fmt.Errorf("%s", line[1:])
	case '$':
		return s.bulk(line)
	}
	return line[1:], nil
}

func (s *Store) bulk(line string) (string, error) {
	length, err := strconv.Atoi(line[1:])
	if err != nil || length < 0 {
		return "", err
	}
	text := make([]byte, length+2)
	_, err = io.ReadFull(s.reader, text)
	return string(text[:length]), err
}
