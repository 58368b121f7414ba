for name in $(docker ps --all --quiet --filter "name=^$REDIS_NAME(-[0-9s]+)?$"); do
  echo "::group::log of $name"
  docker logs "$name" 2>&1 | tail -n 200
  echo "::endgroup::"
  docker rm --force --volumes "$name" >/dev/null
done
echo "Stop Redis: done"
