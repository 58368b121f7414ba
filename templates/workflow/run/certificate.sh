# An authority and a certificate of this job's own, for the names by which the server is reached.
mkdir -p "$RUNNER_TEMP/redis-tls"
cd "$RUNNER_TEMP/redis-tls" || exit 1
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=holdfast CI authority" -keyout ca.key -out ca.crt 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout redis.key -out redis.csr 2>/dev/null
printf 'subjectAltName=DNS:localhost,DNS:redis,IP:127.0.0.1,IP:::1\n' >names
openssl x509 -req -in redis.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out redis.crt 2>/dev/null
rm -f ca.key redis.csr names
# the server drops its privileges before it reads them
chmod 0755 . && chmod 0644 redis.key redis.crt ca.crt
printf 'REDIS_TLS_CACERT=%s\n' "$RUNNER_TEMP/redis-tls/ca.crt" >>"$GITHUB_ENV"
echo "Make a certificate for Redis: done"
