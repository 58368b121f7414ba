# Primaries on the runner's own network, each announced where the tests can reach it.
configuration() {
  printf '%s\n' "${REDIS_CONFIG:-}" "port $1" 'cluster-enabled yes' "cluster-config-file nodes-$1.conf" \
    'cluster-node-timeout 5000' 'cluster-announce-ip 127.0.0.1' 'bind 127.0.0.1'
  if [ -n "${REDIS_PASSWORD:-}" ]; then
    local quoted=${REDIS_PASSWORD//\\/\\\\}
    quoted=${quoted//$'\n'/\\n}
    printf 'requirepass "%s"\nmasterauth "%s"\n' "${quoted//\"/\\\"}" "${quoted//\"/\\\"}"
  fi
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
nodes=()
for ((index = 0; index < REDIS_NODES; index++)); do
  port=$((REDIS_PUBLISHED + index))
  name=$REDIS_NAME
  [ "$index" -eq 0 ] || name=$REDIS_NAME-$index
  docker create --name "$name" "${words[@]}" "$REDIS_IMAGE" "$REDIS_SERVER" - >/dev/null
  configuration "$port" | docker start --attach --interactive "$name" >/dev/null 2>&1 &
  nodes+=("127.0.0.1:$port")
done
client() { docker exec "$REDIS_NAME" "$REDIS_CLI" "$@"; }
for ((try = 0; try < 300; try++)); do
  up=0
  for node in "${nodes[@]}"; do
    [ "$(client -p "${node##*:}" ping 2>/dev/null)" = PONG ] && up=$((up + 1))
  done
  [ "$up" -eq "$REDIS_NODES" ] && break
  sleep 0.2
done
if [ "$up" -ne "$REDIS_NODES" ]; then
  echo "::error title=Start Redis Cluster::only $up of $REDIS_NODES nodes answer"
  exit 1
fi
client --cluster create "${nodes[@]}" --cluster-replicas 0 --cluster-yes
echo "Start Redis Cluster: $REDIS_NODES nodes are joined"
