# A primary, its replicas and three Sentinels, on the runner's own network.
secret() { # DIRECTIVE...
  [ -n "${REDIS_PASSWORD:-}" ] || return 0
  local quoted=${REDIS_PASSWORD//\\/\\\\}
  quoted=${quoted//$'\n'/\\n}
  printf '%s "%s"\n' "$1" "${quoted//\"/\\\"}"
}
server() { # PORT
  printf '%s\n' "${REDIS_CONFIG:-}" "port $1" 'bind 127.0.0.1' 'replica-announce-ip 127.0.0.1' \
    'repl-diskless-sync-delay 0'
  secret requirepass
  secret masterauth
  [ "$1" -eq "$REDIS_PUBLISHED" ] || printf 'replicaof 127.0.0.1 %s\n' "$REDIS_PUBLISHED"
}
sentinel() { # PORT
  printf '%s\n' "port $1" 'bind 127.0.0.1' 'sentinel announce-ip 127.0.0.1' \
    "sentinel monitor main 127.0.0.1 $REDIS_PUBLISHED 2" 'sentinel down-after-milliseconds main 2000' \
    'sentinel failover-timeout main 5000'
  secret 'sentinel auth-pass main'
}
words=(--interactive --network host)
if [ -n "${REDIS_PASSWORD:-}" ]; then
  export REDISCLI_AUTH=$REDIS_PASSWORD
  words+=(--env REDISCLI_AUTH)
fi
# a health command would ask the usual port, which only one of them has
while IFS= read -r word; do [ -z "$word" ] || words+=("$word"); done \
  < <(printf '%s\n' "${REDIS_OPTIONS:-}" | awk '/^--health-/ { getline; next } { print }')
while IFS= read -r pair; do [ -z "$pair" ] || words+=(--env "$pair"); done <<<"${REDIS_ENVIRONMENT:-}"
for ((index = 0; index < REDIS_NODES; index++)); do
  name=$REDIS_NAME
  [ "$index" -eq 0 ] || name=$REDIS_NAME-$index
  docker create --name "$name" "${words[@]}" "$REDIS_IMAGE" "$REDIS_SERVER" - >/dev/null
  server "$((REDIS_PUBLISHED + index))" | docker start --attach --interactive "$name" >/dev/null 2>&1 &
done
for index in 0 1 2; do
  # a Sentinel rewrites its configuration, so it needs a file; the password goes there inside the container only
  docker create --name "$REDIS_NAME-s$index" "${words[@]}" --entrypoint sh "$REDIS_IMAGE" \
    -c "umask 077; cat >/tmp/sentinel.conf; exec $REDIS_SERVER /tmp/sentinel.conf --sentinel" >/dev/null
  sentinel "$((26379 + index))" | docker start --attach --interactive "$REDIS_NAME-s$index" >/dev/null 2>&1 &
done
replicas() {
  docker exec "$REDIS_NAME" "$REDIS_CLI" -p "$REDIS_PUBLISHED" info replication 2>/dev/null | grep -c '^slave[0-9]*:.*state=online'
}
quorum() { docker exec "$REDIS_NAME-s0" env -u REDISCLI_AUTH "$REDIS_CLI" -p 26379 sentinel ckquorum main 2>/dev/null; }
for ((try = 0; try < 300; try++)); do
  if [ "$(replicas)" = "$((REDIS_NODES - 1))" ] && [[ $(quorum) == "OK 3 "* ]]; then
    echo "Start Redis and Sentinel: $REDIS_NODES servers follow one another, and 3 Sentinels agree"
    exit 0
  fi
  sleep 0.2
done
echo "::error title=Start Redis and Sentinel::after 60 s $(replicas) of $((REDIS_NODES - 1)) replicas follow; the Sentinels say: $(quorum)"
exit 1
