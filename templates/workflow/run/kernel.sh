# Values of the running kernel, before and after; then the server starts again under them.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}
set_value() { # NAME FILE VALUE
  local before
  before=$(cat "$2" 2>/dev/null) || before=unreadable
  if printf '%s\n' "$3" | as_root tee "$2" >/dev/null 2>&1; then
    printf '%s: %s -> %s\n' "$1" "$before" "$(cat "$2")"
  else
    echo "::warning title=Configure system for Redis::$1 stays $before: writing it is not permitted here"
  fi
}
queue() {
  command -v ss >/dev/null || return 0
  printf "the published port's queue %s: %s\n" "$1" "$(ss -ltnH "sport = :$PORT" | awk '{print $3; exit}')"
}
[ -z "${OVERCOMMIT:-}" ] || set_value vm.overcommit_memory /proc/sys/vm/overcommit_memory "$OVERCOMMIT"
[ -z "${SOMAXCONN:-}" ] || set_value net.core.somaxconn /proc/sys/net/core/somaxconn "$SOMAXCONN"
[ -z "${THP:-}" ] || set_value transparent_hugepage /sys/kernel/mm/transparent_hugepage/enabled "$THP"
[ -z "${THP:-}" ] || echo "transparent_hugepage is set as asked; Redis switches it off for itself, so nothing changes for it"
if [ -n "${REDIS_CONTAINER:-}" ]; then
  queue before
  printf 'warnings of the first start: %s\n' "$(docker logs "$REDIS_CONTAINER" 2>&1 | grep -c WARNING)"
  docker logs "$REDIS_CONTAINER" 2>&1 | grep WARNING || true
  restarted=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
  docker restart "$REDIS_CONTAINER" >/dev/null
  queue after
  echo "redis was started again at $restarted; its warnings since:"
  docker logs --since "$restarted" "$REDIS_CONTAINER" 2>&1 | grep WARNING || echo "none"
fi
echo "Configure system for Redis: done"
