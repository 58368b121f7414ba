password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
echo "::add-mask::$password"
printf 'REDIS_PASSWORD=%s\n' "$password" >>"$GITHUB_ENV"
echo "Make a Redis password: done"
