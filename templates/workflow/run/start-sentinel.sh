# A primary, its replicas and three Sentinels, on the runner's own network.
secret() { # DIRECTIVE...
  [ -n "${REDIS_PASSWORD:-}" ] || return 0
  local quoted=${REDIS_PASSWORD//\\/\\\\}
  printf '%s "%s"\n' "$1" "${quoted//\"/\\\"}"
}
server() { # PORT
  printf '%s\n' "${REDIS_CONFIG:-}" "port $1" 'bind 127.0.0.1' 'replica-announce-ip 127.0.0.1'
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
echo "Start Redis and Sentinel: $REDIS_NODES servers and 3 Sentinels are starting; the next steps wait for them"
