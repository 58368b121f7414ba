# The configuration, a password in it, goes to the server's standard input: it is in no process list and no file.
configuration() {
  printf '%s\n' "${REDIS_CONFIG:-}"
  if [ -n "${REDIS_PASSWORD:-}" ]; then
    local quoted=${REDIS_PASSWORD//\\/\\\\}
    quoted=${quoted//$'\n'/\\n}
    printf 'requirepass "%s"\nmasterauth "%s"\n' "${quoted//\"/\\\"}" "${quoted//\"/\\\"}"
  fi
  if [ -n "${REDIS_TLS:-}" ]; then
    printf '%s\n' 'port 0' 'tls-port 6379' 'tls-auth-clients no' 'tls-ca-cert-file /tls/ca.crt' \
      'tls-cert-file /tls/redis.crt' 'tls-key-file /tls/redis.key'
  fi
}
words=(--interactive --name "$REDIS_NAME" --publish "127.0.0.1:$REDIS_PUBLISHED:6379")
if [ -n "${REDIS_PASSWORD:-}" ]; then
  export REDISCLI_AUTH=$REDIS_PASSWORD
  words+=(--env REDISCLI_AUTH)
fi
while IFS= read -r word; do [ -z "$word" ] || words+=("$word"); done <<<"${REDIS_OPTIONS:-}"
while IFS= read -r pair; do [ -z "$pair" ] || words+=(--env "$pair"); done <<<"${REDIS_ENVIRONMENT:-}"
docker create "${words[@]}" "$REDIS_IMAGE" "$REDIS_SERVER" - >/dev/null
# copied, not mounted: the engine may see other files than this step does
[ -z "${REDIS_TLS:-}" ] || docker cp "$RUNNER_TEMP/redis-tls" "$REDIS_NAME:/tls"
# the container runs on when this client ends; what it prints is in `docker logs`
configuration | docker start --attach --interactive "$REDIS_NAME" >/dev/null 2>&1 &
echo "Start Redis: $REDIS_NAME is starting; the next steps wait for it"
