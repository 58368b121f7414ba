#!/usr/bin/env bash
# Runs a command, and runs it again only when Redis (not the command) was the reason of its failure.
# run-with-retry.sh --help explains all of it.

case ${BASH_VERSION:-none} in
  none | 0.* | 1.* | 2.* | 3.* | 4.*)
    printf 'retry: bash 5.0 or newer is needed, this is %s\n' "${BASH_VERSION:-another shell}" >&2
    exit 2
    ;;
esac

# --- settings, written by holdfast from the spec ---
# Attempts at most.
ATTEMPTS=5
# Waits between attempts: linear:10s, exponential:1s, or a list such as 10s,20s,30s (its last one repeats).
DELAYS=linear:10s
# No wait is longer; empty for no cap.
CAP=
# none, or full: each wait is drawn from 0 to its length.
JITTER=none
# All attempts and waits together.
DEADLINE=20m
# One attempt at most.
ATTEMPT_TIMEOUT=18m
# A further attempt starts only if it can run this long; empty: as long as the longest so far.
MIN_ATTEMPT=
# Kept of the deadline for diagnostics; empty: 5 % of it, at most 60 s.
RESERVE=
# Failure classes that are tried again, with commas between.
RETRY_ON=refused,reset,timeout,loading,maxclients
# What is deleted before a further attempt: none, flushdb, flushall.
RESET=none
# What a pass that needed a retry is: pass, warn, fail.
FLAKY=warn
# Where the ledger goes.
LEDGER=retry-ledger.json
# Own patterns, "CLASS: extended regular expression".
OWN_PATTERNS=()
# --- end of settings ---

# --- failure classes ---
# Words in lower case, found anywhere in a line; ^ is a line's start, $ its end.
INFRASTRUCTURE=(noauth oom readonly maxclients loading reset refused timeout)
COUNTERS=(
  noauth:errorstat_NOAUTH
  noauth:errorstat_WRONGPASS
  noauth:errorstat_NOPERM
  oom:errorstat_OOM
  readonly:errorstat_READONLY
  readonly:errorstat_MISCONF
  maxclients:rejected_connections
  loading:errorstat_LOADING
  loading:errorstat_MASTERDOWN
  loading:errorstat_CLUSTERDOWN
  loading:errorstat_BUSY
  reset:client_output_buffer_limit_disconnections
  reset:client_query_buffer_limit_disconnections
)
WORDS=(
  'noauth:is running in protected mode because'
  'noauth:has no permissions to run the'
  'noauth:has no permissions to access'
  'noauth:invalid username-password pair'
  'noauth:hello must be called with the client already authenticated'
  'noauth:password authentication failed- authenticationfailed'
  'noauth:noauth authentication required'
  'noauth:wrongpass '
  'noauth:noperm '
  'noauth:err invalid password'
  'noauth:auth called without any password configured'
  'noauth:auth <password> called without any password configured'
  'noauth:noauth '
  'noauth:noperm: '
  'noauth:noauth: '
  'noauth:wrongpass: '
  noauth:redis.exceptions.authenticationerror
  noauth:redis.exceptions.nopermissionerror
  'oom:command not allowed when used memory'
  'oom:oom command not allowed'
  'oom:-oom '
  oom:redis.exceptions.outofmemoryerror
  'readonly:is configured to save rdb snapshots, but'
  'readonly:readonly you can'"'"'t write against a read only'
  'readonly:-readonly '
  'readonly:you can'"'"'t write against a read only'
  readonly:redis.exceptions.readonlyerror
  'readonly:noreplicas not enough good replicas'
  'readonly:noreplicas: '
  'readonly:misconf redis is configured to save rdb snapshots'
  'readonly:misconf errors writing'
  'readonly:misconf valkey is configured to save rdb snapshots'
  'maxclients:max number of clients reached'
  'maxclients:max number of clients + cluster connections reached'
  maxclients:redis.exceptions.maxclientserror
  'loading:is loading the dataset in memory'
  'loading:link with master is down'
  'loading:hash slot not served'
  'loading:is busy running a script'
  'loading:by the server - clusterdown'
  'loading:by the server - tryagain'
  'loading:by the server - moved'
  'loading:loading redis is loading the dataset'
  'loading:masterdown link with master is down'
  'loading:loading valkey is loading the dataset'
  'loading:clusterdown '
  'loading:tryagain '
  'loading:busy redis is busy'
  'loading:busy valkey is busy'
  loading:redis.exceptions.busyloadingerror
  loading:redis.exceptions.clusterdownerror
  loading:redis.exceptions.masterdownerror
  loading:redis.exceptions.movederror
  loading:movederror
  'reset:connection reset by peer'
  reset:econnreset
  'reset:broken pipe'
  reset:epipe
  'reset:: eof$'
  'reset:use of closed network connection'
  'reset:connection closed by server'
  'reset:server closed the connection'
  'reset:socket closed unexpectedly'
  reset:socketclosedunexpectedlyerror
  'reset:disconnected during'
  'reset:connection is closed.'
  'reset:connection lost'
  'reset:read error on connection'
  'reset:socket error on read socket'
  'reset:went away'
  'reset:unexpected end of file'
  'reset:multiplexed connection driver unexpectedly terminated'
  'reset:unexpected end of stream'
  'reset:the connection to redis is closed'
  refused:redisconnectionfailureexception
  'refused:unable to connect to redis'
  'refused:connection refused'
  refused:econnrefused
  'refused:could not connect to redis'
  'refused:redis not connected'
  'refused:redis is not connected'
  'refused:error 111 connecting to'
  refused:redis::cannotconnecterror
  'refused:jedisconnectionexception: failed to'
  'refused:jedisconnection failed to'
  'refused:redisconnectionexception: unable to connect to'
  'refused:it was not possible to connect to the redis server'
  'refused:no such host'
  'refused:getaddrinfo enotfound'
  'refused:getaddrinfo eai_again'
  'refused:name or service not known'
  'refused:temporary failure in name resolution'
  'refused:the client is closed'
  refused:clientclosederror
  refused:clientofflineerror
  refused:maxretriesperrequesterror
  'refused:reached the max retries per request limit'
  'refused:stream isn'"'"'t writeable and enableofflinequeue'
  'refused:no master found for'
  'refused:all sentinels specified'
  'refused:no route to host'
  'refused:network is unreachable'
  refused:ehostunreach
  refused:enetunreach
  timeout:redis.exceptions.maxconnectionserror
  'timeout:redis.exceptions.connectionerror: no connection available'
  'timeout:redis.exceptions.connectionerror: too many connections'
  'timeout:resource temporarily unavailable (os error 11)'
  'timeout:ms exceeded. for async tests and hooks'
  'timeout:connection timed out'
  timeout:etimedout
  'timeout:operation timed out'
  timeout:sockettimeoutexception
  'timeout:read timed out'
  'timeout:connect timed out'
  'timeout:i/o timeout'
  'timeout:context deadline exceeded'
  'timeout:redis: connection pool timeout'
  'timeout:: timeout reading from'
  'timeout:: timeout connecting to'
  timeout:redis.exceptions.timeouterror
  'timeout:expecting data, but didn'"'"'t receive any in'
  timeout:redis::timeouterror
  timeout:redisclient::readtimeouterror
  timeout:jedisexhaustedpoolexception
  'timeout:could not get a resource from the pool'
  timeout:rediscommandtimeoutexception
  timeout:redistimeoutexception
  'timeout:connection timeout'
  timeout:connectiontimeouterror
  timeout:sockettimeouterror
  'timeout:connect etimedout'
  'timeout:command timed out'
  'timeout:panic: test timed out after'
  'timeout:failed: timeout >'
  'timeout:failed: timeout (>'
  'timeout:+ timeout +'
  'timeout:exceeded timeout of'
  'timeout:test timed out in'
  'timeout:hook timed out in'
  'timeout:test timed out after'
  timeout:testtimeoutfailure
  'timeout:this test was aborted after'
  'timeout:execution aborted after'
  'timeout:execution expired'
  'build:[build failed]'
  'build:[setup failed]'
  'build:build constraints exclude all go files'
  'build:^vet: '
  'build:e   syntaxerror'
  'build:e   modulenotfounderror'
  'build:e   importerror'
  'build:e   indentationerror'
  'build:importerror while loading conftest'
  'build:^modulenotfounderror: no module named'
  build:err_module_not_found
  'build:^syntaxerror: '
  'build:error: cannot find module'
  'build:^# syntaxerror: '
  'build:cannot find module '"'"''
  'build:jest failed to parse a file'
  'build:jest encountered an unexpected token'
  'build:failed to resolve import'
  'build:transform failed with'
  'build:failed to load url'
  'build:error ts1'
  'build:error ts2'
  'build:error ts5'
  'build:error ts6'
  'build:error ts7'
  'build:error: could not compile'
  'build:error[e0'
  'build:error: failed to compile'
  'build:php parse error'
  'build:^parse error: '
  'build:php fatal error:  uncaught error: class'
  'build:an error occurred while loading'
  'build:error occurred outside of examples'
  'build:cannot load such file'
  'build:syntax error, unexpected'
  'build:ninja: build stopped'
  'build:compilation error'
  'build:compilation failure'
  'build:compilation failed; see the compiler'
  'usage:can'"'"'t parse map reply'
  'usage:reply: "http/'
  'usage:protocol error, got '
  'usage:protocol error: b'"'"''
  'usage:unknown resp type '
  'usage:redigo: unexpected response line'
  'usage:jedisconnectionexception: unknown reply: '
  'usage:jedisconnection unknown reply: '
  usage:wrong_version_number
  'usage:wrong version number'
  'usage:record layer failure'
  'usage:first record does not look like a tls handshake'
  'usage:before secure tls connection was established'
  usage:err_ssl_packet_length_too_long
  'usage:only supported when redis-cli is compiled with openssl'
  'usage:can'"'"'t connect with tls, the feature is not enabled'
  'usage:unsupported or unrecognized ssl message'
  'usage:: command not found'
  'usage:: syntax error near unexpected token'
  'usage:flag provided but not defined'
  'usage:no go files in'
  'usage:go.mod file not found'
  'usage:does not contain main module'
  'usage:matched no packages'
  'usage:cannot find main module'
  'usage:error: file or directory not found'
  'usage:error: unrecognized arguments'
  'usage:error: not found: '
  'usage:error: usage: '
  'usage:no tests ran in'
  'usage:no tests found, exiting with code 1'
  'usage:unrecognized cli parameter'
  'usage:no test files found'
  'usage:cacerror: unknown option'
  'usage:node: bad option'
  usage:err_parse_args_unknown_option
  'usage:^could not find '"'"''
  'usage:missing script: '
  usage:err_pnpm_no_script
  'usage:error command "'
  'usage:error: unexpected argument'
  'usage:error: no such command'
  $'usage:error: could not find \x60cargo.toml\x60'
  'usage:error: no test target named'
  'usage:unknown option "--'
  'usage:no tests executed!'
  'usage:test file "'
  'usage:cannot open file "'
  'usage:invalid option: -'
  'usage:cannot load such file -- spec_helper'
  'usage:no rule to make target'
  'usage:invalid port "'
  'usage:port could not be cast to integer'
  'usage:could not open requirements file'
  'usage:could not read package.json'
  'usage:can'"'"'t open file '"'"''
  'usage:redis at 127.0.0.1:0: '
  'usage:redis at localhost:0: '
  usage:err_invalid_url
  'usage:typeerror: invalid url'
  'usage:cannot open redis connection due invalid uri'
  'usage:redis_url cannot be read'
  'usage:invalid reference format'
  'usage:unknown flag: --'
  'usage:unrecognized named-value'
  'usage:container operations are only supported on linux'
  'failure:--- fail: '
  'failure:=== fail: '
  'failure:= failures ='
  'failure:= errors ='
  'failure:= short test summary info ='
  'failure:● '
  'failure:failed tests '
  'failure:failed suites '
  'failure:not ok '
  'failure:✖ '
  'failure:test result: failed'
  'failure:^failures!'
  'failure:^errors!'
  'failure:^rspec ./'
  'failure:failed examples:'
  'failure: failing$'
  assertion:assertionerror
  'assertion:^e       assert '
  'assertion:^e   assert '
  'assertion:^>       assert '
  'assertion:expect('
  'assertion:^    expected: '
  'assertion:^    received: '
  assertion:err_assertion
  'assertion:expected values to be'
  $'assertion:error:      \tnot equal'
  $'assertion:error:      \tshould '
  $'assertion:error:      \texpected'
  $'assertion:error:      \t"'
  $'assertion:error:      \telements differ'
  'assertion:panic: runtime error'
  $'assertion:assertion \x60'
  'assertion:assertion failed'
  'assertion:failed asserting that'
  'assertion:failure/error: expect'
  'assertion:expected: '
  $'assertion:expected \x60'
)
# --- end of failure classes ---

shopt -s extglob

usage() {
  cat <<'TEXT'
Usage: run-with-retry.sh [flags] -- command [argument...]
       run-with-retry.sh --merge DIR [--ledger FILE] [--junit FILE]

Runs the command; runs it again when it failed for a class of reasons that is retried, Redis answers,
and the time left is enough. Its output passes through as it is; the runner speaks on standard error.

  --attempts N            attempts at most
  --delays SCHEDULE       linear:10s | exponential:1s | 10s,20s,30s (the last one repeats)
  --cap D                 no wait is longer
  --jitter none|full      full: each wait is drawn from 0 to its length
  --deadline D            all attempts and waits together
  --attempt-timeout D     one attempt at most: SIGTERM, 5 s later SIGKILL, to its whole group
  --min-attempt D         a further attempt needs this much time (default: the longest so far)
  --reserve D             kept of the deadline for diagnostics (default: 5 %, at most 60 s)
  --retry-on CLASS,...    refused reset timeout loading maxclients oom readonly noauth signal assertion
                          build usage unknown, and the classes of your own patterns
  --pattern 'CLASS: RE'   a further pattern (extended regular expression); repeatable
  --reset none|flushdb|flushall   before a further attempt, on a server of this job only
  --reset-anywhere        lets --reset go to any address
  --flaky pass|warn|fail  what a pass that needed a retry is
  --ledger FILE           where the ledger goes
  --junit FILE            the tests' own JUnit file, read to name flaky tests; failed attempts' files
                          are kept beside it as FILE.attempt-N
  --merge DIR             joins the ledgers and JUnit files of shards, instead of a command
  --help                  this text

Durations: 500ms, 10s, 20m, 1h; a bare number is seconds.
Environment: REDIS_URL, else REDIS_HOST, REDIS_PORT, REDIS_USERNAME, REDIS_PASSWORD, REDIS_TLS say where
Redis is; without REDIS_URL and REDIS_HOST it is neither probed nor reset. HOLDFAST_SERVICES names the
services of the job, REDIS_CONTAINER the container: a reset may go there, and to loopback addresses.
Behind Sentinels (redis+sentinel://HOST:PORT,HOST:PORT/PRIMARY/DATABASE) the primary is asked for anew before
every probe and reset; in a Cluster every primary must answer, and all of them are reset or none.
Exit: the command's own code; 128+n for signal n; 124 when a time limit ended the last attempt or no
further one fits; 2 for wrong usage; a flaky pass under --flaky fail: the first failed attempt's code.
TEXT
}

say() { # a message of the runner's own
  printf 'retry: %s\n' "$1" >&2
}

wrong_usage() { # what is wrong, the cure
  say "$1"
  say "$2"
  exit 2
}

# ------------------------------------------------------------------ time, as arithmetic

now_ms() { # REPLY: milliseconds of a clock that is never set back
  local up
  if { read -r up _ </proc/uptime; } 2>/dev/null; then
    REPLY=$((10#${up/./} * 10))
  else
    REPLY=$((${EPOCHREALTIME/[.,]/} / 1000))
  fi
}

random_below() { # a bound: REPLY is at least 0 and below it
  REPLY=$((((RANDOM << 15) | RANDOM) % $1))
}

duration_ms() { # a duration as text: REPLY in milliseconds; fails for anything else
  [[ $1 =~ ^([0-9]{1,9})(\.([0-9]{1,3}))?(ms|s|m|h)?$ ]] || return 1
  local whole=${BASH_REMATCH[1]} fraction=${BASH_REMATCH[3]}000 factor=1000
  case ${BASH_REMATCH[4]} in
    ms) factor=1 ;;
    m) factor=60000 ;;
    h) factor=3600000 ;;
  esac
  REPLY=$((10#$whole * factor + 10#${fraction:0:3} * factor / 1000))
}

seconds() { # milliseconds: REPLY as a decimal number of seconds
  printf -v REPLY '%d.%03d' "$(($1 / 1000))" "$(($1 % 1000))"
}

spoken() { # milliseconds: REPLY as people say it, 12.3 s
  printf -v REPLY '%d.%d s' "$(($1 / 1000))" "$(($1 % 1000 / 100))"
}

scheduled_delay() { # schedule, the attempt that ended, cap in ms or nothing: REPLY in ms
  local schedule=$1 after=$2 cap=$3 steps=() index
  case $schedule in
    linear:*)
      duration_ms "${schedule#*:}" || return 1
      REPLY=$((REPLY * after))
      ;;
    exponential:*)
      duration_ms "${schedule#*:}" || return 1
      # 2^20 times the first wait is longer than any deadline.
      REPLY=$((REPLY << (after > 20 ? 20 : after - 1)))
      ;;
    *)
      IFS=, read -ra steps <<<"$schedule"
      index=$((after > ${#steps[@]} ? ${#steps[@]} - 1 : after - 1))
      duration_ms "${steps[index]:-}" || return 1
      ;;
  esac
  if [[ -n $cap ]] && ((REPLY > cap)); then REPLY=$cap; fi
}

jittered() { # milliseconds, none or full: REPLY in ms
  REPLY=$1
  if [[ $2 == full ]]; then random_below "$(($1 + 1))"; fi
}

default_reserve() { # deadline in ms: REPLY is 5 % of it, at most 60 s
  REPLY=$(($1 / 20))
  if ((REPLY > 60000)); then REPLY=60000; fi
}

attempt_limit() { # ms left, reserve, limit of one attempt: REPLY is how long an attempt may run now
  REPLY=$(($1 - $2))
  if ((REPLY > $3)); then REPLY=$3; fi
}

fits() { # ms left when it would start, reserve, minimum: whether a further attempt may start
  (($1 - $2 >= $3 && $1 - $2 > 0))
}

remaining_ms() { # REPLY: ms left of the deadline
  now_ms
  REPLY=$((DEADLINE_MS - (REPLY - BEGAN)))
}

# ------------------------------------------------------------------ flags

one_of() { # flag, value, allowed values...
  local flag=$1 value=$2 each
  shift 2
  for each; do [[ $each == "$value" ]] && return; done
  wrong_usage "$flag $value is not known" "use one of: $*"
}

set_flag() { # flag, value
  case $1 in
    --attempts) ATTEMPTS=$2 ;;
    --delays) DELAYS=$2 ;;
    --cap) CAP=$2 ;;
    --jitter) JITTER=$2 ;;
    --deadline) DEADLINE=$2 ;;
    --attempt-timeout) ATTEMPT_TIMEOUT=$2 ;;
    --min-attempt) MIN_ATTEMPT=$2 ;;
    --reserve) RESERVE=$2 ;;
    --retry-on) RETRY_ON=$2 ;;
    --pattern) OWN_PATTERNS+=("$2") ;;
    --reset) RESET=$2 ;;
    --flaky) FLAKY=$2 ;;
    --ledger) LEDGER=$2 ;;
    --junit) JUNIT=$2 ;;
    --merge) MERGE=$2 ;;
    *) wrong_usage "unknown flag ${1%%=*}" "see --help; the command stands behind --" ;;
  esac
}

read_flags() { # the arguments: COMMAND and the settings
  while (($#)); do
    case $1 in
      --help | -h)
        usage
        exit 0
        ;;
      --)
        shift
        COMMAND=("$@")
        return
        ;;
      --reset-anywhere) ANYWHERE=yes ;;
      --*=*) set_flag "${1%%=*}" "${1#*=}" ;;
      --?*)
        if (($# == 1)) || [[ $2 == -- ]]; then
          set_flag "$1" ''
          wrong_usage "$1 needs a value" "see --help"
        fi
        set_flag "$1" "$2"
        shift
        ;;
      *) wrong_usage "unexpected argument $1" "put -- before the command" ;;
    esac
    shift
  done
}

milliseconds_of() { # flag, its value: REPLY, or the end
  duration_ms "$2" || wrong_usage "$1 $2 is not a duration" "write 500ms, 10s, 20m, or seconds"
}

check_settings() { # turns the settings into numbers, or ends with a reason
  [[ $ATTEMPTS =~ ^[1-9][0-9]{0,3}$ ]] || wrong_usage "--attempts $ATTEMPTS is not a number" "use 1 to 9999"
  one_of --jitter "$JITTER" none full
  one_of --reset "$RESET" none flushdb flushall
  one_of --flaky "$FLAKY" pass warn fail
  [[ -n $LEDGER ]] || wrong_usage "--ledger is empty" "name a file"
  check_times
  check_classes
}

check_times() {
  milliseconds_of --deadline "$DEADLINE"
  DEADLINE_MS=$REPLY
  milliseconds_of --attempt-timeout "$ATTEMPT_TIMEOUT"
  TIMEOUT_MS=$REPLY
  ((TIMEOUT_MS > 0)) || wrong_usage "--attempt-timeout $ATTEMPT_TIMEOUT lets nothing run" "give it more"
  default_reserve "$DEADLINE_MS"
  if [[ -n $RESERVE ]]; then milliseconds_of --reserve "$RESERVE"; fi
  RESERVE_MS=$REPLY
  ((RESERVE_MS < DEADLINE_MS)) || wrong_usage "--reserve ${RESERVE:-of 0} leaves nothing of the deadline $DEADLINE" "lower it"
  CAP_MS=''
  if [[ -n $CAP ]]; then
    milliseconds_of --cap "$CAP"
    CAP_MS=$REPLY
  fi
  MINIMUM_MS=''
  if [[ -n $MIN_ATTEMPT ]]; then
    milliseconds_of --min-attempt "$MIN_ATTEMPT"
    MINIMUM_MS=$REPLY
  fi
  check_delays
}

check_delays() {
  is_schedule "$DELAYS" ||
    wrong_usage "--delays $DELAYS is not a schedule" "write linear:10s, exponential:1s, or 10s,20s,30s"
}

is_schedule() { # text
  local each entries=()
  case $1 in
    linear:* | exponential:*) duration_ms "${1#*:}" && return ;;
  esac
  IFS=, read -ra entries <<<"$1"
  for each in "${entries[@]:-}"; do duration_ms "$each" || return 1; done
}

check_classes() {
  local each known=(build usage signal "${INFRASTRUCTURE[@]}" assertion unknown) listed=()
  for each in "${OWN_PATTERNS[@]:-}"; do
    [[ -n $each ]] || continue
    [[ $each =~ ^([a-z][a-z0-9_-]*):\ *(.+)$ ]] ||
      wrong_usage "the pattern '$each' has no class" "write CLASS: regex"
    known+=("${BASH_REMATCH[1]}")
    match "${BASH_REMATCH[2]}" ''
    (($? < 2)) || wrong_usage "the pattern '$each' is not a regular expression" "see regex(7)"
  done
  IFS=', ' read -ra listed <<<"$RETRY_ON"
  for each in "${listed[@]:-}"; do
    [[ -z $each ]] || one_of --retry-on "$each" "${known[@]}"
  done
}

match() { # extended regular expression, text: 0 found, 1 not, 2 no regular expression
  [[ $2 =~ $1 ]] 2>/dev/null
}

# ------------------------------------------------------------------ where Redis is

percent_decoded() { # text: REPLY
  local text=${1//\\/\\\\}
  printf -v REPLY '%b' "${text//%/\\x}"
}

read_url() { # redis://user:password@host:port/database, redis+sentinel://host:port,host:port/primary/database
  local rest=${1#*://} user=''
  case $1 in rediss* | valkeys*) REDIS[tls]=yes ;; esac
  [[ $1 == *'?db='* ]] && REDIS[database]=${1##*'?db='}
  rest=${rest%%\?*}
  if [[ $rest == *@* ]]; then
    user=${rest%@*} rest=${rest##*@}
    percent_decoded "${user%%:*}"
    REDIS[user]=$REPLY
    percent_decoded "${user#*:}"
    [[ $user == *:* ]] && REDIS[password]=$REPLY
    REDIS[encoded]=${user#*:}
  fi
  if [[ $1 == *+sentinel://* ]]; then
    read_sentinels "$rest"
  else
    [[ $rest == */?* ]] && REDIS[database]=${rest#*/}
    read_address "${rest%%/*}" 6379
  fi
}

read_sentinels() { # host:port,host:port/primary/database: SENTINELS
  local each places=() path=''
  [[ $1 == */* ]] && path=${1#*/}
  REDIS[primary]=${path%%/*}
  [[ $path == */?* ]] && REDIS[database]=${path#*/}
  IFS=, read -ra places <<<"${1%%/*}"
  for each in "${places[@]:-}"; do
    read_address "$each" 26379
    SENTINELS+=("${REDIS[host]} ${REDIS[port]}")
  done
}

read_address() { # host, host:port or [address]:port, and the port of one without; of a list, the first
  local first=${1%%,*}
  if [[ $first =~ ^\[([^]]*)\](:([0-9]+))?$ || $first =~ ^([^:]*)(:([0-9]+))?$ ]]; then
    REDIS[host]=${BASH_REMATCH[1]:-127.0.0.1}
    REDIS[port]=${BASH_REMATCH[3]:-$2}
  else
    REDIS[host]=$first REDIS[port]=$2
  fi
}

locate_redis() { # REDIS from the environment; left empty when none is configured
  REDIS=([host]='' [port]=6379 [user]='' [password]='' [encoded]='' [database]=0 [tls]='' [primary]='')
  SENTINELS=() KNOWN=()
  if [[ ${REDIS_URL:-} == *://* && ${REDIS_URL:-} != unix://* ]]; then
    read_url "$REDIS_URL"
  elif [[ -n ${REDIS_URL:-} && $REDIS_URL != unix://* ]]; then
    read_address "$REDIS_URL" 6379
  elif [[ -n ${REDIS_HOST:-} ]]; then
    REDIS[host]=$REDIS_HOST REDIS[port]=${REDIS_PORT:-6379}
  else
    return 0
  fi
  REDIS[user]=${REDIS[user]:-${REDIS_USERNAME:-}}
  REDIS[password]=${REDIS[password]:-${REDIS_PASSWORD:-}}
  case ${REDIS_TLS:-} in 1 | true | yes | on) REDIS[tls]=yes ;; esac
  [[ ${REDIS[database]} =~ ^[0-9]+$ ]] || REDIS[database]=0
}

configured() { # whether there is a Redis to ask
  [[ -n ${REDIS[host]} ]]
}

without_secrets() { # text: REPLY with every form of the password replaced
  REPLY=$1
  if [[ -n ${REDIS[password]} ]]; then REPLY=${REPLY//"${REDIS[password]}"/***}; fi
  if [[ -n ${REDIS[encoded]} ]]; then REPLY=${REPLY//"${REDIS[encoded]}"/***}; fi
  local hidden='' rest=$REPLY
  while [[ $rest =~ ^(.*://[^/@[:space:]:]*:)[^/@[:space:]]+@(.*)$ ]]; do
    rest=${BASH_REMATCH[1]}
    hidden="***@${BASH_REMATCH[2]}$hidden"
  done
  REPLY=$rest$hidden
}

loopback() { # host
  [[ $1 == localhost || $1 == ::1 || $1 =~ ^127\.[0-9]+\.[0-9]+\.[0-9]+$ ]]
}

service_of_job() { # host
  local name names=()
  IFS=', ' read -ra names <<<"${HOLDFAST_SERVICES:-}"
  for name in "${names[@]:-}"; do [[ -n $name && $name == "$1" ]] && return; done
  return 1
}

container_address() { # host: whether it is a name or an address of REDIS_CONTAINER
  local known
  [[ -n ${REDIS_CONTAINER:-} ]] && type -P docker >/dev/null || return 1
  known=$(timeout 5 docker inspect --format \
    '{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{join .Aliases " "}} {{end}}' \
    "$REDIS_CONTAINER" 2>/dev/null) || return 1
  [[ " ${known#/} " == *" $1 "* ]]
}

reset_allowed() { # host, "yes" for anywhere
  [[ $2 == yes ]] || loopback "$1" || service_of_job "$1" || container_address "$1"
}

# ------------------------------------------------------------------ a few lines of RESP

request() { # words of one command: WIRE grows by it, as Redis reads it
  local word
  WIRE+="*$#"$'\r\n'
  for word; do WIRE+="\$${#word}"$'\r\n'"$word"$'\r\n'; done
}

requests() { # commands, one word each but for the password: WIRE, what is sent on one connection
  local command words=()
  WIRE=''
  if [[ -n ${REDIS[password]} ]]; then
    if [[ -n ${REDIS[user]} ]]; then
      request AUTH "${REDIS[user]}" "${REDIS[password]}"
    else
      request AUTH "${REDIS[password]}"
    fi
  fi
  for command; do
    read -ra words <<<"$command"
    request "${words[@]}"
  done
  request QUIT
}

converse() { # commands: the server's answers to them; in a subshell
  local LC_ALL=C WIRE count=$#
  trap '' PIPE
  requests "$@"
  if [[ -n ${REDIS[password]} ]]; then ((++count)); fi
  if [[ -n ${REDIS[tls]} ]]; then
    converse_tls "$count" "$@"
  elif { exec 9<>"/dev/tcp/${REDIS[host]}/${REDIS[port]}"; } 2>&1; then
    # In one piece: what leaves in several waits 40 ms for an acknowledgement.
    printf '%s' "$WIRE" 2>/dev/null >&9
    read_answers "$count"
  fi
}

read_answers() { # how many: prints them as they come over file descriptor 9; a Sentinel does not close after QUIT
  local left=$1 line=''
  while ((left > 0)) && IFS= read -r line <&9; do
    printf '%s\n' "$line"
    case ${line%$'\r'} in
      [-+:]*) ((--left)) ;;
      \$+([0-9]))
        ((--left))
        IFS= read -r -N "$((${line//[!0-9]/} + 2))" line <&9
        printf '%s' "$line"
        ;;
      [*%]+([0-9])) ((left += ${line//[!0-9]/} - 1)) ;;
      \$-1 | \*-1) ((--left)) ;;
    esac
  done 2>&1
  # What other servers say need not end in a line feed.
  if ((left > 0)); then printf '%s' "$line"; fi
}

converse_tls() { # how many answers, commands
  local files=()
  if type -P openssl >/dev/null; then
    [[ -z ${REDIS_TLS_CACERT:-} ]] || files+=(-verify_return_error -CAfile "$REDIS_TLS_CACERT")
    [[ -z ${REDIS_TLS_CERT:-} ]] || files+=(-cert "$REDIS_TLS_CERT")
    [[ -z ${REDIS_TLS_KEY:-} ]] || files+=(-key "$REDIS_TLS_KEY")
    exec 9< <(exec openssl s_client -quiet -connect "${REDIS[host]}:${REDIS[port]}" -servername "${REDIS[host]}" \
      "${files[@]}" 2>&1 < <(printf '%s' "$WIRE"))
    read_answers "$1"
    kill "$!" 2>/dev/null
  elif type -P redis-cli >/dev/null; then
    converse_redis_cli "${@:2}"
  else
    printf 'TLS needs openssl or redis-cli, and neither is here\n'
  fi
}

converse_redis_cli() { # commands: its printed answers, with the marks of the wire
  local line words=(--no-raw --tls -h "${REDIS[host]}" -p "${REDIS[port]}")
  if [[ -n ${REDIS_TLS_CACERT:-} ]]; then words+=(--cacert "$REDIS_TLS_CACERT"); else words+=(--insecure); fi
  [[ -z ${REDIS_TLS_CERT:-} ]] || words+=(--cert "$REDIS_TLS_CERT")
  [[ -z ${REDIS_TLS_KEY:-} ]] || words+=(--key "$REDIS_TLS_KEY")
  [[ -z ${REDIS[user]} ]] || words+=(--user "${REDIS[user]}")
  if [[ -n ${REDIS[password]} ]]; then local -x REDISCLI_AUTH=${REDIS[password]}; fi
  while IFS= read -r line; do
    line=${line#+([0-9])') '}
    case $line in
      PONG | OK) printf '+%s\n' "$line" ;;
      '(error) '* | 'AUTH failed: '*) printf -- '-%s\n' "${line#*[:)] }" ;;
      \"*\") printf '%s\n' "${line:1:-1}" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < <(printf '%s\n' "$@" | redis-cli "${words[@]}" 2>&1)
}

bounded() { # milliseconds, function, arguments: its output; the group is killed at the limit
  local limit=$1 job guard
  shift
  seconds "$limit"
  set -m
  "$@" &
  job=$!
  kill_later "$REPLY" "$job" &
  guard=$!
  set +m
  wait "$job"
  kill -s KILL -- "-$guard"
  wait "$guard"
} 2>/dev/null

kill_later() { # seconds, process group
  detach
  sleep "$1"
  kill -s KILL -- "-$2"
}

reply_class() { # what came back from AUTH, PING, INFO: REPLY is ready or a reason
  case $1 in
    *'max number of clients'*) REPLY=maxclients ;;
    *-WRONGPASS* | *-'ERR invalid password'* | *-'ERR AUTH'*) REPLY=noauth ;;
    *cluster_state:fail*) REPLY=loading ;;
    *+PONG*) REPLY=ready ;;
    *-NOAUTH* | *-NOPERM*) REPLY=noauth ;;
    *-LOADING* | *-MASTERDOWN* | *-CLUSTERDOWN* | *-BUSY*) REPLY=loading ;;
    *'onnection refused'* | *'o route to host'* | *unreachable*) REPLY=refused ;;
    *'name resolution'* | *'not known'* | *'associated with hostname'* | *'nvalid host'*) REPLY=unresolved ;;
    *'eset by peer'* | *'roken pipe'*) REPLY=reset ;;
    *'timed out'* | '') REPLY=timeout ;;
    *) REPLY=notredis ;;
  esac
}

# REDIS[host] and REDIS[port] are asked: behind Sentinels the primary, whose address they are asked for every time.

ask_redis() { # limit in ms, or nothing for none: PROBE is ready or a reason, DETAIL who it is, INFO the server's numbers
  ENDS='' INFO=''
  if [[ -n $1 ]]; then
    now_ms
    ENDS=$((REPLY + $1))
  fi
  if ((${#SENTINELS[@]} == 0)); then
    ask_server
    [[ $INFO == *_mode:sentinel* ]] || return 0
    SENTINELS=("${REDIS[host]} ${REDIS[port]}")
  fi
  if find_primary; then ask_server; fi
}

exchange() { # shares in the time that is left, commands: ANSWER without secrets; REPLY is ready or a reason
  local started limit='' answer
  now_ms
  started=$REPLY
  if [[ -n $ENDS ]]; then
    limit=$(((ENDS - started) / $1))
    if ((limit < 1)); then limit=1; fi
    answer=$(bounded "$limit" converse "${@:2}")
  else
    answer=$(converse "${@:2}" 2>/dev/null)
  fi
  without_secrets "${answer//$'\r'/}"
  ANSWER=$REPLY
  now_ms
  # A peer that closes without a word was reset; one that says nothing at all ran into the limit.
  if [[ -z $ANSWER ]] && ((REPLY - started < ${limit:-0} - 100)); then
    REPLY=reset
  else
    reply_class "$ANSWER"
  fi
}

ask_server() { # PROBE, DETAIL and INFO of the server at REDIS
  exchange 1 PING INFO
  PROBE=$REPLY INFO=$ANSWER
  DETAIL="Redis does not answer at ${REDIS[host]}:${REDIS[port]}"
  if ((${#SENTINELS[@]})) && [[ $INFO != *_mode:sentinel* ]]; then
    DETAIL+=", the primary ${REDIS[primary]} of the Sentinels"
    # A Sentinel may be behind the times.
    if [[ $PROBE == ready && $INFO == *$'\n'role:slave* ]]; then
      PROBE=loading
      DETAIL="the primary ${REDIS[primary]} of the Sentinels, at ${REDIS[host]}:${REDIS[port]}, is still a replica"
    fi
  fi
  if [[ $PROBE == ready && $INFO == *_mode:cluster* ]]; then ask_cluster; fi
}

at() { # host, port, function, arguments: REDIS is there meanwhile
  local host=${REDIS[host]} port=${REDIS[port]} status
  REDIS[host]=$1 REDIS[port]=$2
  "${@:3}"
  status=$?
  REDIS[host]=$host REDIS[port]=$port
  return "$status"
}

know() { # host, port: an address of the configured Redis too
  local known
  for known in "${KNOWN[@]}"; do [[ $known != "$1 $2" ]] || return 0; done
  KNOWN+=("$1 $2")
}

find_primary() { # the first Sentinel that knows it is believed: REDIS is there, or PROBE and DETAIL say why not
  local index address
  for index in "${!SENTINELS[@]}"; do
    address=${SENTINELS[index]}
    know "${address% *}" "${address#* }"
    if at "${address% *}" "${address#* }" ask_sentinel "$((${#SENTINELS[@]} - index))"; then
      REDIS[host]=${PRIMARY% *} REDIS[port]=${PRIMARY#* }
      know "${REDIS[host]}" "${REDIS[port]}"
      return 0
    fi
  done
  return 1
}

ask_sentinel() { # share of the time, as `exchange` has it: PRIMARY as host port
  local words=()
  DETAIL="the Sentinel at ${REDIS[host]}:${REDIS[port]} does not answer"
  if [[ -z ${REDIS[primary]} ]]; then
    exchange "$1" PING 'SENTINEL MASTERS'
    sentinel_said "$REPLY" || return 1
    if ((${#SAID[@]} < 2)); then
      PROBE=loading DETAIL="the Sentinel at ${REDIS[host]}:${REDIS[port]} knows no primary"
      return 1
    fi
    REDIS[primary]=${SAID[1]}
  fi
  exchange "$1" PING "SENTINEL GET-MASTER-ADDR-BY-NAME ${REDIS[primary]}"
  sentinel_said "$REPLY" || return 1
  PRIMARY="${SAID[0]:-} ${SAID[1]:-}"
  if ((${#SAID[@]} != 2)); then
    PROBE=loading DETAIL="the Sentinel at ${REDIS[host]}:${REDIS[port]} does not know the primary ${REDIS[primary]}"
    return 1
  fi
}

sentinel_said() { # class of ANSWER: SAID, the words of its list; or PROBE
  local lines line
  SAID=() PROBE=$1
  if [[ $ANSWER == *'without any password configured'* || $ANSWER == *'no password is set'* ]]; then
    # A Sentinel without a password may stand before a primary that has one.
    reply_class "${ANSWER#*$'\n'}"
    PROBE=$REPLY
  fi
  [[ $PROBE == ready ]] || return 1
  mapfile -t lines <<<"$ANSWER"
  for line in "${lines[@]}"; do
    [[ -z $line || $line == [-+*%$]* || $line == '('*')' ]] || SAID+=("$line")
  done
  if [[ $ANSWER == *"unknown command"* ]]; then SAID=("${REDIS[host]}" "${REDIS[port]}"); fi
}

ask_cluster() { # the asked node has said ready: PROBE and DETAIL of the whole
  local node asked="${REDIS[host]} ${REDIS[port]}"
  exchange 1 PING 'CLUSTER INFO' 'CLUSTER NODES'
  PROBE=$REPLY
  DETAIL="the cluster at ${REDIS[host]}:${REDIS[port]} is not complete"
  [[ $PROBE == ready ]] || return 0
  primaries_in "$ANSWER"
  for node in "${PRIMARIES[@]}"; do
    know "${node% *}" "${node#* }"
    [[ $node != "$asked" ]] || continue
    at "${node% *}" "${node#* }" exchange "$((${#PRIMARIES[@]} + 1))" PING
    # A node that cannot be reached from here at all is vouched for by the others.
    case $REPLY in
      refused | reset | loading | noauth)
        PROBE=$REPLY DETAIL="the cluster's node at ${node/ /:} does not answer"
        return
        ;;
    esac
  done
}

primaries_in() { # what CLUSTER NODES said: PRIMARIES, those that serve slots, as host port; none outside a cluster
  local lines line fields host
  PRIMARIES=()
  mapfile -t lines <<<"$1"
  for line in "${lines[@]}"; do
    read -ra fields <<<"$line"
    [[ ${fields[2]:-} == *master* && ${fields[2]} != *noaddr* && ${#fields[@]} -gt 8 ]] || continue
    line=${fields[1]%%@*}
    host=${line%:*}
    PRIMARIES+=("${host:-${REDIS[host]}} ${line##*:}")
  done
}

info_field() { # INFO, a field's name: REPLY is its first whole number or word, or nothing
  REPLY=''
  if [[ $'\n'$1 =~ $'\n'$2:(count=)?([^,$'\n']*) ]]; then REPLY=${BASH_REMATCH[2]}; fi
}

pass_gate() { # ms to wait at most: PROBE is ready, or the gate failed for the reason in it
  local opened resolved left reason='' detail
  now_ms
  opened=$REPLY resolved=$REPLY
  while [[ -z $STOPPED ]]; do
    now_ms
    left=$(($1 - (REPLY - opened)))
    ((left > 0)) || return 1
    ask_redis "$((left < 2000 ? left : 2000))"
    # The last try may be too short for an answer; what was seen before says more.
    if [[ $PROBE == timeout && -n $reason ]] && ((left < 2000)); then PROBE=$reason DETAIL=$detail; fi
    reason=$PROBE detail=$DETAIL
    [[ $PROBE != ready ]] || return 0
    if [[ $PROBE == noauth || $PROBE == notredis ]]; then return 1; fi
    now_ms
    if [[ $PROBE != unresolved ]]; then resolved=$REPLY; fi
    # An absent name fails within milliseconds, so tries cannot be counted.
    ((REPLY - resolved < 5000)) || return 1
    pause 100
  done
  return 1
}

find_reset_targets() { # TARGETS, the servers that hold the data now, as host port; or PROBE and DETAIL
  now_ms
  ENDS=$((REPLY + 5000))
  if ((${#SENTINELS[@]})); then find_primary || return 1; fi
  TARGETS=("${REDIS[host]} ${REDIS[port]}")
  # Who may not ask for INFO was not told of a cluster either.
  [[ $INFO != *_mode:* || $INFO == *_mode:cluster* ]] || return 0
  exchange 1 PING 'CLUSTER NODES'
  primaries_in "$ANSWER"
  if ((${#PRIMARIES[@]})); then TARGETS=("${PRIMARIES[@]}"); fi
}

reset_redis() { # flushdb or flushall: whether it was done at REDIS; PROBE says what came back
  local commands=("$1")
  if [[ $1 == flushdb ]]; then commands=("SELECT ${REDIS[database]}" FLUSHDB); fi
  now_ms
  ENDS=$((REPLY + 10000))
  exchange 1 "${commands[@]}"
  PROBE=${ANSWER//$'\n'/ }
  [[ $PROBE == *+OK* && $PROBE != *-[A-Z]* ]]
}

# ------------------------------------------------------------------ what the output shows

# The text is read as bytes of lower case. Results: EVIDENCE (class: first line), FAILED (test: classes
# that its own lines carry), OTHER (build, usage, failure, assertion: first line).

find_present() { # the whole text in lower case: PRESENT, the words that occur in it
  local entry word
  PRESENT=()
  for entry in "${WORDS[@]}"; do
    word=${entry#*:}
    word=${word#^}
    if [[ $1 == *"${word%\$}"* ]]; then PRESENT+=("$entry"); fi
  done
}

find_families() { # the whole text in lower case: FAMILIES, the test runners whose blocks occur in it
  FAMILIES=()
  [[ $1 == *'--- fail: '* || $1 == *'=== run '* || $1 == *'=== fail: '* ]] && FAMILIES+=(go)
  [[ $1 == *'= failures ='* || $1 == *'= errors ='* || $1 == *'= short test summary'* || $1 == *'= passes ='* ]] && FAMILIES+=(pytest)
  [[ $1 == *'● '* || $1 == *'⎯⎯'* ]] && FAMILIES+=(jest)
  [[ $1 == *'not ok '* || $1 == *'# subtest: '* || $1 == *'✖ '* ]] && FAMILIES+=(node)
  [[ $1 == *' stdout ----'* || $1 == *failures:* || $1 == *' failing'* || $1 == *'there w'* ]] && FAMILIES+=(numbered)
  return 0
}

holds() { # line, word with its anchors
  case $2 in
    ^*) [[ $1 == "${2#^}"* ]] ;;
    *\$) [[ $1 == *"${2%\$}" ]] ;;
    *) [[ $1 == *"$2"* ]] ;;
  esac
}

shown_by() { # line in lower case: SHOWN, the class of infrastructure, and SIGN, the other class, or nothing
  local entry class
  SHOWN='' SIGN=''
  for entry in "${PRESENT[@]}"; do
    holds "$1" "${entry#*:}" || continue
    class=${entry%%:*}
    case $class in
      build | usage | assertion) SIGN=$class ;;
      failure) SIGN=${SIGN:-$class} ;;
      *) SHOWN=${SHOWN:-$class} ;;
    esac
  done
  # What is said of an expectation is no evidence: tests expect errors.
  if [[ $SIGN == assertion ]]; then SHOWN=''; fi
}

own_pattern_of() { # line as printed: REPLY is the class of the first own pattern that fits, or nothing
  local entry pattern
  for entry in "${OWN_PATTERNS[@]}"; do
    pattern=${entry#*:}
    if match "${pattern##*( )}" "$1"; then
      REPLY=${entry%%:*}
      return
    fi
  done
  REPLY=''
}

addresses_in() { # line in lower case: ADDRESSES, as host port
  local rest=$1 dotted='[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}'
  # A resolver's own address is not what was asked for.
  while [[ $rest =~ \ on\ [0-9.]+:53: ]]; do rest=${rest//"${BASH_REMATCH[0]}"/:}; done
  ADDRESSES=()
  while [[ $rest =~ ($dotted|localhost|\[[0-9a-f:]*\]|::1):([0-9]{2,5})(.*)$ ]]; do
    ADDRESSES+=("${BASH_REMATCH[1]//[\[\]]/} ${BASH_REMATCH[2]}")
    rest=${BASH_REMATCH[3]}
  done
  rest=$1
  while [[ $rest =~ (://([^/@ ]*@)?|dial\ tcp\ |connecting\ to\ |econnrefused\ |redis\ at\ )([a-z][a-z0-9_.-]*):([0-9]{2,5})(.*)$ ]]; do
    ADDRESSES+=("${BASH_REMATCH[3]} ${BASH_REMATCH[4]}")
    rest=${BASH_REMATCH[5]}
  done
  if [[ $1 =~ (enotfound|eai_again|lookup)\ ([a-z0-9_.-]+) ]]; then ADDRESSES+=("${BASH_REMATCH[2]} ${REDIS[port]}"); fi
}

same_host() { # host in a line, host of the configured Redis
  local number='^[0-9.]+$|:'
  [[ $1 == "${2,,}" ]] && return
  loopback "$1" && loopback "$2" && return
  # Clients print the address that a name resolved to.
  [[ $1 =~ $number && ! $2 =~ $number && $2 != localhost ]]
}

names_another_address() { # line in lower case
  local address known
  configured || return 1
  addresses_in "$1"
  ((${#ADDRESSES[@]})) || return 1
  for address in "${ADDRESSES[@]}"; do
    for known in "${REDIS[host]} ${REDIS[port]}" "${KNOWN[@]}"; do
      if [[ ${address#* } == "${known#* }" ]] && same_host "${address% *}" "${known% *}"; then return 1; fi
    done
  done
  return 0
}

# The block a line belongs to: BLOCK is outside, failed, passed or pending; TEST is the test's name.

enter() { # state, test; the colon keeps a name from being empty, @ or *
  BLOCK=$1 TEST=:${2:-}
  if [[ $1 == failed ]]; then
    FAILED[$TEST]=${FAILED[$TEST]:-}
    convict "$TEST"
  fi
}

convict() { # test: what its lines showed before its failure was known is evidence
  local line
  [[ -n ${PENDING[$1]:-} ]] || return 0
  while IFS= read -r line; do
    note "${line%%:*}" "${line#*:}"
  done <<<"${PENDING[$1]}"
  PENDING[$1]=''
}

acquit() { # test: what its lines showed is forgotten
  PENDING[:$1]=''
}

block_of_go() { # line in lower case: whether the line opens or ends a block
  local name
  case $1 in
    '=== run '* | '=== cont '* | '=== name '*) enter pending "${1##* }" ;;
    '=== fail: '*)
      name=${1#=== fail: * }
      enter failed "${name%% (*}"
      ;;
    *'--- pass: '* | *'--- skip: '*)
      name=${1#*--- ????: }
      acquit "${name%% (*}"
      enter passed "${name%% (*}"
      ;;
    *'--- fail: '*)
      name=${1#*--- fail: }
      enter failed "${name%% (*}"
      ;;
    '=== '* | ok* | fail | pass | fail$'\t'* | 'exit status '* | 'done '* | panic:*) enter outside ;;
    *) return 1 ;;
  esac
}

pytest_name() { # name in a header or a summary line: REPLY, the same for both
  local base=${1%%\[*}
  local rest=${1#"$base"}
  if [[ $base == *.py ]]; then REPLY=$1; else REPLY=${base##*[.:]}$rest; fi
}

block_of_pytest() { # line in lower case
  local name
  case $1 in
    *'= failures ='* | *'= errors ='*) SECTION=failed && enter outside ;;
    *'= passes ='*) SECTION=passed && enter outside ;;
    ==*==) SECTION='' && enter outside ;;
    ___*' '*___)
      name=${1##*(_) }
      name=${name%% *(_)}
      name=${name#error at setup of }
      name=${name#error at teardown of }
      pytest_name "${name#error collecting }"
      enter "${SECTION:-outside}" "$REPLY"
      ;;
    'failed '*::* | 'error '*::*)
      name=${1#* }
      pytest_name "${name%% - *}"
      enter failed "$REPLY"
      ONE_LINE=yes
      ;;
    *) return 1 ;;
  esac
}

block_of_jest() { # line in lower case; vitest too
  local line=${1##*([ ])}
  case $line in
    '● console'*) enter outside ;;
    '● '*) enter failed "$FILE $line" ;;
    'fail  '*) enter failed "${line#fail  }" ;;
    'fail '*) FILE=$line && enter outside ;;
    'pass '*) enter passed "$line" ;;
    'stdout | '* | 'stderr | '*) enter passed "$line" && TO_BLANK=yes ;;
    'test suites:'* | 'tests:'* | '⎯⎯'* | 'ran all test'* | 'test files '*) enter outside ;;
    *) return 1 ;;
  esac
}

block_of_node() { # line in lower case: TAP, and the spec reporter
  local line=${1##*([ ])}
  case $line in
    '# subtest: '*) enter pending "${line#\# subtest: }" ;;
    'not ok '[0-9]*) enter failed "${line#not ok * - }" ;;
    'ok '[0-9]*)
      acquit "${line#ok * - }"
      enter outside
      ;;
    *"failuretype: 'subtestsfailed'"*) FAILED[$TEST]=parent ;;
    '✖ failing tests:'*) FAILED=() && enter outside ;;
    '✖ '*)
      line=${line#✖ }
      enter failed "${line% (*}"
      ;;
    '✔ '* | 'test at '*) enter outside ;;
    *) return 1 ;;
  esac
}

block_of_numbered() { # line in lower case: cargo, phpunit, rspec, mocha
  local line=${1##*([ ])}
  case $line in
    '---- '*' stdout ----') enter failed "${line:5:-12}" ;;
    failures: | 'there was '[0-9]* | 'there were '[0-9]* | [0-9]*' failing') SECTION=failed && enter outside ;;
    [0-9]')'* | [0-9][0-9]')'* | [0-9][0-9][0-9]')'*)
      [[ $SECTION == failed ]] || return 1
      enter failed "$line"
      ;;
    failures! | errors! | 'finished in '* | 'failed examples:'* | 'tests: '* | 'test result:'*) SECTION='' && enter outside ;;
    *) return 1 ;;
  esac
}

place() { # line in lower case: BLOCK and TEST
  local family
  if [[ -n $ONE_LINE || (-n $TO_BLANK && -z $1) ]]; then
    ONE_LINE='' TO_BLANK=''
    enter outside
  fi
  for family in "${FAMILIES[@]:-none}"; do
    [[ $family == none ]] || ! "block_of_$family" "$1" || return 0
  done
}

note() { # class, line: evidence, and what the failed test's own lines carry
  EVIDENCE[$1]=${EVIDENCE[$1]:-$2}
  if [[ $BLOCK == failed && " ${FAILED[$TEST]:-} " != *" $1 "* ]]; then FAILED[$TEST]+=" $1"; fi
}

study() { # one line, as printed
  local line=${1%$'\r'}
  if [[ $line == *$'\e['* ]]; then line=${line//$'\e['*([0-9;])[mK]/}; fi
  local low=${line,,}
  place "$low"
  [[ $BLOCK == passed ]] && return
  shown_by "$low"
  if [[ -n ${OWN_PATTERNS[*]:-} ]]; then
    own_pattern_of "$line"
    if [[ $REPLY == build || $REPLY == usage || $REPLY == assertion ]]; then SIGN=$REPLY; else SHOWN=${REPLY:-$SHOWN}; fi
  fi
  if [[ -n $SIGN && $BLOCK != pending ]]; then OTHER[$SIGN]=${OTHER[$SIGN]:-$line}; fi
  [[ -n $SHOWN ]] && ! names_another_address "$low" || return 0
  if [[ $BLOCK == pending ]]; then
    PENDING[$TEST]+=${PENDING[$TEST]:+$'\n'}$SHOWN:$line
  else
    note "$SHOWN" "$line"
  fi
}

joined_output() { # REPLY: the lines of OUTPUT as one text
  local IFS=$'\n'
  REPLY=${OUTPUT[*]:-}
}

read_output() { # OUTPUT, lines as printed: EVIDENCE, FAILED, OTHER
  local line test text LC_ALL=C
  EVIDENCE=() FAILED=() PENDING=() OTHER=()
  BLOCK=outside TEST=: SECTION='' FILE='' ONE_LINE='' TO_BLANK=''
  joined_output
  text=$REPLY
  find_present "${text,,}"
  find_families "${text,,}"
  ((${#PRESENT[@]})) || [[ -n ${OWN_PATTERNS[*]:-} ]] || return 0
  for line in "${OUTPUT[@]}"; do study "$line"; done
  # Tests whose end is not shown were cut off: their lines count.
  enter outside
  for test in "${!PENDING[@]}"; do convict "$test"; done
}

own_lines_carry() { # class: whether every failed test's own lines show infrastructure, this class among it
  local test found=1
  ((${#FAILED[@]})) || return 1
  for test in "${!FAILED[@]}"; do
    if [[ ${FAILED[$test]} == parent ]] || has_failed_part "$test"; then continue; fi
    [[ -n ${FAILED[$test]} ]] || return 1
    [[ " ${FAILED[$test]} " == *" $1 "* ]] && found=0
  done
  return "$found"
}

has_failed_part() { # test: whether it failed only as the parent of a failed subtest
  local other
  for other in "${!FAILED[@]}"; do [[ $other == "$1"/* ]] && return; done
  return 1
}

ordered_classes() { # CLASSES: the classes of infrastructure in their order, own ones first
  local class
  CLASSES=()
  for class in "${!EVIDENCE[@]}"; do
    [[ " ${INFRASTRUCTURE[*]} " == *" $class "* ]] || CLASSES+=("$class")
  done
  CLASSES+=("${INFRASTRUCTURE[@]}")
}

# CONFIRMED holds what the server itself tells: "all" (it does not answer, or was restarted), or the
# classes whose counters moved.

classify() { # exit status, "limit" when a time limit ended the attempt: CLASS and PROOF
  local status=$1 limit=$2 class first=''
  PROOF=''
  if [[ -n ${OTHER[build]:-} ]]; then
    CLASS=build PROOF=${OTHER[build]}
  elif [[ -n ${OTHER[usage]:-} ]] || ((status == 126 || status == 127)); then
    CLASS=usage PROOF=${OTHER[usage]:-"exit status $status: the command cannot be run"}
  elif [[ -z $limit ]] && signal_name "$status"; then
    CLASS=signal PROOF="killed by $REPLY"
  else
    classify_by_words "$limit"
  fi
}

classify_by_words() { # "limit" or nothing
  local class
  ordered_classes
  if [[ -n $1 ]]; then EVIDENCE[timeout]=${EVIDENCE[timeout]:-"the attempt's time limit ended it"}; fi
  for class in "${CLASSES[@]}"; do
    if [[ -n ${EVIDENCE[$class]:-} ]] && counts "$class"; then
      CLASS=$class PROOF=${EVIDENCE[$class]}
      return
    fi
  done
  CLASS=unknown
  if a_test_failed; then CLASS=assertion PROOF=${OTHER[assertion]:-${OTHER[failure]:-}}; fi
}

a_test_failed() {
  [[ -n ${OTHER[assertion]:-}${OTHER[failure]:-} ]]
}

counts() { # class that the output shows: whether it stands alone or is confirmed
  ! a_test_failed || [[ " $CONFIRMED " == *' all '* || " $CONFIRMED " == *" $1 "* ]] || own_lines_carry "$1"
}

signal_name() { # exit status: REPLY is the signal's name; fails for an exit of the command's own
  (($1 > 128 && $1 <= 192)) && REPLY=$(kill -l "$(($1 - 128))" 2>/dev/null) && REPLY=SIG$REPLY
}

moved_classes() { # INFO before, INFO after: REPLY, the classes whose counters moved
  local entry before moved=''
  for entry in "${COUNTERS[@]}"; do
    info_field "$1" "${entry#*:}"
    before=${REPLY:-0}
    info_field "$2" "${entry#*:}"
    # CONFIG RESETSTAT sets them back to nothing.
    if ((${REPLY:-0} > before || (${REPLY:-0} > 0 && ${REPLY:-0} < before))); then moved+=" ${entry%%:*}"; fi
  done
  REPLY=${moved# }
}

confirm() { # INFO before, what the probe after the attempt said, INFO after: CONFIRMED
  local run_id
  CONFIRMED=''
  if [[ $2 != ready ]]; then
    CONFIRMED=all
    return
  fi
  [[ -n $1 ]] || return 0
  info_field "$1" run_id
  run_id=$REPLY
  info_field "$3" run_id
  if [[ -n $run_id && $run_id != "$REPLY" ]]; then CONFIRMED=all; fi
  moved_classes "$1" "$3"
  CONFIRMED+=" $REPLY"
}

# ------------------------------------------------------------------ decisions

retried() { # class: whether the policy tries it again
  [[ ",${RETRY_ON//[[:space:]]/}," == *",$1,"* ]]
}

verdict() { # last attempt's status, attempts, "limit" or nothing, signal that stopped the run or nothing
  if [[ $1 != 0 || -n $3 || -n $4 ]]; then
    REPLY=failed
  elif (($2 > 1)); then
    REPLY=flaky
  else
    REPLY=passed
  fi
}

exit_code() { # status of the last attempt, "limit", "nofit", stopping signal, verdict, first failed code: REPLY
  if [[ -n $4 ]]; then
    REPLY=$((128 + $(kill -l "$4")))
  elif [[ -n $2 || -n $3 ]]; then
    REPLY=124
  elif [[ $5 == flaky && $FLAKY == fail ]]; then
    REPLY=$6
  else
    REPLY=$1
  fi
}

# ------------------------------------------------------------------ processes

pause() { # milliseconds; a signal to the runner ends it
  (($1 > 0)) || return 0
  seconds "$1"
  set -m
  sleep "$REPLY" >/dev/null 2>&1 &
  PAUSE=$!
  set +m
  if [[ -n $STOPPED ]]; then kill "$PAUSE"; fi
  wait "$PAUSE"
  PAUSE=''
} 2>/dev/null

doze() { # milliseconds below 1000, without a process
  printf -v REPLY '0.%03d' "$1"
  if [[ -n $NEVER ]]; then read -r -t "$REPLY" -u "$NEVER" _; else sleep "$REPLY"; fi
}

interrupted() { # signal: goes on to the command, which has 5 s
  STOPPED=${STOPPED:-$1}
  if [[ -n $CHILD ]]; then
    kill -s "$1" -- "-$CHILD"
    arm_ender
  elif [[ -n $PAUSE ]]; then
    kill "$PAUSE"
  fi
} 2>/dev/null

arm_ender() { # not before GUARD is known: in between, a new job would change what $! means
  if [[ -n $GUARD && -z $ENDER ]]; then
    set -m
    end_later "$CHILD" "$STOPPED" &
    ENDER=$!
    set +m
  fi
}

detach() { # a redirection of the call would keep the old files open beside the new ones
  exec </dev/null >/dev/null 2>&1
}

end_later() { # process group, signal that it got: some know only SIGTERM, some none
  detach
  if [[ $2 == INT ]]; then
    sleep 3
    kill -s TERM -- "-$1"
    sleep 2
  else
    sleep 5
  fi
  kill -s KILL -- "-$1"
}

limit_later() { # milliseconds, process group
  detach
  seconds "$1"
  sleep "$REPLY"
  # The runner knows before the command does: an exit of 0 from here on is no pass.
  kill -s USR1 "$$"
  kill -s TERM -- "-$2"
  sleep 5
  kill -s KILL -- "-$2"
}

open_work() { # WORK: a folder of the runner's own; empty when there is no place for one
  local parent
  for parent in "${RUNNER_TEMP:-}" "${TMPDIR:-}" /tmp /dev/shm; do
    [[ -d $parent ]] || continue
    WORK=$parent/run-with-retry-$$-$RANDOM$RANDOM
    if mkdir -m 700 -- "$WORK" && mkfifo -m 600 -- "$WORK/out" "$WORK/err" "$WORK/never"; then
      exec {NEVER}<>"$WORK/never"
      return
    fi
  done 2>/dev/null
  WORK=''
  say "no temporary folder can be written: the output is not read, and every failure is unknown"
}

close_work() {
  if [[ -n $WORK ]]; then rm -rf -- "$WORK"; fi
}

keep() { # file: the first 256 KiB and the last 1 MiB of the input, however long it is
  head -c 262144 >"$1.head"
  tail -c 1048576 >"$1.tail"
} 2>/dev/null

copy() { # log: input to file descriptor 7, byte for byte, as it comes
  trap '' INT TERM HUP USR1 TTOU
  { tee /dev/fd/8 8>&1 >&7 7>&- 2>/dev/null; } | keep "$1"
}

start_copying() { # COPIERS, OUT and ERR: pipes that the command writes to
  set -m
  copy "$WORK/log-out" <"$WORK/out" 7>&1 &
  COPIERS=("$!")
  if [[ -z $TOGETHER ]]; then
    copy "$WORK/log-err" <"$WORK/err" 7>&2 >/dev/null &
    COPIERS+=("$!")
  fi
  set +m
  exec {OUT}>"$WORK/out"
  if [[ -z $TOGETHER ]]; then exec {ERR}>"$WORK/err"; fi
}

restore_environment() { # in the child: variables of these names are the caller's again
  local entry name
  mapfile -d '' ENVIRONMENT <"/proc/$$/environ"
  for entry in "${ENVIRONMENT[@]}"; do
    name=${entry%%=*}
    [[ $name =~ ^[a-zA-Z_][a-zA-Z0-9_]*$ && $name != _ && $name != SHLVL ]] || continue
    if [[ ${!name-} != "${entry#*=}" ]]; then
      unset -v "$name"
      export "$name=${entry#*=}"
    fi
  done
} 2>/dev/null

close_outputs() { # the runner's own ends: the copiers wait for the last one to be closed
  if [[ -n $OUT ]]; then exec {OUT}>&-; fi
  if [[ -n $ERR ]]; then exec {ERR}>&-; fi
  OUT='' ERR=''
}

become() { # command: replaces this subshell
  close_outputs
  if [[ -n $NEVER ]]; then exec {NEVER}>&-; fi
  restore_environment
  exec -- "$@"
}

launch() { # command: CHILD, in a process group of its own
  local out=${OUT:-1} err=${ERR:-2} input=0
  if [[ -n $OUT && -n $TOGETHER ]]; then err=$OUT; fi
  # A terminal stops a background group that reads from it; an end of file does not.
  if [[ -t 0 ]]; then exec {input}</dev/null; fi
  set -m
  if [[ -n $OUT ]]; then
    become "$@" <&"$input" 1>&"$out" 2>&"$err" &
  else
    become "$@" <&"$input" &
  fi
  CHILD=$!
  set +m
  if ((input > 0)); then exec {input}<&-; fi
  close_outputs
  if [[ -n $STOPPED ]]; then interrupted "$STOPPED"; fi
}

await_child() { # STATUS of the command
  local status
  while :; do
    WOKEN=''
    wait "$CHILD"
    status=$?
    # After a signal to the runner `wait` returns although the command still runs, and so it does for a command
    # that stopped itself before job control was off again.
    if [[ -z $WOKEN ]] && ((status < 147 || status > 150)); then break; fi
    kill -s 0 "$CHILD" || break
    if [[ -z $WOKEN ]]; then doze 50; fi
  done 2>/dev/null
  STATUS=$status
}

await_with_limit() { # milliseconds: STATUS; HIT when the limit ended it
  local guard
  set -m
  limit_later "$1" "$CHILD" &
  GUARD=$!
  set +m
  if [[ -n $STOPPED ]]; then arm_ender; fi
  await_child
  guard=$GUARD GUARD=''
  kill -s KILL -- "-$guard"
  wait "$guard"
} 2>/dev/null

group_lives() { # process group: whether any of it runs; an ended process that nobody collected does not
  local file line fields
  kill -s 0 -- "-$1" || return 1
  for file in /proc/[0-9]*/stat; do
    read -r line <"$file" || continue
    read -ra fields <<<"${line##*) }"
    [[ ${fields[2]:-} == "$1" && ${fields[0]} != [ZX] ]] && return
  done
  return 1
} 2>/dev/null

end_group() { # process group: SIGTERM, and a second later SIGKILL, for what the command left running
  local tries
  group_lives "$1" || return 0
  kill -s TERM -- "-$1"
  kill -s CONT -- "-$1"
  for ((tries = 0; tries < 50; tries++)); do
    group_lives "$1" || return 0
    doze 20
  done
  kill -s KILL -- "-$1"
} 2>/dev/null

held_elsewhere() { # whether a process besides the copiers has one of the pipes open
  local file
  for file in /proc/[0-9]*/fd/*; do
    if [[ $file -ef $WORK/out || $file -ef $WORK/err ]] && ! copier_owns "$file"; then return; fi
  done
  return 1
} 2>/dev/null

copier_owns() { # a file below /proc
  local pid=${1#/proc/} line fields
  read -r line <"/proc/${pid%%/*}/stat" || return 0
  read -ra fields <<<"${line##*) }"
  [[ " ${COPIERS[*]} " == *" ${fields[2]} "* ]]
} 2>/dev/null

stop_copying() { # waits for the last byte; a process that escaped and keeps the output open is not waited for
  local copier started
  now_ms
  started=$REPLY
  for copier in "${COPIERS[@]:-}"; do
    while [[ -n $copier ]] && kill -s 0 "$copier"; do
      now_ms
      # A pipe that nobody else holds is only slow to be read: that may take its time.
      if ((REPLY - started > 1500)) && held_elsewhere; then break; fi
      doze "$((REPLY - started < 1500 ? 2 : 100))"
    done
  done
  for copier in "${COPIERS[@]:-}"; do
    if [[ -n $copier ]]; then kill -s KILL -- "-$copier" && wait "$copier"; fi
  done
  COPIERS=()
} 2>/dev/null

# ------------------------------------------------------------------ one attempt

oom_counters() { # OOM_COUNTERS: files that count the kernel's out-of-memory kills, the nearest first
  local controllers path
  OOM_COUNTERS=(/sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control /proc/vmstat)
  while IFS=: read -r _ controllers path; do
    case $controllers in
      '') OOM_COUNTERS=("/sys/fs/cgroup$path/memory.events" "${OOM_COUNTERS[@]}") ;;
      memory) OOM_COUNTERS=("/sys/fs/cgroup/memory$path/memory.oom_control" "${OOM_COUNTERS[@]}") ;;
    esac
  done </proc/self/cgroup
} 2>/dev/null

oom_kills() { # REPLY: out-of-memory kills so far, of the nearest counter; nothing when none can be read
  local file word count
  REPLY=''
  for file in "${OOM_COUNTERS[@]}"; do
    [[ -r $file ]] || continue
    while read -r word count; do
      if [[ $word == oom_kill ]]; then
        REPLY=$count
        return
      fi
    done <"$file"
  done
} 2>/dev/null

redis_was_killed() { # whether docker says that REDIS_CONTAINER ran out of memory
  [[ -n ${REDIS_CONTAINER:-} ]] && type -P docker >/dev/null || return 1
  [[ $(timeout 5 docker inspect --format '{{.State.OOMKilled}}' "$REDIS_CONTAINER" 2>/dev/null) == true ]]
}

start_snapshot() { # asks the server for its numbers while the command begins
  SNAPSHOT=''
  configured && [[ -n $WORK && -z $BEFORE ]] || return 0
  set -m
  take_snapshot </dev/null >"$WORK/before" 2>/dev/null &
  SNAPSHOT=$!
  set +m
}

take_snapshot() { # the addresses and numbers of a server that is ready
  ask_redis ''
  [[ $PROBE == ready ]] || return 0
  printf '%s\n' "${KNOWN[@]}" >"$WORK/known"
  printf '%s\n' "$INFO"
}

end_snapshot() { # BEFORE: INFO as the attempt began, or nothing
  local tries host port
  [[ -n $SNAPSHOT ]] || return 0
  # A command that fails within milliseconds may be faster than the answer.
  for ((tries = 0; STATUS != 0 && tries < 100; tries++)); do
    kill -s 0 "$SNAPSHOT" || break
    doze 3
  done
  kill -s KILL -- "-$SNAPSHOT"
  wait "$SNAPSHOT"
  BEFORE=$(<"$WORK/before")
  SNAPSHOT=''
  while read -r host port; do know "$host" "$port"; done <"$WORK/known"
} 2>/dev/null

read_log() { # OUTPUT: lines of the bounded log
  local name part lines=()
  OUTPUT=()
  [[ -n $WORK ]] || return 0
  for name in log-out log-err; do
    part=()
    for part in head tail; do
      [[ -s $WORK/$name.$part ]] || continue
      mapfile -t lines <"$WORK/$name.$part"
      OUTPUT+=("${lines[@]}")
    done
  done
} 2>/dev/null

ends_inside_a_line() { # whether what the command wrote last is not a whole line
  local last
  [[ -n $WORK && -n $TOGETHER ]] || return 1
  last=$WORK/log-out.tail
  [[ -s $last ]] || last=$WORK/log-out.head
  [[ -s $last && -n $(tail -c 1 "$last") ]]
} 2>/dev/null

run_command() { # milliseconds: STATUS, HIT, SPENT
  local started
  now_ms
  started=$REPLY
  HIT='' CHILD='' GUARD='' ENDER=''
  if [[ -n $WORK ]]; then start_copying; fi
  launch "${COMMAND[@]}"
  await_with_limit "$1"
  end_group "$CHILD"
  if [[ -n $ENDER ]]; then kill -s KILL -- "-$ENDER"; fi 2>/dev/null
  CHILD=''
  end_snapshot
  stop_copying
  if [[ -n $HIT ]]; then STATUS=124; fi
  now_ms
  SPENT=$((REPLY - started))
}

judge() { # CLASS and PROOF of the attempt that failed
  read_log
  read_output
  CONFIRMED=''
  if configured; then
    ask_redis 2000
    confirm "$BEFORE" "$PROBE" "$INFO"
  fi
  local LC_ALL=C
  classify "$STATUS" "$HIT"
  explain_kill
}

explain_kill() { # says what an exit of 137 came from, where that is known
  local before=$KILLS
  if redis_was_killed; then
    PROOF+="${PROOF:+; }the Redis container was killed for lack of memory"
    say "the Redis container was killed for lack of memory (docker inspect: OOMKilled)"
  fi
  ((STATUS == 137)) && [[ -z $HIT ]] || return 0
  oom_kills
  if [[ -n $REPLY && -n $before ]] && ((REPLY > before)); then
    PROOF+="; the kernel killed a process for lack of memory meanwhile"
    say "exit 137, and the kernel killed a process for lack of memory meanwhile"
  fi
}

attempt() { # number, milliseconds at most
  local started name=''
  TZ=UTC printf -v started '%(%Y-%m-%dT%H:%M:%SZ)T' -1
  FAILED_TESTS=()
  begin_ledger "$1" "$started"
  oom_kills
  KILLS=$REPLY
  mark_time
  start_snapshot
  run_command "$2"
  CLASS=passed PROOF=''
  if [[ -n $STOPPED ]]; then
    # There are seconds left, and nothing to decide.
    CLASS=signal PROOF="the run was stopped by SIG$STOPPED"
  elif [[ $STATUS != 0 || -n $HIT ]]; then
    judge
  fi
  if signal_name "$STATUS"; then name=$REPLY; fi
  keep_junit "$1"
  record "$1" "$started" "$SPENT" "$STATUS" "$name" "$CLASS" "$PROOF"
}

# ------------------------------------------------------------------ the tests' own JUnit file

mark_time() { # a file that tells the JUnit files of this attempt from older ones
  if [[ -n $JUNIT && -n $WORK ]]; then : >"$WORK/began"; fi
} 2>/dev/null

keep_junit() { # attempt: FAILED_TESTS of it; a failed attempt's file is kept
  FAILED_TESTS=()
  [[ -n $JUNIT && -r $JUNIT && -n $WORK && $JUNIT -nt $WORK/began ]] || return 0
  read_junit "$JUNIT"
  FAILED_TESTS=("${!FAILURES[@]}")
  if [[ $CLASS != passed ]]; then
    cp -- "$JUNIT" "$JUNIT.attempt-$1" 2>/dev/null || say "$JUNIT of attempt $1 could not be kept"
  fi
}

attribute() { # tag, name: REPLY is its value as written
  REPLY=''
  if [[ $1 =~ [[:space:]]$2=\"([^\"]*)\" || $1 =~ [[:space:]]$2=\'([^\']*)\' ]]; then REPLY=${BASH_REMATCH[1]}; fi
}

next_tag() { # from file descriptor 6: TAG without its brackets, and BETWEEN, the text before it
  local part quotes
  IFS= read -r -d '>' -u 6 part || return 1
  BETWEEN=${part%%<*} TAG=${part#"${part%%<*}"}
  TAG=${TAG#<}
  while [[ $TAG == '![CDATA['* && $TAG != *']]' ]] || [[ $TAG == '!--'* && $TAG != *-- ]]; do
    IFS= read -r -d '>' -u 6 part || return 1
    TAG+=">$part"
  done
  # A value may hold a bracket.
  while [[ $TAG != !* ]] && quotes=${TAG//[!\"]/} && ((${#quotes} % 2)); do
    IFS= read -r -d '>' -u 6 part || return 1
    TAG+=">$part"
  done
}

case_name() { # tag of a testcase: REPLY is class name and name, as written, behind a colon (never empty, @ or *)
  local class
  attribute "$1" classname
  class=$REPLY
  attribute "$1" name
  REPLY=:${class:+$class.}$REPLY
}

read_junit() { # file: FAILURES, by test the message of its failure, as written
  local test='' LC_ALL=C
  FAILURES=()
  while next_tag; do
    case $TAG in
      testcase[[:space:]]*)
        case_name "$TAG"
        test=$REPLY
        ;;
      failure | failure[[:space:]/]* | error | error[[:space:]/]*)
        attribute "$TAG" message
        if [[ -n $test ]]; then FAILURES[$test]=$REPLY; fi
        ;;
    esac
  done 6<"$1"
}

xml_decoded() { # text as written: REPLY
  REPLY=${1#:}
  REPLY=${REPLY//&lt;/<}
  REPLY=${REPLY//&gt;/>}
  REPLY=${REPLY//&quot;/\"}
  REPLY=${REPLY//&apos;/\'}
  REPLY=${REPLY//&amp;/'&'}
}

# ------------------------------------------------------------------ ledger, summary, annotation

printable() { # text: REPLY is valid UTF-8 of one line, at most 300 bytes, without secrets
  local LC_ALL=C rest run REPLACED=''
  run=$'^([ -~]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]'
  run+=$'|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+'
  without_secrets "$1"
  rest=${REPLY//[[:cntrl:]]/ }
  rest=${rest##*( )}
  rest=${rest:0:300}
  while [[ -n $rest ]]; do
    if [[ $rest =~ $run ]]; then
      REPLACED+=${BASH_REMATCH[0]}
      rest=${rest:${#BASH_REMATCH[0]}}
    else
      REPLACED+='?'
      rest=${rest:1}
    fi
  done
  REPLY=$REPLACED
}

json_text() { # text: REPLY, quoted
  printable "$1"
  REPLY=${REPLY//\\/\\\\}
  REPLY=\"${REPLY//\"/\\\"}\"
}

json_list() { # texts: REPLY
  local each list=''
  for each; do
    json_text "$each"
    list+="${list:+, }$REPLY"
  done
  REPLY="[$list]"
}

record() { # number, start, ms, exit, signal or nothing, class, evidence: one row of the ledger
  local row
  seconds "$3"
  row="{\"n\": $1, \"started\": \"$2\", \"seconds\": $REPLY, \"exit\": $4, "
  row+="\"signal\": ${5:+\"}${5:-null}${5:+\"}, \"class\": \"$6\", \"evidence\": "
  json_text "$7"
  row+=$REPLY
  if [[ -n $JUNIT ]]; then
    decoded_tests "${FAILED_TESTS[@]}"
    json_list "${DECODED[@]}"
    row+=", \"failed_tests\": $REPLY"
  fi
  ROWS+=("$row}")
  table_row "$1" "$6" "$4${5:+ ($5)}" "$3" "$7"
}

decoded_tests() { # names as written in XML: DECODED, sorted
  local each
  DECODED=()
  for each; do
    xml_decoded "$each"
    DECODED+=("$REPLY")
  done
}

table_row() { # number, class, exit, ms, evidence: one row of the summary
  local row="| $1 | $2 | $3 | "
  spoken "$4"
  row+="$REPLY | "
  printable "$5"
  REPLY=${REPLY//|/\\|}
  REPLY=${REPLY//\`/\'}
  TABLE+=("$row${REPLY:+\`$REPLY\`} |")
}

ledger_text() { # verdict, ms spent, reason: REPLY
  local text row rows=''
  for row in "${ROWS[@]}"; do rows+="${rows:+,}"$'\n'"    $row"; done
  seconds "$DEADLINE_MS"
  text=$'{\n  "version": 1,\n  "verdict": "'"$1"$'",\n  "deadline": '"$REPLY"
  seconds "$2"
  text+=$',\n  "spent": '"$REPLY"
  json_text "$3"
  text+=$',\n  "stopped_because": '"$REPLY"
  json_list "${FLAKY_TESTS[@]}"
  text+=$',\n  "flaky_tests": '"$REPLY"
  REPLY="$text"$',\n  "attempts": ['"$rows"$'\n  ]\n}\n'
}

put_ledger() { # text: whether LEDGER holds it; whoever reads it meanwhile sees a whole one
  local part=$LEDGER
  # What is no file of its own is written as it is.
  if [[ ! -e $LEDGER && ! -L $LEDGER ]] || [[ -f $LEDGER && ! -L $LEDGER && -w ${LEDGER%"${LEDGER##*/}"}. ]]; then
    part=$LEDGER.part
  fi
  if printf '%s' "$1" >"$part" && { [[ $part == "$LEDGER" ]] || mv -f -- "$part" "$LEDGER"; }; then
    OWN_LEDGER=yes
    return 0
  fi
  # Half a ledger would mislead whoever reads it, and so would the one of the attempt's begin.
  if [[ $part != "$LEDGER" ]]; then rm -f -- "$part"; fi
  if [[ -n $OWN_LEDGER && -f $LEDGER ]]; then rm -f -- "$LEDGER"; fi
  return 1
} 2>/dev/null

write_ledger() { # verdict, ms spent, reason; a ledger that cannot be written changes nothing else
  ledger_text "$@"
  put_ledger "$REPLY" || say "the ledger could not be written to $LEDGER (read-only, or the disk is full)"
}

begin_ledger() { # number, start: what is left when the runner itself is killed, the attempts so far and this one
  local rows=("${ROWS[@]}") table=("${TABLE[@]}") reason
  reason="attempt $1 began and did not end: it still runs, or the runner was killed"
  record "$1" "$2" 0 137 SIGKILL signal "$reason"
  now_ms
  ledger_text failed "$((REPLY - BEGAN))" "$reason"
  put_ledger "$REPLY"
  ROWS=("${rows[@]}") TABLE=("${table[@]}")
}

write_summary() { # headline; to the job summary, where there is one
  local row
  [[ -n ${GITHUB_STEP_SUMMARY:-} ]] || return 0
  {
    printf '### %s\n\n| attempt | class | exit | time | evidence |\n|---|---|---|---|---|\n' "$1"
    for row in "${TABLE[@]}"; do printf '%s\n' "$row"; done
    if ((${#FLAKY_TESTS[@]})); then printf '\nFlaky tests:\n\n'; fi
    for row in "${FLAKY_TESTS[@]}"; do
      printable "$row"
      printf -- '- %s\n' "\`${REPLY//\`/\'}\`"
    done
    printf '\n'
  } 2>/dev/null >>"$GITHUB_STEP_SUMMARY" || say "the job summary could not be written"
}

annotate() { # verdict, message: one annotation, none for a pass at once
  local level=error
  [[ ${GITHUB_ACTIONS:-} == true && $1 != passed ]] || return 0
  if [[ $1 == flaky ]]; then
    case $FLAKY in pass) level=notice ;; warn) level=warning ;; esac
  fi
  printable "$2"
  REPLY=${REPLY//'%'/%25}
  if ends_inside_a_line; then printf '\n' >&2; fi
  printf '::%s title=Tests under retry::%s\n' "$level" "$REPLY" >&2
}

name_flaky_tests() { # FLAKY_TESTS: failed in an attempt before, and not in the last
  local each
  declare -A now=()
  FLAKY_TESTS=()
  for each in "${FAILED_TESTS[@]}"; do now[$each]=1; done
  for each in "${EARLIER_TESTS[@]}"; do
    [[ -z ${now[$each]:-} ]] || continue
    now[$each]=1
    xml_decoded "$each"
    FLAKY_TESTS+=("$REPLY")
  done
}

conclude() { # attempts made, reason: writes everything; REPLY is the exit code
  local count=$1 reason=$2 code spent outcome message
  now_ms
  spent=$((REPLY - BEGAN))
  verdict "$STATUS" "$count" "$HIT" "$STOPPED"
  outcome=$REPLY
  exit_code "$STATUS" "$HIT" "$NO_FIT" "$STOPPED" "$outcome" "$FIRST_CODE"
  code=$REPLY
  if [[ $outcome == flaky ]]; then name_flaky_tests; fi
  spoken "$spent"
  message="$outcome after $count of $ATTEMPTS attempts in $REPLY"
  if [[ $outcome != passed ]]; then message+=": $reason"; fi
  if [[ $outcome == flaky ]]; then message+=" (first failure: $FIRST_CLASS)"; fi
  if ((${#FLAKY_TESTS[@]})); then message+="; flaky: $(printf '%s, ' "${FLAKY_TESTS[@]:0:5}")"; fi
  message=${message%, }
  write_ledger "$outcome" "$spent" "$reason"
  write_summary "$message"
  annotate "$outcome" "$message"
  without_secrets "$message"
  say "$REPLY"
  REPLY=$code
}

# ------------------------------------------------------------------ the run

minimum_ms() { # REPLY: what a further attempt needs
  REPLY=${MINIMUM_MS:-$LONGEST}
}

prepare_next() { # attempt that ended: waits, passes the gate, resets; else REASON says why not
  local delay left minimum
  scheduled_delay "$DELAYS" "$1" "$CAP_MS"
  jittered "$REPLY" "$JITTER"
  delay=$REPLY
  minimum_ms
  minimum=$REPLY
  has_room "$minimum" "$delay" || return 1
  spoken "$delay"
  say "attempt $1 failed: $CLASS${SHOWN_PROOF:+ ($SHOWN_PROOF)}; next in $REPLY"
  pause "$delay"
  open_gate && reset_before_attempt && has_room "$minimum" 0
}

has_room() { # minimum, ms until the attempt starts
  local left
  remaining_ms
  left=$((REPLY - $2))
  fits "$left" "$RESERVE_MS" "$1" && return
  NO_FIT=nofit
  spoken "$1"
  REASON="no further attempt fits: it needs $REPLY"
  spoken "$((left - RESERVE_MS > 0 ? left - RESERVE_MS : 0))"
  REASON+=", $REPLY would be left"
  return 1
}

open_gate() { # whether Redis answers; a dead one ends the run
  configured || return 0
  local patience=30000
  remaining_ms
  if ((REPLY - RESERVE_MS < patience)); then patience=$((REPLY - RESERVE_MS)); fi
  if pass_gate "$patience"; then
    BEFORE=$INFO
    return 0
  fi
  REASON="$DETAIL: $PROBE"
  return 1
}

reset_before_attempt() { # whether the tests may begin anew
  [[ $RESET != none ]] && configured || return 0
  local target scope="$RESET on" of_them=''
  if ! find_reset_targets; then
    REASON="$RESET failed: $DETAIL: $PROBE"
    return 1
  fi
  for target in "${TARGETS[@]}"; do scope+=" ${target/ /:}"; done
  if ((${#TARGETS[@]} > 1)); then of_them=", of the cluster's ${#TARGETS[@]} primaries"; fi
  if [[ $RESET == flushdb ]]; then scope+=" database ${REDIS[database]}"; fi
  for target in "${TARGETS[@]}"; do
    reset_allowed "${target% *}" "$ANYWHERE" && continue
    REASON="$scope is refused: ${target/ /:}$of_them is"
    REASON+=" neither a loopback address nor a service of this job (--reset-anywhere allows it)"
    return 1
  done
  for target in "${TARGETS[@]}"; do
    at "${target% *}" "${target#* }" reset_redis "$RESET" && continue
    REASON="$scope failed: ${PROBE:0:200}"
    return 1
  done
  say "reset: $scope"
}

may_retry() { # attempt that ended: whether the policy wants another; else REASON
  if [[ -n $STOPPED ]]; then
    REASON="stopped by SIG$STOPPED"
  elif ! retried "$CLASS"; then
    REASON="$CLASS is not retried"
  elif (($1 >= ATTEMPTS)); then
    REASON="all attempts used, the last one: $CLASS"
  else
    return 0
  fi
  return 1
}

run_attempts() { # until a pass, or a reason against another attempt: REPLY is the exit code
  local number=0
  while :; do
    ((++number))
    remaining_ms
    attempt_limit "$REPLY" "$RESERVE_MS" "$TIMEOUT_MS"
    attempt "$number" "$((REPLY > 0 ? REPLY : 1))"
    if [[ $CLASS == passed ]]; then
      REASON=passed
      break
    fi
    remember_failure
    may_retry "$number" || break
    prepare_next "$number" || break
    if [[ -n $STOPPED ]]; then break; fi
  done
  if [[ -n $STOPPED ]]; then REASON="stopped by SIG$STOPPED"; fi
  conclude "$number" "$REASON"
}

remember_failure() {
  FIRST_CLASS=${FIRST_CLASS:-$CLASS}
  FIRST_CODE=${FIRST_CODE:-$STATUS}
  EARLIER_TESTS+=("${FAILED_TESTS[@]}")
  if ((SPENT > LONGEST)); then LONGEST=$SPENT; fi
  printable "$PROOF"
  SHOWN_PROOF=$REPLY
}

# ------------------------------------------------------------------ --merge

merge_ledger() { # file, shard: takes its rows; fails for anything else than a ledger
  local line field value outcome=''
  while IFS= read -r line; do
    if [[ $line =~ ^\ *\"(verdict|deadline|spent)\":\ \"?([a-z0-9.]+) ]]; then
      field=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
      case $field in
        verdict) outcome=$value ;;
        deadline) duration_ms "$value" && ((REPLY > DEADLINE_MS)) && DEADLINE_MS=$REPLY ;;
        spent) duration_ms "$value" && ((REPLY > SPENT)) && SPENT=$REPLY ;;
      esac
    elif [[ $line =~ ^\ *\"flaky_tests\":\ \[(.+)\],?$ ]]; then
      FLAKY_JSON+="${FLAKY_JSON:+, }${BASH_REMATCH[1]}"
    elif [[ $line =~ ^\ *\{(\"n\":\ .*)\},?$ ]]; then
      value=${BASH_REMATCH[1]}
      json_text "$2"
      ROWS+=("{\"shard\": $REPLY, $value}")
      merged_table_row "$2" "$value"
    fi
  done <"$1"
  [[ -n $outcome ]] || return 1
  VERDICTS+=" $outcome"
}

merged_table_row() { # shard, a row of a ledger
  local n class exit ms
  [[ $2 =~ \"n\":\ ([0-9]+) ]] && n=${BASH_REMATCH[1]}
  [[ $2 =~ \"class\":\ \"([^\"]*)\" ]] && class=${BASH_REMATCH[1]}
  [[ $2 =~ \"exit\":\ ([0-9]+) ]] && exit=${BASH_REMATCH[1]}
  [[ $2 =~ \"seconds\":\ ([0-9.]+) ]] && duration_ms "${BASH_REMATCH[1]}" && ms=$REPLY
  [[ $2 =~ \"evidence\":\ \"(.*)\" ]]
  table_row "$1 / ${n:-?}" "${class:-?}" "${exit:-?}" "${ms:-0}" "${BASH_REMATCH[1]:-}"
}

merge_ledgers() { # folder
  local file shard
  for file in "$1"/**/*.json; do
    [[ -f $file && ! $file -ef $LEDGER ]] || continue
    [[ $(<"$file") == *'"stopped_because": '* ]] || continue
    shard=${file#"$1"/}
    merge_ledger "$file" "${shard%%/*}" || say "$file is not a ledger as this runner writes it"
  done
}

earlier_failures() { # JUnit file: EARLIER, by test the message of a failed attempt before the last
  local file test
  EARLIER=()
  for file in "$1".attempt-*; do
    [[ -f $file ]] || continue
    read_junit "$file"
    for test in "${!FAILURES[@]}"; do EARLIER[$test]=${FAILURES[$test]}; done
  done
}

merge_junit() { # file: its suites on standard output; failures of earlier attempts put into their tests
  local tag closing
  earlier_failures "$1"
  read_junit "$1"
  while next_tag; do
    case $TAG in \?xml* | testsuites | testsuites[[:space:]/]* | /testsuites) continue ;; esac
    tag=$TAG closing=''
    if [[ $TAG == testcase[[:space:]]* ]]; then
      case_name "$TAG"
      flaky_element "$REPLY"
      if [[ -n $REPLY && $tag == */ ]]; then
        tag=${tag%/} closing='</testcase>'
      fi
      printf '%s<%s>%s%s' "$BETWEEN" "$tag" "$REPLY" "$closing"
    else
      printf '%s<%s>' "$BETWEEN" "$tag"
    fi
  done 6<"$1"
}

flaky_element() { # test: REPLY, what tells of its failure in an earlier attempt, or nothing
  local kind=flakyFailure
  REPLY=''
  [[ -n ${EARLIER[$1]+set} ]] || return 0
  if [[ -n ${FAILURES[$1]+set} ]]; then kind=rerunFailure; fi
  REPLY="<$kind message=\"${EARLIER[$1]//\"/&quot;}\"/>"
}

merge_junits() { # folder: JUNIT, when there is anything to join
  local file text=''
  for file in "$1"/**/*.xml; do
    [[ -f $file && ! $file -ef $JUNIT && $(head -c 65536 "$file") == *'<testsuite'* ]] || continue
    text+=$(merge_junit "$file")$'\n'
  done
  [[ -n $text ]] || return 0
  if { printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n%s</testsuites>\n' "$text" >"$JUNIT"; } 2>/dev/null; then
    say "joined the JUnit files into $JUNIT"
  else
    say "the JUnit file could not be written to $JUNIT"
  fi
}

worst_verdict() { # verdicts: REPLY
  case " $1 " in
    *' failed '*) REPLY=failed ;;
    *' flaky '*) REPLY=flaky ;;
    *) REPLY=passed ;;
  esac
}

write_merged_ledger() { # verdict, message
  local text
  ledger_text "$1" "$SPENT" "$2"
  text=${REPLY/'"flaky_tests": []'/'"flaky_tests": ['"$FLAKY_JSON"']'}
  { printf '%s' "$text" >"$LEDGER"; } 2>/dev/null || say "the ledger could not be written to $LEDGER"
}

merge() { # folder: REPLY is the exit code
  local outcome message shards
  [[ -d $1 ]] || wrong_usage "--merge $1 is not a folder" "name the folder that holds the shards' files"
  shopt -s globstar nullglob
  VERDICTS='' FLAKY_JSON='' DEADLINE_MS=0 SPENT=0 JUNIT=${JUNIT:-junit.xml} WORK=''
  merge_ledgers "$1"
  [[ -n $VERDICTS ]] || wrong_usage "no ledger below $1" "upload retry-ledger.json of each shard, and download it there"
  merge_junits "$1"
  worst_verdict "$VERDICTS"
  outcome=$REPLY
  read -ra shards <<<"$VERDICTS"
  message="$outcome: ${#shards[@]} shards, ${#ROWS[@]} attempts"
  write_merged_ledger "$outcome" "$message"
  write_summary "$message"
  annotate "$outcome" "$message"
  say "$message"
  REPLY=0
  if [[ $outcome == failed || ($outcome == flaky && $FLAKY == fail) ]]; then REPLY=1; fi
}

# ------------------------------------------------------------------ main

ignores_signals() { # whether the caller had INT, USR1, PIPE or TERM ignored, and env can undo it
  local key mask
  while read -r key mask; do
    [[ $key != SigIgn: ]] || break
  done </proc/self/status
  # Bit n-1 stands for signal n; bash itself ignores QUIT.
  (((16#${mask:-0} & 0x5202) != 0)) && env --default-signal=INT true
} 2>/dev/null

with_default_signals() { # begins anew when signals are ignored: bash could neither see nor reset them
  if [[ -z ${HOLDFAST_RETRY_SIGNALS:-} ]] && ignores_signals; then
    restore_environment
    HOLDFAST_RETRY_SIGNALS=default exec env --default-signal=INT,QUIT,USR1,PIPE,TERM "$BASH" -- "$0" "$@"
  fi
}

start_state() { # every variable of the runner, whatever the caller's environment holds
  declare -gA REDIS=() EVIDENCE=() FAILED=() PENDING=() OTHER=() FAILURES=() EARLIER=()
  COMMAND=() ROWS=() TABLE=() COPIERS=() OUTPUT=() FAILED_TESTS=() FLAKY_TESTS=() EARLIER_TESTS=() DECODED=()
  SENTINELS=() KNOWN=() SAID=() PRIMARIES=() TARGETS=()
  OOM_COUNTERS=() PRESENT=() FAMILIES=() ADDRESSES=() CLASSES=() ENVIRONMENT=()
  JUNIT='' MERGE='' ANYWHERE='' OWN_LEDGER='' WORK='' OUT='' ERR='' NEVER='' CHILD='' PAUSE='' GUARD='' ENDER='' SNAPSHOT='' BEFORE='' INFO=''
  PROBE='' DETAIL='' ANSWER='' ENDS='' WIRE='' PRIMARY='' CONFIRMED='' CLASS='' PROOF='' SHOWN_PROOF='' STOPPED='' WOKEN='' HIT='' NO_FIT='' REASON='' KILLS=''
  FIRST_CLASS='' FIRST_CODE='' STATUS=0 SPENT=0 LONGEST=0
}

main() {
  set +aefuxmvn +o posix +o noclobber
  set -u
  start_state
  read_flags "$@"
  check_settings
  locate_redis
  if [[ -n $MERGE ]]; then
    merge "$MERGE"
    exit "$REPLY"
  fi
  ((${#COMMAND[@]})) || wrong_usage "no command" "write it behind --"
  with_default_signals "$@"
  unset -v HOLDFAST_RETRY_SIGNALS
  trap 'WOKEN=yes; interrupted INT' INT
  trap 'WOKEN=yes; interrupted TERM' TERM
  trap 'WOKEN=yes; interrupted HUP' HUP
  trap 'WOKEN=yes; HIT=limit' USR1
  now_ms
  BEGAN=$REPLY
  TOGETHER=''
  if [[ /dev/fd/1 -ef /dev/fd/2 ]]; then TOGETHER=yes; fi
  open_work
  trap close_work EXIT
  oom_counters
  run_attempts
  exit "$REPLY"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  main "$@"
fi
