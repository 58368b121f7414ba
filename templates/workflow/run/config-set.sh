# Services take no command here: what may change while the server runs is set over the wire.
exec 3<>"/dev/tcp/$REDIS_HOST/$REDIS_PORT"
call() {
  local word answer
  printf '*%d\r\n' "$#" >&3
  for word in "$@"; do printf '$%d\r\n%s\r\n' "$(printf %s "$word" | wc -c)" "$word" >&3; done
  IFS= read -r -t 10 answer <&3
  printf '%s\n' "${answer%$'\r'}"
}
failed=0
while IFS= read -r line; do
  [ -n "$line" ] || continue
  name=${line%% *}
  answer=$(call CONFIG SET "$name" "${line#"$name" }")
  echo "$name: $answer"
  [ "$answer" = +OK ] || failed=1
done <<<"$REDIS_SETTINGS"
echo "Apply Redis settings: $([ "$failed" -eq 0 ] && echo "done" || echo "failed")"
exit "$failed"
