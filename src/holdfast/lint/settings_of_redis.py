"""Configuration names of Redis and Valkey servers, 6.0 to 8.x, and those that only a start can set.

Checked against CONFIG GET of Redis 6.2, 7.0.15 and 8.0.2 and Valkey 8.1.1 by a test; names of other versions are
from their documentation. IMMUTABLE is checked against CONFIG SET of 7.0.15.
"""

from __future__ import annotations

from typing import NamedTuple

from holdfast.lint.names import names

SETTINGS = names(
    "aof-rewrite-cpulist bgsave-cpulist bio-cpulist cluster-compatibility-sample-ratio gopher-enabled "
    "lua-replicate-commands cluster-manual-failover-timeout active-defrag-cycle-us rdma-completion-vector "
    "acl-pubsub-default aclfile acllog-max-len active-defrag-cycle-max active-defrag-cycle-min "
    "active-defrag-ignore-bytes active-defrag-max-scan-fields active-defrag-threshold-lower "
    "active-defrag-threshold-upper active-expire-effort activedefrag activerehashing "
    "always-show-logo aof-disable-auto-gc aof-load-corrupt-tail-max-size aof-load-truncated "
    "aof-rewrite-incremental-fsync aof-timestamp-enabled aof-use-rdb-preamble aof_rewrite_cpulist "
    "appenddirname appendfilename appendfsync appendonly auto-aof-rewrite-min-size "
    "auto-aof-rewrite-percentage availability-zone bgsave_cpulist bind bind-source-addr bio_cpulist "
    "busy-reply-threshold client-default-resp client-output-buffer-limit client-query-buffer-limit "
    "close-on-replica-write cluster-allow-pubsubshard-when-down cluster-allow-reads-when-down "
    "cluster-allow-replica-migration cluster-announce-bus-port cluster-announce-client-ipv4 "
    "cluster-announce-client-ipv6 cluster-announce-hostname cluster-announce-human-nodename "
    "cluster-announce-ip cluster-announce-port cluster-announce-tls-port cluster-blacklist-ttl "
    "cluster-config-file cluster-enabled cluster-link-sendbuf-limit cluster-migration-barrier "
    "cluster-node-timeout cluster-port cluster-preferred-endpoint-type cluster-replica-no-failover "
    "cluster-replica-validity-factor cluster-require-full-coverage cluster-slave-no-failover "
    "cluster-slave-validity-factor cluster-slot-stats-enabled commandlog-execution-slower-than "
    "commandlog-large-reply-max-len commandlog-large-request-max-len commandlog-reply-larger-than "
    "commandlog-request-larger-than commandlog-slow-execution-max-len crash-log-enabled "
    "crash-memcheck-enabled daemonize databases dbfilename debug-context dir disable-thp "
    "dual-channel-replication-enabled dynamic-hz enable-debug-assert enable-debug-command "
    "enable-module-command enable-protected-configs events-per-io-thread "
    "extended-redis-compatibility failover-delay hash-max-listpack-entries hash-max-listpack-value "
    "hash-max-ziplist-entries hash-max-ziplist-value hash-seed hide-user-data-from-log "
    "hll-sparse-max-bytes hz ignore-warnings import-mode include io-threads io-threads-do-reads "
    "jemalloc-bg-thread key-load-delay key-memory-histograms latency-monitor-threshold "
    "latency-tracking latency-tracking-info-percentiles lazyfree-lazy-eviction lazyfree-lazy-expire "
    "lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush lfu-decay-time "
    "lfu-log-factor list-compress-depth list-max-listpack-size list-max-ziplist-size loadmodule "
    "locale-collate log-format log-timestamp-format logfile loglevel lookahead "
    "lua-enable-deprecated-api lua-time-limit masterauth masteruser max-new-connections-per-cycle "
    "max-new-tls-connections-per-cycle maxclients maxmemory maxmemory-clients "
    "maxmemory-eviction-tenacity maxmemory-policy maxmemory-samples min-io-threads-avoid-copy-reply "
    "min-replicas-max-lag min-replicas-to-write min-slaves-max-lag min-slaves-to-write mptcp "
    "no-appendfsync-on-rewrite notify-keyspace-events oom-score-adj oom-score-adj-values pidfile "
    "port prefetch-batch-max-size primaryauth primaryuser proc-title-template "
    "propagation-error-behavior protected-mode proto-max-bulk-len rdb-del-sync-files "
    "rdb-key-save-delay rdb-save-incremental-fsync rdb-version-check rdbchecksum rdbcompression "
    "rdma-bind rdma-port rdma-rx-size rename-command repl-backlog-size repl-backlog-ttl "
    "repl-disable-tcp-nodelay repl-diskless-load repl-diskless-sync repl-diskless-sync-delay "
    "repl-diskless-sync-max-replicas repl-diskless-sync-period repl-mptcp repl-ping-replica-period "
    "repl-ping-slave-period repl-rdb-channel repl-timeout replica-announce-ip replica-announce-port "
    "replica-announced replica-full-sync-buffer-limit replica-ignore-disk-write-errors "
    "replica-ignore-maxmemory replica-lazy-flush replica-priority replica-read-only "
    "replica-serve-stale-data replicaof req-res-logfile requirepass sanitize-dump-payload save "
    "server-cpulist server_cpulist set-max-intset-entries set-max-listpack-entries "
    "set-max-listpack-value set-proc-title shutdown-on-sigint shutdown-on-sigterm shutdown-timeout "
    "slave-announce-ip slave-announce-port slave-ignore-maxmemory slave-lazy-flush slave-priority "
    "slave-read-only slave-serve-stale-data slaveof slot-migration-max-failover-repl-bytes "
    "slowlog-log-slower-than slowlog-max-len socket-mark-id stop-writes-on-bgsave-error "
    "stream-node-max-bytes stream-node-max-entries supervised syslog-enabled syslog-facility "
    "syslog-ident tcp-backlog tcp-keepalive timeout tls-allowlisted-ciphers tls-auth-clients "
    "tls-auth-clients-user tls-auto-reload-interval tls-ca-cert-dir tls-ca-cert-file tls-cert-file "
    "tls-ciphers tls-ciphersuites tls-client-cert-file tls-client-key-file tls-client-key-file-pass "
    "tls-cluster tls-dh-params-file tls-key-file tls-key-file-pass tls-port "
    "tls-prefer-server-ciphers tls-protocols tls-replication tls-session-cache-size "
    "tls-session-cache-timeout tls-session-caching tracking-table-max-keys unixsocket "
    "unixsocketgroup unixsocketperm unlock-module use-exit-on-panic user "
    "vset-force-single-threaded-execution watchdog-period zset-max-listpack-entries "
    "zset-max-listpack-value zset-max-ziplist-entries zset-max-ziplist-value"
)

# Words that redis-server takes and that are no settings.
SERVER_FLAGS = names("sentinel check-system test-memory loadmodule user")

# CONFIG SET answers "can't set immutable config" (src/config.c, IMMUTABLE_CONFIG, Redis 7.0).
IMMUTABLE = names(
    "databases tcp-backlog io-threads io-threads-do-reads cluster-enabled unixsocket unixsocketperm "
    "logfile aclfile daemonize supervised always-show-logo set-proc-title disable-thp socket-mark-id "
    "pidfile syslog-enabled syslog-ident rdbchecksum appenddirname appendfilename "
    "enable-debug-command enable-module-command enable-protected-configs cluster-config-file"
)


class Values(NamedTuple):
    """What a setting takes: a pattern for the whole value, whatever its case, and the same in words."""

    pattern: str
    words: str


_YES_NO = Values(r"yes|no", "yes or no")
_SIZE = Values(r"\d+(?:b|kb?|mb?|gb?|tb?)?", "a size such as 64mb or 1gb")
_NUMBER = Values(r"\d+", "a number")
# Source: redis/redis, src/config.c of 7.0 and 8.0; allkeys-lrm and volatile-lrm came with 8.6.
VALUES = {
    **dict.fromkeys(
        names(
            "appendonly protected-mode rdbcompression rdbchecksum stop-writes-on-bgsave-error aof-use-rdb-preamble "
            "cluster-enabled daemonize no-appendfsync-on-rewrite activerehashing lazyfree-lazy-eviction "
            "lazyfree-lazy-expire always-show-logo disable-thp"
        ),
        _YES_NO,
    ),
    "maxmemory": _SIZE,
    "databases": Values(r"[1-9]\d*", "a number from 1"),
    **dict.fromkeys(
        names("port maxclients tcp-backlog timeout tcp-keepalive hz io-threads maxmemory-samples"),
        _NUMBER,
    ),
    "maxmemory-policy": Values(
        r"noeviction|(?:allkeys|volatile)-(?:lru|lfu|lrm|random)|volatile-ttl",
        "noeviction, allkeys-lru, allkeys-lfu, allkeys-random, or one of volatile-",
    ),
    "appendfsync": Values(r"always|everysec|no", "always, everysec or no"),
    "loglevel": Values(r"debug|verbose|notice|warning|nothing", "debug, verbose, notice or warning"),
}
