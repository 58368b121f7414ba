printf 'REDIS_PORT=%s\nREDIS_URL=redis://%s:%s/0\n' "$PORT" "$REDIS_HOST" "$PORT" >>"$GITHUB_ENV"
echo "Learn Redis's port: $PORT"
