#!/usr/bin/env bash
# Waits for a Redis, checks it, or collects what is known about it. Speaks the Redis protocol itself. See --help.

if [ "${BASH_VERSION%%.*}" -lt 5 ] 2>/dev/null || [ -z "${BASH_VERSION:-}" ]; then
  echo "redis-diagnostics: needs bash 5.0 or newer; this shell is ${BASH_VERSION:-not bash}" >&2
  exit 2
fi

# --- settings, written by holdfast from the spec ---
# where the server is when neither --url nor REDIS_URL nor REDIS_HOST says so
DEFAULT_HOST=127.0.0.1
DEFAULT_PORT=6379
# wait: the deadline, rounds of write, read and Pub/Sub, connections open at once, pipelined operations
WAIT_TIMEOUT=120s
WAIT_ROUNDS=3
WAIT_CONNECTIONS=10
WAIT_WARMUP=1000
# check: timed operations, connections held open at once
CHECK_OPERATIONS=1000
CHECK_CONNECTIONS=10
# check: what must be in force, as NAME=VALUE; and what a difference is: fail or warn
EXPECT=()
EXPECT_MISMATCH=fail
# --- end of settings ---

usage() {
  cat <<TEXT
usage: redis-diagnostics.sh [check] [options]   check everything (the default)
       redis-diagnostics.sh wait [options]      wait until Redis is truly ready
       redis-diagnostics.sh report DIR          collect what is known after a failure

where the server is
  --url URL              redis://[USER@]HOST[:PORT][/DB], rediss:// for TLS, redis+sentinel://HOST:PORT[,...]/MASTER.
                         No password in it: the arguments of a process are public.
  --password-file FILE   its first line is the password
  REDIS_URL              the same as --url, and it may hold the password
  REDIS_HOST, REDIS_PORT, REDIS_USERNAME, REDIS_PASSWORD, REDIS_TLS=1
                         used where no URL says otherwise; without any: ${DEFAULT_HOST}:${DEFAULT_PORT}
  REDIS_CONTAINER        id or name of its container: log, inspect, limits (asked of docker)
  --cacert FILE, --cert FILE, --key FILE, --insecure
                         for TLS (or REDIS_TLS_CACERT, REDIS_TLS_CERT, REDIS_TLS_KEY); needs openssl or redis-cli

wait: one deadline; tries every 10 ms for 10 s, then every 40 ms
  --timeout ${WAIT_TIMEOUT}         the deadline (500ms, 10s, 20m; a bare number is seconds)
  --rounds ${WAIT_ROUNDS}             rounds of write, read back, publish, receive
  --connections ${WAIT_CONNECTIONS}       connections open at once, each of which must answer
  --warmup ${WAIT_WARMUP}          pipelined operations before the end; 0 for none

check: ends within 15 s
  --operations ${CHECK_OPERATIONS}      operations timed
  --connections ${CHECK_CONNECTIONS}       connections held open at once
  --expect NAME=VALUE    what must be in force (repeatable): a configuration name, vm.overcommit_memory,
                         net.core.somaxconn, thp, nofile, backlog or memory; sizes compare by value (1gb = 1073741824)
  --mismatch ${EXPECT_MISMATCH}        what a difference from --expect is: fail or warn

wait and check
  --json FILE, --junit FILE   reports as files; a job summary is written where GITHUB_STEP_SUMMARY says
  -h, --help                  this text

exit status
  0 healthy, ready, or the bundle is written   1 a check failed, or something answered but never got ready
  2 usage                                      3 no command was answered
  4 refused (password, user or permission)
TEXT
}

# ---------------------------------------------------------------- text, time, sizes

die() {
  printf 'redis-diagnostics: %s\n' "$1" >&2
  exit 2
}

# The clock, in microseconds. Tests replace it.
now() {
  NOW=${EPOCHREALTIME/./}
}

# A duration as written (500ms, 1.5s, 20m, 1h, bare seconds) -> RESULT in microseconds.
microseconds() {
  [[ $1 =~ ^([0-9]{1,9})(\.([0-9]{1,6}))?(ms|s|m|h|)$ ]] || return 1
  local -A scale=([ms]=1000 [s]=1000000 [m]=60000000 [h]=3600000000)
  local unit=${BASH_REMATCH[4]:-s} fraction=${BASH_REMATCH[3]}000000
  RESULT=$((10#${BASH_REMATCH[1]} * scale[$unit] + 10#${fraction:0:6} * scale[$unit] / 1000000))
}

# Microseconds -> RESULT in seconds, as `read -t` takes them.
seconds() {
  printf -v RESULT '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000))
}

# Microseconds -> RESULT in milliseconds with two decimals.
milliseconds() {
  printf -v RESULT '%d.%02d' $(($1 / 1000)) $(($1 % 1000 / 10))
}

# A size as Redis reads it (1gb, 512mb, 100k, 42) -> RESULT in bytes.
bytes_of() {
  local -A scale=([b]=1 [k]=1000 [kb]=1024 [m]=1000000 [mb]=1048576 [g]=1000000000 [gb]=1073741824)
  [[ ${1,,} =~ ^([0-9]{1,15})(b|k|kb|m|mb|g|gb|)$ ]] || return 1
  RESULT=$((10#${BASH_REMATCH[1]} * scale[${BASH_REMATCH[2]:-b}]))
}

# Whether two values as written mean the same.
same_value() {
  [[ ${1,,} == "${2,,}" ]] && return 0
  bytes_of "$1" || return 1
  local first=$RESULT
  bytes_of "$2" || return 1
  ((first == RESULT))
}

# A decimal number that can be read without a base (a leading zero would be octal).
is_count() {
  [[ $1 =~ ^[0-9]{1,7}$ ]]
}

# %41 -> A.
percent_decoded() {
  local escaped=${1//\\/\\\\}
  printf -v RESULT '%b' "${escaped//%/\\x}"
}

# ---------------------------------------------------------------- secrets

# Text with every known secret removed -> RESULT.
redacted() {
  local secret
  RESULT=$1
  for secret in "${SECRETS[@]}"; do
    RESULT=${RESULT//"$secret"/***}
  done
}

# Remember a secret in each form in which it may turn up: as it is, and inside JSON.
keep_secret() {
  [[ -n $1 ]] || return 0
  SECRETS+=("$1")
  json_text "$1"
  [[ $RESULT == "\"$1\"" ]] || SECRETS+=("${RESULT:1:-1}")
}

# The value of a setting that is a secret by its name -> status 0.
is_secret_name() {
  case ${1,,} in
    requirepass | masterauth | *-pass | user | *password* | *secret* | *token* | *_key | *auth*) return 0 ;;
  esac
  return 1
}

# Print a sentence; what it quotes from elsewhere is redacted already.
say() {
  printf '%s\n' "$*"
}

# ---------------------------------------------------------------- where the server is

# Everything a run knows about its target; called once, before the arguments are read.
begin() {
  LC_ALL=C
  set -u +x
  MODE=check
  URL='' PASSWORD_FILE='' REPORT_DIR='' JSON_FILE='' JUNIT_FILE=''
  HOST='' PORT='' DB=0 USERNAME='' PASSWORD='' TLS=0 INSECURE=0 MASTER=''
  SENTINELS=() SECRETS=() EXPECTED=("${EXPECT[@]}")
  CACERT=${REDIS_TLS_CACERT:-} CERT=${REDIS_TLS_CERT:-} KEY=${REDIS_TLS_KEY:-}
  CONTAINER=${REDIS_CONTAINER:-}
  CLASS='' ERROR='' ANSWERED=0 MODE_OF_SERVER='' SERVER_NAME='' VERSION=''
  NAMES=() SECTIONS=() STATUSES=() VALUES=() LIMITS=() UNITS=() MESSAGES=()
  LEFT_KEYS=() TRIES=0 SEEN_ORDER=() RESOLVED='' WATCH='' QUIET='' NOTES='' SECTION=wait PEERS_UNSEEN=0 PLAIN_ASKED=0
  DOCKER_SILENT='' INSPECTED='' SERVER_PID='' RESULT='' TEXT='' LINE='' KIND='' ITEMS=()
  declare -gA IN=() OUT=() HELPER=() SEEN=() INFO=() CONFIG=() FACTS=() REFUSALS=() STEP_TIMES=()
  new_prefix
}

# A random name that all keys and channels of this run begin with; the braces keep them in one cluster slot.
new_prefix() {
  printf -v RUN '%04x%04x%04x' "$RANDOM" "$RANDOM" "$RANDOM"
  PREFIX="holdfast:{$RUN}:"
}

# The parts of a URL -> HOST, PORT, DB, USERNAME, PASSWORD, TLS, SENTINELS, MASTER.
read_url() {
  local pattern='^(redis|rediss|valkey|valkeys|redis\+sentinel|rediss\+sentinel)://(([^@/]*)@)?([^/?@]+)(/([^?]*))?(\?.*)?$'
  [[ $1 =~ $pattern ]] || return 1
  local scheme=${BASH_REMATCH[1]} login=${BASH_REMATCH[3]} place=${BASH_REMATCH[4]} path=${BASH_REMATCH[6]}
  case $scheme in rediss* | valkeys) TLS=1 ;; esac
  read_login "$login"
  if [[ $scheme == *sentinel ]]; then
    read_sentinels "$place" "$path"
    return
  fi
  read_place "$place" || return 1
  [[ -z $path ]] || { is_count "$path" && DB=$((10#$path)); }
}

# user:password -> USERNAME, PASSWORD.
read_login() {
  [[ -n $1 ]] || return 0
  [[ $1 == *:* ]] && keep_secret "${1#*:}"
  if [[ $1 == *:* ]]; then
    percent_decoded "${1#*:}"
    PASSWORD=$RESULT
  fi
  percent_decoded "${1%%:*}"
  USERNAME=$RESULT
}

# host, host:port, [address]:port -> HOST, PORT.
read_place() {
  local bracketed='^\[([0-9a-fA-F:.%]+)\](:([0-9]{1,5}))?$' plain='^([A-Za-z0-9._%-]+)(:([0-9]{1,5}))?$'
  if [[ $1 =~ $bracketed || $1 =~ $plain ]]; then
    HOST=${BASH_REMATCH[1]} PORT=${BASH_REMATCH[3]:-6379}
    return 0
  fi
  return 1
}

# host:port,host:port and master[/db] -> SENTINELS, MASTER, DB; the first sentinel is asked first.
read_sentinels() {
  local path=$2
  MASTER=${path%%/*}
  [[ $path != */* ]] || { is_count "${path#*/}" && DB=$((10#${path#*/})); } || return 1
  IFS=, read -r -a SENTINELS <<<"$1"
  local index
  for index in "${!SENTINELS[@]}"; do
    [[ ${SENTINELS[index]} =~ :[0-9]+$ ]] || SENTINELS[index]+=:26379
  done
  read_place "${SENTINELS[0]}"
}

# Flags, then environment, then the defaults.
read_target() {
  if [[ -n $URL ]]; then
    read_url "$URL" || die "--url cannot be read; write redis://HOST:PORT/DB"
    [[ -z $PASSWORD ]] || die "--url holds a password, which every process could read: use REDIS_URL, REDIS_PASSWORD or --password-file"
  elif [[ -n ${REDIS_URL:-} ]]; then
    read_url "$REDIS_URL" || die "REDIS_URL cannot be read; write redis://USER:PASSWORD@HOST:PORT/DB, with % codes in the password"
  else
    HOST=${REDIS_HOST:-$DEFAULT_HOST} PORT=${REDIS_PORT:-$DEFAULT_PORT}
    [[ $HOST != \[*\] ]] || HOST=${HOST:1:-1}
  fi
  read_login_of_environment
  is_port "$PORT" || die "the port \"$PORT\" is not a number from 1 to 65535"
  PORT=$((10#$PORT))
  [[ $HOST =~ ^[A-Za-z0-9._:%-]+$ ]] || die "the host name cannot be read; set REDIS_HOST to a name or an address"
}

is_port() {
  [[ $1 =~ ^[0-9]{1,5}$ ]] && ((10#$1 > 0 && 10#$1 < 65536))
}

read_login_of_environment() {
  case ${REDIS_TLS:-} in 1 | true | TRUE | yes | on) TLS=1 ;; esac
  [[ -n $USERNAME ]] || USERNAME=${REDIS_USERNAME:-}
  [[ -n $PASSWORD ]] || PASSWORD=${REDIS_PASSWORD:-}
  if [[ -n $PASSWORD_FILE ]]; then
    PASSWORD=''
    { IFS= read -r PASSWORD <"$PASSWORD_FILE"; } 2>/dev/null || [[ -n $PASSWORD ]] ||
      die "--password-file cannot be read or is empty: $PASSWORD_FILE"
    PASSWORD=${PASSWORD%$'\r'}
  fi
  keep_secret "$PASSWORD"
  keep_secret "${REDIS_PASSWORD:-}"
}

# The target without any secret -> RESULT.
place() {
  local host=$HOST
  [[ $host != *:* ]] || host="[$host]"
  redacted "$host:$PORT"
}

# ---------------------------------------------------------------- what an error means

# An error reply of a server -> RESULT: its class.
class_of_reply() {
  case $1 in
    LOADING*) RESULT=loading ;;
    BUSY' '*) RESULT=busy ;;
    MASTERDOWN*) RESULT=masterdown ;;
    CLUSTERDOWN*) RESULT=clusterdown ;;
    READONLY*) RESULT='readonly' ;;
    OOM*) RESULT=oom ;;
    MISCONF*) RESULT=misconf ;;
    NOREPLICAS*) RESULT=noreplicas ;;
    TRYAGAIN*) RESULT=tryagain ;;
    MOVED* | ASK*) RESULT=moved ;;
    *'max number of clients'*) RESULT=maxclients ;;
    *'without any password configured'* | *'no password is set'*) RESULT=nopassword ;;
    WRONGPASS* | *'invalid password'*) RESULT=wrongpass ;;
    NOAUTH* | *'operation not permitted'*) RESULT=noauth ;;
    NOPERM*) RESULT=noperm ;;
    DENIED*) RESULT=protected ;;
    *'unknown command'* | *'unknown subcommand'* | *'nknown subcommand'*) RESULT=unknown-command ;;
    *) RESULT=error ;;
  esac
}

# What connecting said -> RESULT: its class.
class_of_network() {
  case ${1,,} in
    *refused*) RESULT=refused ;;
    *'reset by peer'* | *'broken pipe'*) RESULT=reset ;;
    *'interrupted system call'* | *'timed out'*) RESULT=timeout ;;
    *'name or service not known'* | *'name resolution'* | *'does not resolve'* | *'no address associated'* | *'try again'* | *'getaddrinfo'*)
      RESULT=unresolved
      ;;
    *unreachable* | *'no route'*) RESULT=unreachable ;;
    *'wrong version number'* | *'unknown protocol'* | *'record layer failure'* | *'packet length too long'*) RESULT=protocol ;;
    *'verify error'* | *'certificate'* | *'handshake'* | *'alert'*) RESULT=tls ;;
    *'too many open files'*) RESULT=nofile ;;
    *) RESULT=error ;;
  esac
}

# Whether waiting cannot change it: the password, the permission, the protocol.
is_final() {
  case $1 in
    noauth | wrongpass | nopassword | noperm | protected | protocol | tls) return 0 ;;
  esac
  return 1
}

# Whether it is a refusal of this client, not a state of the server.
is_refusal() {
  case $1 in
    noauth | wrongpass | nopassword | noperm | protected) return 0 ;;
  esac
  return 1
}

# A class -> RESULT: what to do next.
next_step() {
  case $1 in
    refused) RESULT="nothing listens there: look at the server's log, its port and the published port (docker ps)" ;;
    reset) RESULT="something accepts and hangs up: a published port whose server is not up, or one that speaks TLS (rediss://); look at the server's log" ;;
    timeout) RESULT="it does not answer: the server is stopped or overloaded, or a firewall drops packets; look at its log and load" ;;
    unresolved) RESULT="no such name here: on the runner itself use 127.0.0.1 and a published port; the service's name only works inside a job container" ;;
    unreachable) RESULT="no way to that address: look at the network of the container" ;;
    loading) RESULT="the dataset is still loading: wait longer (--timeout), or start without it" ;;
    busy) RESULT="a script blocks the server: SCRIPT KILL, and look for the test that runs it" ;;
    masterdown) RESULT="the replica has no link to its master: look at the master, or use its address" ;;
    clusterdown) RESULT="the cluster is not complete: assign all slots (CLUSTER ADDSLOTS), start every node, look at CLUSTER NODES" ;;
    moved) RESULT="the slot is served elsewhere: use an address that this machine reaches (cluster-announce-ip)" ;;
    readonly) RESULT="this is a read-only replica: use the master's address, or REPLICAOF NO ONE" ;;
    oom) RESULT="memory is full and nothing may be evicted: raise maxmemory, or set maxmemory-policy allkeys-lru" ;;
    misconf) RESULT="a snapshot failed and writes are stopped: start with --save \"\", or free the disk" ;;
    noreplicas) RESULT="too few replicas for writes: look at min-replicas-to-write" ;;
    maxclients) RESULT="all connections are taken: find who holds them (CLIENT LIST), or raise maxclients and nofile" ;;
    noauth) RESULT="the server wants a password: set REDIS_PASSWORD, REDIS_URL or --password-file" ;;
    wrongpass) RESULT="the server refuses this user or password: compare REDIS_USERNAME and REDIS_PASSWORD with --requirepass or the ACL" ;;
    nopassword) RESULT="the server has no password: start it with --requirepass (the official image ignores REDIS_PASSWORD), or unset it here" ;;
    noperm) RESULT="the user lacks a permission: extend its ACL (ACL SETUSER), or use another user" ;;
    protected) RESULT="protected mode refuses other hosts: start with --protected-mode no or with a password" ;;
    protocol) RESULT="that is not Redis, or TLS on one side only: check the port; for TLS use rediss:// or REDIS_TLS=1" ;;
    tls) RESULT="the TLS handshake failed: give --cacert (or --insecure), and --cert and --key where the server asks for them" ;;
    pubsub) RESULT="a message that was published did not arrive: look for a proxy or an ACL between, and at client-output-buffer-limit" ;;
    nofile) RESULT="this shell may not open more files: raise ulimit -n" ;;
    *) RESULT="look at the server's log" ;;
  esac
}

# Note a failure: CLASS and ERROR are what the caller shows. Always status 1.
failed() {
  CLASS=$1
  ERROR=${2%%, with args beginning with*}
  redacted "${ERROR//[$'\001'-$'\037']/?}"
  ERROR=${RESULT:0:300}
  return 1
}

# Count the failure just noted, for the report of the deadline.
count_failure() {
  local key="$CLASS: $ERROR"
  [[ -v SEEN[$key] ]] || SEEN_ORDER+=("$key")
  SEEN[$key]=$((${SEEN[$key]:-0} + 1))
}

# ---------------------------------------------------------------- waiting and connecting, bounded

# The two pipes every run needs, opened once: one that is never ready, to sleep on, and one for error texts.
open_pipes() {
  exec {QUIET}<> <(:)
  exec {NOTES}<> <(:)
  # A trap may run inside a command whose own standard error is closed off.
  exec {STDERR}>&2
  trap '' PIPE
  trap ':' USR1
}

# Sleep without a process, in microseconds.
pause() {
  seconds "$1"
  read -r -t "$RESULT" -u "$QUIET" _
  return 0
}

# A process beside this one that ends a connect() which takes too long, by a signal that interrupts it.
# It reads lines: how long the connect may take, then an empty one when it is over.
interrupt_late_connects() {
  local script=$1 allowed
  while IFS= read -r allowed; do
    read -r -t "$allowed" _ && continue
    until read -r -t 0.05 _; do
      (($? > 128)) && kill -USR1 "$script" || return 0
    done
  done
}

start_watch() {
  local script=$BASHPID
  exec {WATCH}> >(exec >/dev/null 2>&1 && interrupt_late_connects "$script")
}

# Set LIMIT, the end of what comes now: so many microseconds from now, never beyond DEADLINE.
within() {
  now
  LIMIT=$((NOW + $1))
  ((LIMIT <= DEADLINE)) || LIMIT=$DEADLINE
}

# What is left until LIMIT -> RESULT in seconds; status 1 when nothing is.
remaining() {
  now
  ((LIMIT > NOW)) || return 1
  seconds $((LIMIT - NOW))
}

# The text that failing commands left on NOTES -> RESULT, one line.
read_notes() {
  local line text=''
  while read -r -t 0 -u "$NOTES" _ && IFS= read -r -t 0.1 -u "$NOTES" line; do
    [[ -n $text ]] || text=${line#*: }
    [[ $line != *'ame or service'* && $line != *resol* && $line != *'erify error'* && $line != *'rror:'* && $line != *errno* ]] || text=$line
  done
  RESULT=$text
}

# Whether all of these commands are installed.
has_tools() {
  local tool
  for tool in "$@"; do type -P "$tool" >/dev/null || return 1; done
}

is_address() {
  [[ $1 == *:* || $1 =~ ^[0-9]+(\.[0-9]+){3}$ ]]
}

# A name is looked up once in a process that can be ended, because nothing else bounds a lookup.
resolve() {
  if is_address "$1" || [[ $1 == "$RESOLVED" ]]; then return 0; fi
  local answer line text='' helper
  now
  ((NOW < LIMIT)) || failed timeout "no time left to look up $1" || return 1
  # A UDP "connection" sends nothing: it is the lookup alone.
  exec {answer}< <(exec 2>&1 && { : <>"/dev/udp/$1/$2"; } && echo; echo end)
  helper=$!
  seconds $((LIMIT - NOW < 2500000 ? LIMIT - NOW : 2500000))
  while IFS= read -r -t "$RESULT" -u "$answer" line && [[ $line != end ]]; do text+=$line; done
  exec {answer}<&-
  if [[ ${line:-} != end ]]; then
    # KILL, because bash puts any other signal off until the lookup is over.
    kill -KILL "$helper" 2>/dev/null
    failed unresolved "$1: looking up this name takes too long"
    return
  fi
  class_of_network "$text"
  [[ $RESULT != unresolved ]] || failed unresolved "$1: no such name" || return 1
  RESOLVED=$1
}

# Open a connection called NAME to HOST PORT, until LIMIT.
dial() {
  resolve "$2" "$3" || return 1
  remaining || failed timeout "no time left to connect" || return 1
  if ((TLS)); then dial_tls "$@"; else dial_tcp "$@"; fi
}

dial_tcp() {
  local descriptor='' opened=1
  printf '%s\n' "$RESULT" >&"$WATCH"
  { exec {descriptor}<>"/dev/tcp/$2/$3"; } 2>&"$NOTES" || opened=0
  printf '\n' >&"$WATCH"
  if ((opened)); then
    IN[$1]=$descriptor OUT[$1]=$descriptor
    return 0
  fi
  read_notes
  local text=$RESULT
  class_of_network "$text"
  [[ $RESULT != timeout ]] || text="connecting to $2:$3 timed out"
  failed "$RESULT" "${text:-connecting to $2:$3 failed}"
}

# A TLS connection is a helper process between two pipes; it leaves the line "!closed" when it ends.
dial_tls() {
  local from to
  tls_command "$2" "$3" || return 1
  exec {from}<> <(:)
  exec {to}> >(
    exec >&"$from" 2>&"$NOTES" {STDERR}>&- {WATCH}>&-
    trap - PIPE
    "${TLS_COMMAND[@]}" <&0 &
    tls_process=$!
    trap 'kill "$tls_process"' TERM
    wait
    printf '\n!closed\n'
  )
  HELPER[$1]=$!
  IN[$1]=$from OUT[$1]=$to
}

tls_command() {
  local check=(-verify_return_error)
  ((INSECURE)) && check=()
  if ! has_tools openssl; then
    has_tools redis-cli || failed tls "TLS needs openssl or redis-cli here, and neither is installed" || return 1
    redis_cli_command "$1" "$2"
    TLS_COMMAND=(through_redis_cli)
    return
  fi
  TLS_COMMAND=(openssl s_client -quiet -no_ign_eof -connect "$1:$2" "${check[@]}")
  [[ $1 != *:* ]] || TLS_COMMAND[5]="[$1]:$2"
  if is_address "$1"; then TLS_COMMAND+=(-noservername); else TLS_COMMAND+=(-servername "$1"); fi
  [[ -z $CACERT ]] || TLS_COMMAND+=(-CAfile "$CACERT")
  [[ -z $CERT ]] || TLS_COMMAND+=(-cert "$CERT")
  [[ -z $KEY ]] || TLS_COMMAND+=(-key "$KEY")
}

redis_cli_command() {
  REDIS_CLI=(redis-cli --no-raw --tls -h "$1" -p "$2")
  ((INSECURE == 0)) || REDIS_CLI+=(--insecure)
  [[ -z $CACERT ]] || REDIS_CLI+=(--cacert "$CACERT")
  [[ -z $CERT ]] || REDIS_CLI+=(--cert "$CERT")
  [[ -z $KEY ]] || REDIS_CLI+=(--key "$KEY")
  is_address "$1" || REDIS_CLI+=(--sni "$1")
}

# Where there is no openssl, a redis-cli carries one connection: commands come in on standard input as they go over
# the wire, its printed answers go out as replies. An ECHO after each command marks the end of its answer.
through_redis_cli() {
  local from to command queueing=0
  exec {from}<> <(:)
  exec {to}> >(exec "${REDIS_CLI[@]}" >&"$from" 2>&1)
  while read_command; do
    quoted_words "${command[@]}"
    printf '%s\n' "$RESULT" >&"$to"
    case ${command[0]} in
      SUBSCRIBE)
        pass_on_messages "$from"
        return
        ;;
      MULTI) queueing=1 ;;
      EXEC) queueing=0 ;;
    esac
    if ((queueing)); then
      IFS= read -r -u "$from" LINE && wire_reply "$LINE"
    else
      printf 'ECHO "=end="\n' >&"$to"
      read_printed "$from" || return
    fi
  done
}

# One command from standard input, as a list of bulk strings or on one line -> command.
read_command() {
  local count size word
  command=()
  IFS= read -r LINE || return 1
  LINE=${LINE%$'\r'}
  if [[ $LINE != \** ]]; then
    read -r -a command <<<"$LINE"
    return
  fi
  for ((count = ${LINE#?}; count > 0; count--)); do
    IFS= read -r size && IFS= read -r -N $((10#${size//[^0-9]/})) word && IFS= read -r LINE || return 1
    command+=("$word")
  done
}

# Words as redis-cli reads them on one line -> RESULT.
quoted_words() {
  local word text=''
  for word in "$@"; do
    word=${word//\\/\\\\}
    text+="\"${word//\"/\\\"}\" "
  done
  RESULT=$text
}

# What redis-cli prints until the end mark, as one reply; where it cannot connect, its reason goes to standard error.
read_printed() {
  local lines=()
  while IFS= read -r -u "$1" LINE; do
    case $LINE in 'Could not connect'* | 'Error: '*) printf 'redis-cli: %s\n' "$LINE" >&2 && return 1 ;; esac
    [[ $LINE != '"=end="' ]] || break
    # A server that refuses everything refuses the mark too.
    [[ $LINE != '(error) '* || ${lines[0]:-} != '(error) '* ]] || break
    lines+=("$LINE")
  done
  wire_reply "${lines[@]}"
}

# Lines as redis-cli prints a reply -> the reply on the wire. A list keeps its items in order, without its nesting.
wire_reply() {
  local line item='^ *([0-9]+\) *)+'
  if [[ ${1-} =~ $item ]]; then
    printf '*%d\r\n' $#
    for line in "$@"; do
      while [[ $line =~ $item ]]; do line=${line#"${BASH_REMATCH[0]}"}; done
      wire_item "$line"
    done
  elif (($# == 1)); then
    wire_item "$1"
  else
    printf -v line '%s\n' "$@"
    printf '$%d\r\n%s\r\n' "${#line}" "$line"
  fi
}

wire_item() {
  local text
  case $1 in
    '(integer) '*) printf ':%s\r\n' "${1#* }" ;;
    '(error) '*) printf -- '-%s\r\n' "${1#* }" ;;
    '(nil)') printf '$-1\r\n' ;;
    '(empty array)' | '(empty list or set)') printf '*0\r\n' ;;
    \"*\")
      printf -v text '%b' "${1:1:-1}"
      text=${text//\\\"/\"}
      printf '$%d\r\n%s\r\n' "${#text}" "$text"
      ;;
    *) printf '+%s\r\n' "$1" ;;
  esac
}

# After SUBSCRIBE redis-cli prints three lines a message, for ever.
pass_on_messages() {
  local first second third
  while IFS= read -r -u "$1" first; do
    [[ $first == '1) '* ]] || continue
    IFS= read -r -u "$1" second && IFS= read -r -u "$1" third && wire_reply "$first" "$second" "$third"
  done
}

# Close a connection; nothing happens when it is not open.
hang_up() {
  local from=${IN[$1]:-} to=${OUT[$1]:-}
  [[ -n $from ]] || return 0
  [[ $to == "$from" ]] || exec {to}>&-
  exec {from}>&-
  [[ -z ${HELPER[$1]:-} ]] || kill "${HELPER[$1]}" 2>/dev/null
  unset -v "IN[$1]" "OUT[$1]" "HELPER[$1]"
}

hang_up_all() {
  local name
  for name in "${!IN[@]}"; do hang_up "$name"; done
}

# ---------------------------------------------------------------- the Redis protocol

# Words -> REQUEST, as one command on the wire.
encode() {
  local word
  REQUEST="*$#"$'\r\n'
  for word in "$@"; do REQUEST+="\$${#word}"$'\r\n'"$word"$'\r\n'; done
}

is_open() {
  [[ -n ${IN[$1]:-} ]] || failed reset "the connection is closed"
}

# Write a text to a connection in one piece: a text that leaves in several waits 40 ms for an acknowledgement.
transmit() {
  is_open "$1" || return 1
  { printf '%s' "$2" >&"${OUT[$1]}"; } 2>/dev/null || failed reset "the connection was closed while writing"
}

send() {
  local name=$1
  shift
  encode "$@"
  transmit "$name" "$REQUEST"
}

# One line of a connection -> LINE.
read_line() {
  LINE=''
  is_open "$1" || return 1
  remaining || failed timeout "no answer in time" || return 1
  IFS= read -r -t "$RESULT" -u "${IN[$1]}" LINE 2>/dev/null
  local status=$?
  LINE=${LINE%$'\r'}
  [[ $LINE != '!closed' ]] || failed reset "the connection was closed before an answer" || return 1
  ((status)) || return 0
  # What other servers say need not end in a line feed.
  [[ -z $LINE || $LINE == [-+:*$]* ]] || not_redis || return 1
  ((status <= 128)) || failed timeout "no answer in time" || return 1
  failed reset "the connection was closed before an answer"
}

# One reply -> KIND, TEXT, and ITEMS for a list (nested lists are flattened). An error reply is a failure of its class.
read_reply() {
  ITEMS=()
  read_line "$1" || return 1
  # A closing TLS helper leaves an empty line first.
  [[ -n $LINE || -z ${HELPER[$1]:-} ]] || read_line "$1" || tls_failure || return 1
  KIND=${LINE:0:1} TEXT=${LINE:1}
  case $KIND in
    '+' | ':') ANSWERED=1 ;;
    '-') reply_failure ;;
    '$') read_bulk "$1" ;;
    '*') read_items "$1" "$TEXT" ;;
    *) not_redis ;;
  esac
}

reply_failure() {
  ANSWERED=1
  class_of_reply "$TEXT"
  failed "$RESULT" "$TEXT"
}

not_redis() {
  ANSWERED=1
  if [[ $LINE == $'\025'* ]]; then
    failed protocol "the answer is a TLS record, not Redis"
  else
    failed protocol "the answer is not Redis: ${LINE:0:60}"
  fi
}

tls_failure() {
  read_notes
  local text=$RESULT
  [[ -n $text ]] || failed reset "the TLS connection was closed before an answer" || return 1
  class_of_network "$text"
  failed "$RESULT" "$text"
}

# The rest of a bulk reply whose length is TEXT -> TEXT.
read_bulk() {
  local size=$TEXT
  ANSWERED=1 TEXT=''
  [[ $size =~ ^-?[0-9]+$ ]] || not_redis || return 1
  ((size >= 0)) || return 0
  if ((size > 0)); then
    remaining || failed timeout "no answer in time" || return 1
    IFS= read -r -N "$size" -t "$RESULT" -u "${IN[$1]}" TEXT 2>/dev/null || broken_off $? "$size" || return 1
  fi
  read_line "$1"
}

# A bulk reply that did not come whole: the status of `read` tells a time-out from a closed connection.
broken_off() {
  (($1 <= 128)) || failed timeout "an answer of $2 bytes did not arrive in time" || return 1
  failed reset "the connection was closed in the middle of an answer"
}

read_items() {
  local count=$2 index
  [[ $count =~ ^-?[0-9]+$ ]] || not_redis || return 1
  for ((index = 0; index < count; index++)); do
    read_line "$1" || return 1
    TEXT=${LINE:1}
    case ${LINE:0:1} in
      '*') read_items "$1" "$TEXT" || return 1 ;;
      '$') read_bulk "$1" && ITEMS+=("$TEXT") || return 1 ;;
      '-') ITEMS+=("-$TEXT") ;;
      *) ITEMS+=("$TEXT") ;;
    esac
  done
  ANSWERED=1 KIND='*'
}

# Send one command and read its reply.
ask() {
  send "$@" && read_reply "$1"
}

# A connection with a true +PONG behind it: opened, authenticated, its database chosen, in one round trip.
connect() {
  begin_connection "$1" && finish_connection "$1"
}

# The first half: open it and send the greeting, without waiting for the answer.
begin_connection() {
  hang_up "$1"
  dial "$1" "$HOST" "$PORT" || return 1
  send_greeting "$1"
}

# The second half: read the answers to the greeting.
finish_connection() {
  read_greeting "$1" && return 0
  local class=$CLASS error=$ERROR
  hang_up "$1"
  [[ $class == reset ]] && volunteered "$1" && return 1
  [[ $class == timeout || $class == reset ]] && answers_without_tls "$1" && return 1
  failed "$class" "$error"
}

# What opens every connection; a write that fails is not the last word, because the server may have said why.
send_greeting() {
  local words=''
  if [[ -n $PASSWORD ]]; then
    if [[ -n $USERNAME ]]; then encode AUTH "$USERNAME" "$PASSWORD"; else encode AUTH "$PASSWORD"; fi
    words+=$REQUEST
  fi
  ((DB == 0)) || { encode SELECT "$DB" && words+=$REQUEST; }
  encode PING
  transmit "$1" "$words$REQUEST"
  return 0
}

read_greeting() {
  [[ -z $PASSWORD ]] || read_reply "$1" || unprotected_sentinel "$1" || return 1
  ((DB == 0)) || read_reply "$1" || [[ $CLASS == unknown-command ]] || return 1
  read_reply "$1" || return 1
  [[ $KIND$TEXT == +PONG ]] || failed protocol "the answer to PING is not PONG"
}

# A sentinel without a password may stand before a master that has one.
unprotected_sentinel() {
  [[ $CLASS == nopassword && -z $MODE_OF_SERVER ]] && UNPROTECTED=$ERROR
}

# A server that hangs up may have said why before it read anything (all connections taken, protected mode).
volunteered() {
  dial "$1" "$HOST" "$PORT" || return 0
  local full=$LIMIT said=1
  within 20000
  ((LIMIT <= full)) || LIMIT=$full
  read_line "$1" || said=0
  LIMIT=$full
  hang_up "$1"
  ((said)) || return 1
  KIND=${LINE:0:1} TEXT=${LINE:1}
  if [[ $KIND == - ]]; then reply_failure; else not_redis; fi
  return 0
}

# A Redis without TLS does not answer a TLS greeting at all: ask it plainly, once a run.
answers_without_tls() {
  ((TLS && PLAIN_ASKED == 0)) || return 1
  PLAIN_ASKED=1
  local TLS=0 said=1 full=$LIMIT
  within 500000
  { dial "$1" "$HOST" "$PORT" && ask "$1" PING; } || [[ $KIND == - ]] || said=0
  LIMIT=$full
  hang_up "$1"
  ((said)) || return 1
  failed protocol "it speaks Redis without TLS"
  return 0
}

# ---------------------------------------------------------------- keys of the run

# A name of this run -> RESULT; it is deleted at the end whatever happens.
own_key() {
  RESULT=$PREFIX$1
  local key
  for key in "${LEFT_KEYS[@]}"; do [[ $key != "$RESULT" ]] || return 0; done
  LEFT_KEYS+=("$RESULT")
}

# Delete what was written. Where that fails, the keys expire by themselves.
delete_own_keys() {
  ((${#LEFT_KEYS[@]})) || return 0
  ask "$1" DEL "${LEFT_KEYS[@]}" && LEFT_KEYS=()
}

# Keys that are still there when the run ends are deleted on a new connection; for half a second it is tried again.
delete_in_the_end() {
  now
  DEADLINE=$((NOW + 500000))
  within 500000
  until connect last && delete_own_keys last; do
    pause 10000
    remaining || return 0
  done
}

clean_up() {
  trap '' INT TERM
  trap - EXIT
  hang_up_all
  if ((${#LEFT_KEYS[@]})) && [[ -n $WATCH ]]; then delete_in_the_end; fi
  hang_up_all
  [[ -z $WATCH ]] || exec {WATCH}>&-
}

# ---------------------------------------------------------------- sentinel and cluster

# What kind of server answers on connection NAME -> MODE_OF_SERVER, SERVER_NAME, VERSION.
identify() {
  local mode='' index
  if ask "$1" HELLO; then
    for ((index = 0; index + 1 < ${#ITEMS[@]}; index += 2)); do
      case ${ITEMS[index]} in
        server) SERVER_NAME=${ITEMS[index + 1]:0:40} ;;
        version) VERSION=${ITEMS[index + 1]:0:40} ;;
        mode) mode=${ITEMS[index + 1]} ;;
        modules) break ;;
      esac
    done
  elif [[ -z ${IN[$1]:-} || $CLASS == reset || $CLASS == timeout ]]; then
    return 1
  fi
  MODE_OF_SERVER=${mode:-standalone}
}

# On a sentinel: ask for the master's address, and make it the target.
follow_sentinel() {
  local sentinel
  place
  sentinel=$RESULT
  if [[ -z $MASTER ]]; then
    ask "$1" SENTINEL MASTERS || return 1
    [[ ${ITEMS[0]:-} == name ]] || failed masterdown "the sentinel at $sentinel knows no master" || return 1
    MASTER=${ITEMS[1]}
  fi
  ask "$1" SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER" || return 1
  ((${#ITEMS[@]} == 2)) || failed masterdown "the sentinel at $sentinel does not know the master $MASTER" || return 1
  ((${#SENTINELS[@]})) || SENTINELS=("$sentinel")
  HOST=${ITEMS[0]} PORT=${ITEMS[1]} MODE_OF_SERVER=resolved
  hang_up "$1"
  redacted "sentinel at $sentinel: the master $MASTER is at $HOST:$PORT"
  say "$RESULT"
}

# After a failure: the next sentinel is asked again, because the master may have moved.
next_sentinel() {
  ((${#SENTINELS[@]})) || return 0
  SENTINELS=("${SENTINELS[@]:1}" "${SENTINELS[0]}")
  MODE_OF_SERVER=''
  read_place "${SENTINELS[0]}"
}

# CRC16 (XMODEM) of a text, modulo 16384 -> RESULT: its cluster slot.
slot_of() {
  local crc=0 code index bit
  for ((index = 0; index < ${#1}; index++)); do
    printf -v code '%d' "'${1:index:1}"
    ((crc ^= code << 8))
    for ((bit = 0; bit < 8; bit++)); do
      ((crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1))
    done
  done
  RESULT=$((crc % 16384))
}

# Slots as CLUSTER NODES writes them ("0-5460", "77") -> a PREFIX of this run whose slot is among them.
prefix_in() {
  local range
  while :; do
    new_prefix
    slot_of "$RUN"
    for range in "$@"; do
      [[ $range != \[* ]] || continue
      ((RESULT < ${range%-*} || RESULT > ${range#*-})) || return 0
    done
  done
}

# A cluster is ready when this node says so, all slots are covered, and every node that can be reached agrees.
cluster_ready() {
  cluster_says_ok main "the asked node" || return 1
  ask main CLUSTER NODES || return 1
  local nodes line
  mapfile -t nodes <<<"$TEXT"
  PEERS_UNSEEN=0
  for line in "${nodes[@]}"; do
    [[ -z ${line%$'\r'} ]] || peer_ready "$line" || return 1
  done
  choose_slot "${nodes[@]}"
}

cluster_says_ok() {
  ask "$1" CLUSTER INFO || return 1
  [[ $TEXT == *cluster_state:ok* ]] || failed clusterdown "$2 does not say cluster_state:ok" || return 1
  [[ $TEXT == *cluster_slots_assigned:16384* ]] || failed clusterdown "$2 knows of uncovered slots"
}

# One line of CLUSTER NODES: the node must agree, unless it cannot be reached from here at all.
peer_ready() {
  local fields host port
  read -r -a fields <<<"$1"
  [[ ${fields[2]} != *myself* && ${fields[2]} != *noaddr* ]] || return 0
  [[ ${fields[2]} != *fail* ]] || failed clusterdown "node ${fields[1]%%@*} is marked ${fields[2]}" || return 1
  port=${fields[1]%%@*} host=${port%:*} port=${port##*:}
  if ! peer_agrees "$host" "$port"; then
    hang_up peer
    [[ $CLASS != clusterdown && $CLASS != refused && $CLASS != reset && $CLASS != loading ]] || return 1
    PEERS_UNSEEN=$((PEERS_UNSEEN + 1))
  fi
  hang_up peer
}

peer_agrees() {
  local HOST=$1 PORT=$2 full=$LIMIT status=0
  within 1000000
  connect peer && cluster_says_ok peer "node $1:$2" || status=1
  LIMIT=$full
  return "$status"
}

# Use keys of a slot that the asked node serves; where it serves none, go to one that does.
choose_slot() {
  local line fields
  for line in "$@"; do
    read -r -a fields <<<"$line"
    [[ ${fields[2]:-} == *myself* ]] || continue
    ((${#fields[@]} <= 8)) || { prefix_in "${fields[@]:8}"; return; }
  done
  for line in "$@"; do
    read -r -a fields <<<"$line"
    [[ ${fields[2]:-} == *master* && ${#fields[@]} -gt 8 ]] || continue
    local address=${fields[1]%%@*}
    say "this node serves no slots; going on at ${address}"
    HOST=${address%:*} PORT=${address##*:}
    prefix_in "${fields[@]:8}"
    connect main
    return
  done
  failed clusterdown "no node serves a slot"
}

# Open `main` on a server that takes keys: through sentinels, inside a cluster, or as it is.
reach() {
  UNPROTECTED=''
  connect main || return 1
  if [[ $MODE_OF_SERVER != resolved ]]; then
    identify main || return 1
    [[ -z $UNPROTECTED || $MODE_OF_SERVER == sentinel ]] || failed nopassword "$UNPROTECTED" || return 1
    [[ $MODE_OF_SERVER != sentinel ]] || { follow_sentinel main && connect main && identify_master; } || return 1
  fi
  [[ $MODE_OF_SERVER != cluster ]] || cluster_ready
}

# A sentinel may be behind the times: the address that it gave must be a master's.
identify_master() {
  ask main ROLE || [[ $CLASS == noperm || $CLASS == unknown-command ]] || return 1
  [[ $KIND != '*' || ${ITEMS[0]:-master} == master ]] || failed masterdown "the sentinel's master at $HOST:$PORT is still a ${ITEMS[0]}" || return 1
  MODE_OF_SERVER=resolved
}

# ---------------------------------------------------------------- probes that both `wait` and `check` use

# Write a value with an expiry and read it back, in one round trip.
write_and_read() {
  own_key "$1"
  local key=$RESULT words value=$RUN.$RANDOM
  encode SET "$key" "$value" EX 60
  words=$REQUEST
  encode GET "$key"
  transmit main "$words$REQUEST" && read_reply main || return 1
  read_reply main || return 1
  [[ $TEXT == "$value" ]] || failed error "a value written was not read back"
}

# Subscribe on a connection of its own, until the server acknowledges it.
subscribe() {
  connect sub || return 1
  ask sub SUBSCRIBE "${PREFIX}channel" || pubsub_failure "SUBSCRIBE was not acknowledged" || return 1
  [[ ${ITEMS[*]:0:1} == subscribe && ${ITEMS[2]:-} == 1 ]] || failed pubsub "SUBSCRIBE was answered with ${ITEMS[*]:0:1}"
}

# Publish a message and receive it on the subscribed connection.
publish_and_receive() {
  local message=$RUN.$RANDOM
  ask main PUBLISH "${PREFIX}channel" "$message" || pubsub_failure "PUBLISH was not answered" || return 1
  read_reply sub || pubsub_failure "a published message did not arrive" || return 1
  [[ ${ITEMS[0]:-} == message && ${ITEMS[2]:-} == "$message" ]] || failed pubsub "another message arrived than was published"
}

# Silence in the middle of Pub/Sub is its own class; refusals keep theirs.
pubsub_failure() {
  [[ $CLASS != timeout ]] || failed pubsub "$1: $ERROR"
  return 1
}

# N connections open at the same time, each of which answers while all are open.
open_together() {
  local index
  for ((index = 1; index <= $1; index++)); do
    begin_connection "together$index" || failed "$CLASS" "connection $index of $1: $ERROR" || return 1
  done
  for ((index = 1; index <= $1; index++)); do
    finish_connection "together$index" || failed "$CLASS" "connection $index of $1: $ERROR" || return 1
  done
}

close_together() {
  local index
  for ((index = 1; index <= $1; index++)); do hang_up "together$index"; done
}

# A text repeated so many times -> RESULT.
repeated() {
  local index
  RESULT=''
  for ((index = 0; index < $2; index++)); do RESULT+=$1; done
}

# So many SETs of one key with an expiry, one block in flight at a time. As inline commands, 90 fit the 4096 bytes that
# leave this shell in one piece (what leaves in several waits for acknowledgements); far servers get larger blocks.
pipelined_sets() {
  local left=$1 most=90 count request
  own_key "$2"
  request="SET $RESULT x EX 60"$'\r\n'
  while ((left > 0)); do
    count=$((left < most ? left : most))
    left=$((left - count))
    within 5000000
    now
    BEGUN=$NOW
    pipelined_block "$request" "$count" || return 1
    now
    ((NOW - BEGUN < 20000)) || most=450
  done
}

# A block of one request, so many times; its replies are read as one text.
pipelined_block() {
  local wanted
  repeated "$1" "$2"
  transmit main "$RESULT" || return 1
  repeated $'+OK\r\n' "$2"
  wanted=$RESULT
  remaining || failed timeout "no answer in time" || return 1
  IFS= read -r -N "${#wanted}" -t "$RESULT" -u "${IN[main]}" TEXT 2>/dev/null || broken_off $? "${#wanted}" || return 1
  [[ $TEXT == "$wanted" ]] || wrong_block
}

# Among the replies of a block one was not +OK: the first error names the class. The connection is out of step.
wrong_block() {
  local line
  hang_up main
  while IFS= read -r line; do
    [[ $line == -* ]] || continue
    TEXT=${line#-} TEXT=${TEXT%$'\r'}
    reply_failure
    return 1
  done <<<"$TEXT"
  failed error "a pipelined write was not answered with OK"
}

# ---------------------------------------------------------------- results and reports

# Record one check of the current SECTION: STATUS NAME [VALUE [LIMIT [UNIT [MESSAGE]]]]; print it.
# What comes from elsewhere (replies, docker) was redacted where it came in; our own words stay readable.
result() {
  local value=${3:-} limit=${4:-} message=${6:-}
  STATUSES+=("$1") NAMES+=("$2") SECTIONS+=("$SECTION") UNITS+=("${5:-}")
  VALUES+=("${value//[$'\r\n']/ }") LIMITS+=("${limit//[$'\r\n']/ }") MESSAGES+=("${message//[$'\r\n']/ }")
  print_result $((${#NAMES[@]} - 1))
}

print_result() {
  local -A colour=([pass]=$'\e[32m' [warn]=$'\e[33m' [fail]=$'\e[31m' [skipped]=$'\e[2m')
  local start='' end='' index=$1 line
  ((COLOURED)) && start=${colour[${STATUSES[index]}]} end=$'\e[0m'
  line=${VALUES[index]}
  [[ -z ${UNITS[index]} ]] || line+=" ${UNITS[index]}"
  [[ -z ${LIMITS[index]} ]] || line+=" (limit ${LIMITS[index]})"
  [[ -z ${MESSAGES[index]} ]] || line+="${line:+  }${MESSAGES[index]}"
  printf '%s%-7s%s %-24s %s\n' "$start" "${STATUSES[index]}" "$end" "${NAMES[index]}" "$line"
}

choose_colour() {
  COLOURED=0
  [[ -n ${NO_COLOR:-} ]] || { [[ -t 1 && ${TERM:-dumb} != dumb ]] && COLOURED=1; }
  return 0
}

# A text as JSON -> RESULT.
json_text() {
  local text=$1 code
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  for code in {1..31}; do
    [[ $text == *[$'\001'-$'\037']* ]] || break
    printf -v RESULT '\\x%x' "$code"
    printf -v RESULT '%b' "$RESULT"
    text=${text//"$RESULT"/\\u$(printf '%04x' "$code")}
  done
  RESULT="\"$text\""
}

# A value as JSON -> RESULT: a number where it is one, null where nothing is known.
json_value() {
  if [[ $1 =~ ^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$ ]]; then
    RESULT=$1
  elif [[ -z $1 ]]; then
    RESULT=null
  else
    json_text "$1"
  fi
}

json_of_check() {
  local index=$1 text
  json_text "${NAMES[index]}"
  text="{\"name\": $RESULT"
  json_text "${SECTIONS[index]}"
  text+=", \"section\": $RESULT, \"status\": \"${STATUSES[index]}\""
  json_value "${VALUES[index]}"
  text+=", \"value\": $RESULT"
  json_value "${LIMITS[index]}"
  text+=", \"limit\": $RESULT"
  json_value "${UNITS[index]}"
  text+=", \"unit\": $RESULT"
  json_text "${MESSAGES[index]}"
  RESULT="$text, \"message\": $RESULT}"
}

json_of_target() {
  local tls=false text
  ((TLS)) && tls=true
  redacted "$HOST"
  json_text "$RESULT"
  text="{\"host\": $RESULT, \"port\": $PORT, \"database\": $DB, \"tls\": $tls"
  redacted "$USERNAME"
  json_value "$RESULT"
  [[ $RESULT == null || $RESULT == \"* ]] || RESULT="\"$RESULT\""
  text+=", \"username\": $RESULT"
  redacted "$CONTAINER"
  if [[ -z $RESULT ]]; then RESULT=null; else json_text "$RESULT"; fi
  text+=", \"container\": $RESULT"
  json_text "$MODE_OF_SERVER"
  text+=", \"mode\": $RESULT"
  redacted "$SERVER_NAME $VERSION"
  json_text "${RESULT# }"
  RESULT="$text, \"server\": $RESULT}"
}

json_report() {
  local index separator=''
  json_of_target
  printf '{"version": 1, "command": "%s", "target": %s,\n "verdict": "%s", "seconds": %s, "checks": [' "$MODE" "$RESULT" "$1" "$2"
  for index in "${!NAMES[@]}"; do
    json_of_check "$index"
    printf '%s\n  %s' "$separator" "$RESULT"
    separator=,
  done
  printf '\n ]}\n'
}

# A text inside XML -> RESULT; what XML cannot hold becomes a question mark.
xml_text() {
  local text=${1//[$'\001'-$'\010'$'\013'$'\014'$'\016'-$'\037']/?}
  text=${text//&/"&amp;"}
  text=${text//</"&lt;"}
  text=${text//>/"&gt;"}
  RESULT=${text//\"/"&quot;"}
}

count_status() {
  local status
  RESULT=0
  for status in "${STATUSES[@]}"; do [[ $status != "$1" ]] || RESULT=$((RESULT + 1)); done
}

junit_report() {
  local index failures skipped
  count_status fail
  failures=$RESULT
  count_status skipped
  skipped=$RESULT
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
  printf '<testsuite name="redis-diagnostics" tests="%d" failures="%d" errors="0" skipped="%d" time="%s">\n' \
    "${#NAMES[@]}" "$failures" "$skipped" "$2"
  for index in "${!NAMES[@]}"; do junit_case "$index"; done
  printf '</testsuite>\n</testsuites>\n'
}

junit_case() {
  local index=$1 name message
  xml_text "${NAMES[index]}"
  name=$RESULT
  xml_text "${VALUES[index]}${LIMITS[index]:+ (limit ${LIMITS[index]})} ${MESSAGES[index]}"
  message=$RESULT
  printf '  <testcase classname="redis.%s" name="%s">' "${SECTIONS[index]}" "$name"
  case ${STATUSES[index]} in
    fail) printf '<failure message="%s"/>' "$message" ;;
    skipped) printf '<skipped message="%s"/>' "$message" ;;
    *) printf '<system-out>%s</system-out>' "$message" ;;
  esac
  printf '</testcase>\n'
}

# A text inside a Markdown table cell -> RESULT.
markdown_cell() {
  local text=${1//\\/\\\\}
  text=${text//|/\\|}
  text=${text//</"&lt;"}
  RESULT=${text//\`/"&#96;"}
}

markdown_report() {
  local index row column
  place
  printf '### Redis at %s: %s\n\n%s\n\n' "$RESULT" "$1" "$3"
  printf '| | check | value | limit or asked | |\n|---|---|---:|---:|---|\n'
  for index in "${!NAMES[@]}"; do
    row="| ${STATUSES[index]} |"
    for column in "${NAMES[index]}" "${VALUES[index]} ${UNITS[index]}" "${LIMITS[index]}" "${MESSAGES[index]}"; do
      markdown_cell "$column"
      row+=" $RESULT |"
    done
    printf '%s\n' "$row"
  done
  printf '\n'
}

# A text in a workflow command -> RESULT.
annotation_text() {
  local text=${1//%/%25}
  text=${text//$'\r'/%0D}
  RESULT=${text//$'\n'/%0A}
}

# At most one annotation a section: its first failure, else its first warning.
annotate() {
  [[ ${GITHUB_ACTIONS:-} == true ]] || return 0
  local -A said=() kind=([fail]=error [warn]=warning)
  local wanted index
  for wanted in fail warn; do
    for index in "${!NAMES[@]}"; do
      [[ ${STATUSES[index]} == "$wanted" && ! -v said[${SECTIONS[index]}] ]] || continue
      said[${SECTIONS[index]}]=1
      annotation_text "${NAMES[index]}: ${VALUES[index]}${LIMITS[index]:+ (limit ${LIMITS[index]})} ${MESSAGES[index]}"
      printf '::%s title=Redis %s::%s\n' "${kind[$wanted]}" "${SECTIONS[index]}" "$RESULT"
    done
  done
}

# Write one report where it was asked for: FILE WRITER ARGUMENTS...; status 1 with a line on stderr where it cannot be.
write_report() {
  local file=$1
  shift
  { "$@" >"$file"; } 2>/dev/null && return 0
  redacted "redis-diagnostics: cannot write $file"
  printf '%s\n' "$RESULT" >&2
  return 1
}

# Append what a command prints to the job summary, where there is one; a summary that cannot be written fails nothing.
append_to_summary() {
  [[ -n ${GITHUB_STEP_SUMMARY:-} ]] || return 0
  { "$@" >>"$GITHUB_STEP_SUMMARY"; } 2>/dev/null ||
    printf 'redis-diagnostics: cannot write the job summary\n' >&2
  return 0
}

# All outputs of a run: VERDICT and its sentence. -> status: the exit code.
finish() {
  local verdict=$1 unwritten=0 took
  now
  seconds $((NOW - STARTED))
  took=${RESULT%???}
  say "$2"
  [[ -z $JSON_FILE ]] || write_report "$JSON_FILE" json_report "$verdict" "$took" || unwritten=1
  [[ -z $JUNIT_FILE ]] || write_report "$JUNIT_FILE" junit_report "$verdict" "$took" || unwritten=1
  append_to_summary markdown_report "$verdict" "$took" "$2"
  annotate
  exit_code "$verdict" "$unwritten"
}

# A verdict, and whether a report could not be written -> status.
exit_code() {
  case $1 in
    failed) return 1 ;;
    unreachable) return 3 ;;
    refused) return 4 ;;
  esac
  (($2 == 0)) || return 2
}

# ---------------------------------------------------------------- wait

run_wait() {
  local unresolved_since=0 first_pong=0 begun
  now
  STARTED=$NOW
  microseconds "$WAIT_TIMEOUT"
  DEADLINE=$((NOW + RESULT))
  begun=$NOW
  until attempt; do
    note_try "$begun"
    [[ $CLASS == unresolved ]] || unresolved_since=0
    [[ $CLASS != unresolved || $unresolved_since -gt 0 ]] || unresolved_since=$begun
    ! waiting_is_over "$unresolved_since" || break
    hang_up_all
    next_sentinel
    between_tries
    begun=$NOW
  done
  if [[ -z $CLASS ]]; then wait_succeeded; else wait_failed; fi
}

# Count the failure of a try that began at $1. One that only the deadline cut short says less than the one before it.
note_try() {
  now
  if ((NOW >= DEADLINE && TRIES > 1 && NOW - $1 < 2500000)) && [[ $CLASS == timeout || $CLASS == pubsub ]]; then
    CLASS=$LAST_CLASS ERROR=$LAST_ERROR
    return
  fi
  count_failure
  LAST_CLASS=$CLASS LAST_ERROR=$ERROR
}

# One whole try; CLASS is empty after a good one.
attempt() {
  TRIES=$((TRIES + 1))
  within 3000000
  reach || return 1
  now
  ((first_pong)) || first_pong=$NOW
  timed_step rounds "$WAIT_ROUNDS" rounds &&
    timed_step connections "$WAIT_CONNECTIONS" together &&
    timed_step warm-up "$WAIT_WARMUP" warm_up || return 1
  CLASS=''
  within 1000000
  delete_own_keys main
  CLASS=''
}

# Run one step of the wait and record how long it took.
timed_step() {
  local begun
  (($2)) || return 0
  now
  begun=$NOW
  within 5000000
  "$3" "$2" || return 1
  now
  milliseconds $((NOW - begun))
  STEP_TIMES[$1]=$RESULT
}

rounds() {
  local round
  subscribe || return 1
  for ((round = 1; round <= $1; round++)); do
    within 5000000
    write_and_read round || failed "$CLASS" "round $round of $1: $ERROR" || return 1
    publish_and_receive || failed "$CLASS" "round $round of $1: $ERROR" || return 1
  done
  hang_up sub
}

together() {
  open_together "$1" || return 1
  close_together "$1"
}

warm_up() {
  pipelined_sets "$1" warm-up
}

# Whether to stop: the failure is final, the name has not resolved for 5 s, or the deadline has passed.
waiting_is_over() {
  is_final "$CLASS" && return 0
  (($1 > 0 && NOW - $1 >= 5000000)) && return 0
  ((NOW >= DEADLINE))
}

# 10 ms between tries for the first 10 s, then 40 ms; never beyond the deadline.
between_tries() {
  pause_after $((NOW - STARTED)) $((DEADLINE - NOW))
  pause "$RESULT"
  now
}

# Time waited and time left -> RESULT: the pause before the next try. All in microseconds.
pause_after() {
  RESULT=10000
  (($1 < 10000000)) || RESULT=40000
  ((RESULT <= $2)) || RESULT=$2
}

wait_succeeded() {
  local text
  SECTION=ready
  milliseconds $((first_pong - STARTED))
  result pass first-pong "$RESULT" '' ms "after $TRIES tries"
  [[ ! -v STEP_TIMES[rounds] ]] || result pass rounds "${STEP_TIMES[rounds]}" '' ms "$WAIT_ROUNDS times: written, read back, published, received"
  [[ ! -v STEP_TIMES[connections] ]] || result pass connections "${STEP_TIMES[connections]}" '' ms "$WAIT_CONNECTIONS open at once, each answered"
  [[ ! -v STEP_TIMES[warm-up] ]] || result pass warm-up "${STEP_TIMES[warm-up]}" '' ms "$WAIT_WARMUP operations"
  ((PEERS_UNSEEN == 0)) || result warn cluster-peers "$PEERS_UNSEEN" 0 nodes "not reachable from here, so only the asked node vouches for them"
  now
  seconds $((NOW - STARTED))
  text=${RESULT%???}
  place
  finish healthy "ready: $RESULT after $text s"
}

wait_failed() {
  local text key step
  SECTION=$CLASS
  now
  seconds $((NOW - STARTED))
  text=${RESULT%???}
  next_step "$CLASS"
  step=$RESULT
  result fail ready "$CLASS" '' '' "$ERROR; $step"
  say "last error: $ERROR"
  for key in "${SEEN_ORDER[@]}"; do say "seen ${SEEN[$key]} times: $key"; done
  say "next: $step"
  place
  verdict_of_failure
  finish "$VERDICT" "not ready: $RESULT after $text s and $TRIES tries, $CLASS"
}

# The failure noted last -> VERDICT.
verdict_of_failure() {
  if is_refusal "$CLASS"; then
    VERDICT=refused
  elif ((ANSWERED)) || [[ $CLASS == protocol || $CLASS == tls ]]; then
    VERDICT=failed
  else
    VERDICT=unreachable
  fi
}

# ---------------------------------------------------------------- check

CHECK_SECTIONS=(
  reachability authentication role version write-read pubsub operations connections
  memory clients persistence configuration slowlog errors counters backlog files kernel container
  blocking pipelining multi lua
)
# Shown whether asked for or not.
SHOWN_SETTINGS=(maxmemory maxmemory-policy maxclients appendonly save)
# What healthy needs to have run, and what needs no Redis.
NEEDED_SECTIONS=' write-read pubsub operations connections '
MACHINE_SECTIONS=' reachability authentication files kernel container backlog '

run_check() {
  local try
  now
  STARTED=$NOW DEADLINE=$((NOW + 13000000))
  start_inspection
  within 6000000
  for try in 1 2 3; do
    if reach; then REACHED=1; else REACHED=0; fi
    [[ $REACHED == 0 && $CLASS == reset ]] || break
  done
  now
  milliseconds $((NOW - STARTED))
  REACHED_AFTER=$RESULT
  ((REACHED == 0)) || load_facts
  FIRST_CLASS=$CLASS FIRST_ERROR=$ERROR
  ((REACHED == 0)) || FIRST_CLASS=''
  for SECTION in "${CHECK_SECTIONS[@]}"; do run_section; done
  now
  DEADLINE=$((NOW + 1000000))
  within 1000000
  if ((REACHED)); then delete_own_keys main; fi
  check_verdict
  finish "$VERDICT" "$SENTENCE"
}

# One section: its turn is taken when time and Redis allow it; a connection that was cut is opened again, twice.
run_section() {
  local before=${#NAMES[@]} try
  if out_of_time; then
    result skipped "$SECTION" '' '' '' "no time left"
    return
  fi
  if ((REACHED == 0)) && [[ $MACHINE_SECTIONS != *" $SECTION "* ]]; then
    result skipped "$SECTION" '' '' '' "Redis was not reached"
    return
  fi
  for try in 1 2 3; do
    within 4000000
    ! "check_${SECTION//-/_}" || return
    [[ $REACHED == 1 && $try -lt 3 && $CLASS == reset && ${#NAMES[@]} -eq $before ]] || break
    connect main || connect main || break
  done
  section_failed
}

out_of_time() {
  now
  ((NOW >= DEADLINE))
}

# A section that ended without a result: refused commands do not count against those that healthy does not need.
section_failed() {
  local step
  next_step "$CLASS"
  step=$RESULT
  if [[ $NEEDED_SECTIONS != *" $SECTION "* ]] && is_refused_command; then
    result skipped "$SECTION" '' '' '' "$ERROR"
  elif [[ $CLASS == timeout || $CLASS == pubsub ]] && out_of_time; then
    result skipped "$SECTION" '' '' '' "no time left"
  else
    result fail "$SECTION" "$CLASS" '' '' "$ERROR; $step"
    is_refusal "$CLASS" && [[ -z $FIRST_CLASS ]] && FIRST_CLASS=$CLASS FIRST_ERROR=$ERROR
  fi
  # What is still on its way would be taken for the next section's answer.
  hang_up main
  hang_up sub
  ((REACHED == 0)) || { within 2000000 && connect main; } || REACHED=0
}

# -> VERDICT and SENTENCE.
check_verdict() {
  local fails warns needed
  place
  SENTENCE=$RESULT
  count_status fail
  fails=$RESULT
  count_status warn
  warns=$RESULT
  needed=$(missing_sections)
  if [[ -n $FIRST_CLASS ]]; then
    CLASS=$FIRST_CLASS
    verdict_of_failure
    SENTENCE="$VERDICT: $SENTENCE: $FIRST_CLASS: $FIRST_ERROR"
  elif ((fails)) || [[ -n $needed ]]; then
    VERDICT=failed
    SENTENCE="failed: $SENTENCE: $fails checks failed${needed:+; not run: $needed}"
  elif ((warns)); then
    VERDICT=degraded
    SENTENCE="degraded: $SENTENCE: $warns warnings"
  else
    VERDICT=healthy
    SENTENCE="healthy: $SENTENCE: ${#NAMES[@]} checks"
  fi
}

# The sections that healthy needs and that did not run.
missing_sections() {
  local index
  for index in "${!NAMES[@]}"; do
    [[ ${STATUSES[index]} == skipped && $NEEDED_SECTIONS == *" ${SECTIONS[index]} "* ]] && printf '%s ' "${SECTIONS[index]}"
  done
  return 0
}

# What is asked in one round trip; the answers are in FACTS by these words, refusals in REFUSALS as "class text".
FACT_COMMANDS=(INFO ROLE 'ACL WHOAMI' 'SLOWLOG LEN')

# Send all commands given and read all answers -> FACTS, REFUSALS. Status 1 when the connection fails.
ask_facts() {
  local command words='' parts
  for command in "$@"; do
    read -r -a parts <<<"$command"
    encode "${parts[@]}"
    words+=$REQUEST
  done
  transmit main "$words" || return 1
  for command in "$@"; do
    if read_reply main; then
      keep_fact "$command"
    else
      [[ $CLASS != reset && $CLASS != timeout && $CLASS != protocol ]] || return 1
      REFUSALS[$command]="$CLASS $ERROR"
    fi
  done
}

keep_fact() {
  [[ $1 != ROLE ]] || TEXT=${ITEMS[*]:0:4}
  redacted "$TEXT"
  FACTS[$1]=$RESULT
  case $1 in
    'CONFIG GET '*)
      if ((${#ITEMS[@]} >= 2)); then CONFIG[${1#CONFIG GET }]=${ITEMS[1]}; else REFUSALS[$1]="unknown-command the server has no setting ${1#CONFIG GET }"; fi
      ;;
  esac
}

# The answer to a command that was asked before -> TEXT; status 1, with its class, when it was refused.
fact() {
  TEXT=${FACTS[$1]:-}
  [[ -v REFUSALS[$1] ]] || return 0
  failed "${REFUSALS[$1]%% *}" "${REFUSALS[$1]#* }"
}

# Everything that the sections show without probing, in one round trip; once more where the connection was cut.
load_facts() {
  local pair commands=("${FACT_COMMANDS[@]}")
  for pair in "${SHOWN_SETTINGS[@]}" tcp-backlog "${EXPECTED[@]%%=*}"; do
    is_machine_setting "$pair" || commands+=("CONFIG GET $pair")
  done
  within 4000000
  ask_facts "${commands[@]}" || { connect main && ask_facts "${commands[@]}"; } || REACHED=0
  read_info
}

# The text of INFO -> the table INFO; an empty one where the server refuses it.
read_info() {
  local line
  INFO=()
  while IFS= read -r line; do
    line=${line%$'\r'}
    [[ $line != *:* ]] || INFO[${line%%:*}]=${line#*:}
  done <<<"${FACTS[INFO]:-}"
  [[ -n $VERSION ]] || VERSION=${INFO[redis_version]:-}
  [[ -n $SERVER_NAME ]] || SERVER_NAME=redis
  [[ ${INFO[server_name]:-} != valkey ]] || SERVER_NAME=valkey VERSION=${INFO[valkey_version]:-$VERSION}
}

# The time since BEGUN in milliseconds -> RESULT.
elapsed() {
  now
  milliseconds $((NOW - BEGUN))
}

check_reachability() {
  local step name
  place
  name=$RESULT
  if ((REACHED == 0)); then
    next_step "$FIRST_CLASS"
    step=$RESULT
    result fail reachability "$FIRST_CLASS" '' '' "$FIRST_ERROR; $step"
  else
    result pass reachability "$REACHED_AFTER" '' ms "PONG from $name"
  fi
  is_address "$HOST" || check_addresses
}

# A name must be answered at its first address: clients that do not try the next one fail.
check_addresses() {
  local addresses address first='' answered='' refused=''
  addresses_of "$HOST"
  read -r -a addresses <<<"$RESULT"
  for address in "${addresses[@]}"; do
    within 1000000
    if RESOLVED=$address connect_address "$address"; then answered+=" $address"; else refused+=" $address"; fi
    [[ -n $first ]] || first=$address
  done
  if [[ -z $first ]]; then
    result skipped addresses '' '' '' "no way to list the addresses of $HOST here"
  elif [[ -n $answered && " $refused " == *" $first "* ]]; then
    result warn addresses '' '' '' "$HOST is$answered as well as$refused, and$refused does not answer: use the address that does"
  elif [[ -n $answered ]]; then
    result pass addresses '' '' '' "answers at$answered${refused:+, not at$refused}"
  else
    result fail addresses '' '' '' "no answer at$refused"
  fi
}

connect_address() {
  local HOST=$1 TLS=0 status=0
  dial address "$1" "$PORT" || status=1
  hang_up address
  return "$status"
}

# The addresses of a name in the system's order -> RESULT.
addresses_of() {
  local address rest found=' '
  if has_tools getent timeout; then
    while read -r address rest; do
      [[ $found == *" $address "* ]] || found+="$address "
    done < <(timeout 2 getent ahosts "$1")
  elif [[ -r /etc/hosts ]]; then
    while read -r address rest; do
      [[ $address == \#* || " $rest " != *" $1 "* ]] || found+="$address "
    done </etc/hosts
  fi
  RESULT=${found# }
}

check_authentication() {
  if ((REACHED == 0)); then
    local step
    next_step "$FIRST_CLASS"
    step=$RESULT
    if is_refusal "$FIRST_CLASS"; then
      result fail authentication "$FIRST_CLASS" '' '' "$step"
    else
      result skipped authentication '' '' '' "Redis was not reached"
    fi
    return 0
  fi
  local how="no password asked for or given"
  [[ -z $PASSWORD ]] || how="with a password"
  fact 'ACL WHOAMI' || TEXT=${USERNAME:-default}
  result pass authentication "$TEXT" '' user "$how"
}

check_role() {
  fact ROLE || return 1
  local role master port link
  read -r role master port link <<<"$TEXT"
  if [[ $role != slave ]]; then
    result pass role "${role:-unknown}" '' '' "${MODE_OF_SERVER/resolved/through a sentinel}"
  elif [[ $link == connected ]]; then
    result warn role replica '' '' "of $master:$port; writes are refused unless it is writable"
  else
    result fail role replica '' '' "its link to $master:$port is ${link:-down}"
  fi
  ((PEERS_UNSEEN == 0)) || result warn cluster-peers "$PEERS_UNSEEN" 0 nodes "not reachable from here"
}

check_version() {
  [[ -n $VERSION ]] || failed unknown-command "the server does not tell its version" || return 1
  local uptime=${INFO[uptime_in_seconds]:-}
  result pass version "$VERSION" '' '' "${SERVER_NAME}${uptime:+, up for $uptime s}"
}

check_write_read() {
  now
  BEGUN=$NOW
  write_and_read write || return 1
  own_key write
  local key=$RESULT took
  elapsed
  took=$RESULT
  ask main PTTL "$key" || return 1
  [[ $TEXT =~ ^[0-9]+$ ]] && ((TEXT > 0 && TEXT <= 60000)) || failed error "the expiry of a key is $TEXT ms, not 60 s" || return 1
  result pass write-read "$took" '' ms "written, read back, expires"
}

check_pubsub() {
  subscribe || return 1
  now
  BEGUN=$NOW
  publish_and_receive || return 1
  elapsed
  result pass pubsub "$RESULT" '' ms "published and received"
  hang_up sub
}

# A blocked pop must be woken by a push: the push waits until the server counts the blocked client.
check_blocking() {
  local key tries
  own_key list
  key=$RESULT
  connect sub && send sub BLPOP "$key" 3 || return 1
  for ((tries = 0; tries < 5; tries++)); do
    ask main INFO clients || break
    [[ $TEXT != *blocked_clients:0* ]] && break
    pause 2000
  done
  now
  BEGUN=$NOW
  ask main RPUSH "$key" woken || return 1
  read_reply sub || return 1
  [[ ${ITEMS[1]:-} == woken ]] || failed error "a blocked pop was not woken by a push" || return 1
  elapsed
  result pass blocking "$RESULT" '' ms "a blocked pop was woken"
  hang_up sub
}

check_pipelining() {
  now
  BEGUN=$NOW
  pipelined_sets 250 pipeline || return 1
  elapsed
  result pass pipelining "$RESULT" '' ms "250 writes in one go"
}

check_multi() {
  local key words='' command
  own_key multi
  key=$RESULT
  now
  BEGUN=$NOW
  for command in MULTI "SET $key 41 EX 60" "INCR $key" EXEC; do
    read -r -a ITEMS <<<"$command"
    encode "${ITEMS[@]}"
    words+=$REQUEST
  done
  transmit main "$words" && read_reply main && read_reply main && read_reply main && read_reply main || return 1
  [[ ${ITEMS[*]} == 'OK 42' ]] || failed error "a transaction answered ${ITEMS[*]}" || return 1
  elapsed
  result pass multi "$RESULT" '' ms "a transaction of two commands"
}

check_lua() {
  local key
  own_key lua
  key=$RESULT
  now
  BEGUN=$NOW
  ask main EVAL "redis.call('SET', KEYS[1], ARGV[1], 'EX', 60) return redis.call('GET', KEYS[1])" 1 "$key" "$RUN" || return 1
  [[ $TEXT == "$RUN" ]] || failed error "a script answered something else than it wrote" || return 1
  elapsed
  result pass lua "$RESULT" '' ms "a script wrote and read"
}

# Times of N commands of alternating kind, in microseconds -> TIMES; stops after 3 s.
time_operations() {
  local count=$1 set_request get_request index begun stop
  own_key operation
  encode SET "$RESULT" value EX 60
  set_request=$REQUEST
  encode GET "$RESULT"
  get_request=$REQUEST
  TIMES=()
  now
  stop=$((NOW + 3000000))
  for ((index = 0; index < count; index++)); do
    now
    ((NOW < stop)) || return 0
    begun=$NOW
    if ((index % 2)); then transmit main "$get_request"; else transmit main "$set_request"; fi || return 1
    read_reply main || return 1
    now
    TIMES+=($((NOW - begun)))
  done
}

# Times of N lines sent to another process and back: what this machine itself takes -> TIMES.
time_machine() {
  local count=$1 from to index begun
  TIMES=()
  exec {from}<> <(:)
  exec {to}> >(while IFS= read -r LINE; do printf '%s\n' "$LINE"; done >&"$from")
  for ((index = 0; index < count; index++)); do
    now
    begun=$NOW
    printf 'line\n' >&"$to"
    IFS= read -r -t 1 -u "$from" LINE || break
    now
    TIMES+=($((NOW - begun)))
  done
  exec {to}>&- {from}>&-
}

# TIMES -> P50, P95, P99 (nearest rank) and TOTAL, in microseconds.
percentiles() {
  local sorted=() time rank count=${#TIMES[@]}
  P50=0 P95=0 P99=0 TOTAL=0
  ((count)) || return 0
  mapfile -t sorted < <(printf '%s\n' "${TIMES[@]}" | sort -n)
  for time in "${TIMES[@]}"; do TOTAL=$((TOTAL + time)); done
  for rank in 50 95 99; do printf -v "P$rank" '%d' "${sorted[(count * rank + 99) / 100 - 1]}"; done
}

# A measured time, the machine's own, a floor (all in microseconds) -> RESULT: the limit in microseconds.
latency_limit() {
  RESULT=$(($2 * 20))
  ((RESULT >= $3)) || RESULT=$3
}

check_operations() {
  local noise50 noise99 done_count wanted=$CHECK_OPERATIONS
  time_operations "$wanted" || return 1
  local measured=("${TIMES[@]}")
  time_machine 100
  percentiles
  noise50=$P50 noise99=$P99
  TIMES=("${measured[@]}")
  done_count=${#TIMES[@]}
  percentiles
  judge_latency p50 "$P50" "$noise50" 5000
  milliseconds "$P95"
  result pass operations-p95 "$RESULT" '' ms ''
  judge_latency p99 "$P99" "$noise99" 50000
  if ((done_count < wanted)); then
    result warn operations "$done_count" "$wanted" operations "no more in 3 s"
  else
    result pass operations $((TOTAL ? done_count * 1000000 / TOTAL : 0)) '' ops/s "$done_count operations, one at a time"
  fi
}

judge_latency() {
  local limit took status=pass
  latency_limit "$2" "$3" "$4"
  (($2 <= RESULT)) || status=warn
  milliseconds "$RESULT"
  limit=$RESULT
  milliseconds "$2"
  took=$RESULT
  milliseconds "$3"
  result "$status" "operations-$1" "$took" "$limit" ms "this machine alone: $RESULT ms"
}

check_connections() {
  now
  BEGUN=$NOW
  open_together "$CHECK_CONNECTIONS" || { close_together "$CHECK_CONNECTIONS" && return 1; }
  elapsed
  result pass connections "$RESULT" '' ms "$CHECK_CONNECTIONS open at once, each answered"
  close_together "$CHECK_CONNECTIONS"
}

# Status 1 where INFO did not hold a field.
need_info() {
  [[ -v INFO[$1] ]] || failed unknown-command "INFO does not tell $1"
}

check_memory() {
  need_info used_memory || return 1
  local used=${INFO[used_memory]} most=${INFO[maxmemory]:-0} policy=${INFO[maxmemory_policy]:-unknown}
  if ((most > 0 && used * 10 > most * 9)); then
    if [[ $policy == noeviction ]]; then
      result fail used-memory "$used" "$most" bytes "over 90 % and nothing may be evicted: raise maxmemory or set a policy"
    else
      result pass used-memory "$used" "$most" bytes "$policy: keys are evicted"
    fi
  elif ((most > 0)); then
    result pass used-memory "$used" "$most" bytes "$policy"
  else
    result pass used-memory "$used" '' bytes "no maxmemory"
  fi
}

check_clients() {
  need_info connected_clients || return 1
  local connected=${INFO[connected_clients]} most=${INFO[maxclients]:-10000} status=pass
  ((connected * 10 <= most * 9)) || status=warn
  result "$status" clients "$connected" "$most" connections "blocked: ${INFO[blocked_clients]:-0}"
}

check_persistence() {
  need_info rdb_last_bgsave_status || return 1
  local text="rdb ${INFO[rdb_last_bgsave_status]}, aof ${INFO[aof_enabled]:-0}"
  if [[ ${INFO[rdb_last_bgsave_status]} != ok || ${INFO[aof_last_write_status]:-ok} != ok ]]; then
    result fail persistence "$text" '' '' "the last save failed: writes may be refused (MISCONF); start with --save \"\""
  elif [[ ${INFO[loading]:-0} != 0 ]]; then
    result warn persistence "$text" '' '' "the dataset is loading"
  else
    result pass persistence "$text"
  fi
}

# What was asked for NAME -> RESULT; status 1 when nothing was.
asked() {
  local pair
  for pair in "${EXPECTED[@]}"; do
    [[ ${pair%%=*} == "$1" ]] || continue
    RESULT=${pair#*=}
    [[ -n $RESULT ]] || RESULT='""'
    return 0
  done
  return 1
}

# Record NAME, its value in force, its unit and a message, against what was asked for it.
compare() {
  if ! asked "$1"; then
    result pass "$1" "$2" '' "$3" "$4"
    return
  fi
  local wanted=$RESULT
  if same_value "$wanted" "$2"; then
    result pass "$1" "$2" "$wanted" "$3" "${4:-as asked}"
  else
    result "$EXPECT_MISMATCH" "$1" "$2" "$wanted" "$3" "asked: $wanted, in force: $2${4:+ ($4)}"
  fi
}

# Something asked for that cannot be read is a difference too.
compare_unreadable() {
  if asked "$1"; then
    result "$EXPECT_MISMATCH" "$1" '' "$RESULT" '' "asked: $RESULT, but it cannot be read: $2"
  else
    result skipped "$1" '' '' '' "$2"
  fi
}

is_machine_setting() {
  case $1 in vm.overcommit_memory | net.core.somaxconn | thp | nofile | backlog | memory) return 0 ;; esac
  return 1
}

check_configuration() {
  local pair name shown=0
  for name in "${SHOWN_SETTINGS[@]}"; do
    asked "$name" && continue
    read_setting "$name" || break
    shown=1
    result pass "$name" "$RESULT" '' '' "not asked for"
  done
  for pair in "${EXPECTED[@]}"; do
    name=${pair%%=*}
    is_machine_setting "$name" && continue
    shown=1
    if read_setting "$name"; then compare "$name" "$RESULT" '' ''; else compare_unreadable "$name" "$ERROR"; fi
  done
  ((shown))
}

# Whether the server answered that this command may not be used, as opposed to a fault.
is_refused_command() {
  [[ $CLASS == noperm || $CLASS == unknown-command ]]
}

# A configuration value that was asked before -> RESULT.
read_setting() {
  fact "CONFIG GET $1" || return 1
  redacted "${CONFIG[$1]:-}"
  [[ -n $RESULT ]] || RESULT='""'
}

# ---------------------------------------------------------------- the machine and the container

INSPECT_FORMAT='{{.State.Pid}}|{{.State.Status}}|{{.State.OOMKilled}}|{{.State.ExitCode}}|{{.RestartCount}}|{{.HostConfig.Memory}}|{{.HostConfig.NetworkMode}}|{{if .State.Health}}{{.State.Health.Status}}{{end}}'

# Docker is asked beside the Redis checks, because its client takes longer than all of them.
start_inspection() {
  INSPECTION=''
  if [[ -z $CONTAINER ]]; then
    DOCKER_SILENT="REDIS_CONTAINER is not set"
  elif ! has_tools docker timeout; then
    DOCKER_SILENT="docker is not installed here"
  else
    exec {INSPECTION}< <(timeout 4 docker inspect --format "$INSPECT_FORMAT" -- "$CONTAINER" 2>&1)
  fi
}

# The answer of that inspection, waited for once -> INSPECTED, SERVER_PID, or DOCKER_SILENT with the reason.
read_inspection() {
  [[ -n $INSPECTION ]] || return 0
  local line=''
  # A failing inspect leaves an empty line before its reason.
  while [[ -z $line ]] && IFS= read -r -t 4 -u "$INSPECTION" line; do :; done
  exec {INSPECTION}<&-
  INSPECTION=''
  if [[ $line == [0-9]*'|'*'|'* ]]; then
    redacted "$line"
    INSPECTED=$RESULT
  else
    redacted "docker does not answer for $CONTAINER: ${line:-no answer in 4 s}"
    DOCKER_SILENT=$RESULT
  fi
}

# Run a command in the container for at most 3 s.
in_container() {
  [[ -z $DOCKER_SILENT ]] || return 1
  timeout 3 docker exec -- "$CONTAINER" "$@" 2>/dev/null
}

# The server's process id as this machine sees it -> SERVER_PID; empty when it runs elsewhere.
find_server_process() {
  local candidate='' line=''
  SERVER_PID=''
  if [[ -n $INSPECTED ]]; then
    candidate=${INSPECTED%%|*}
  elif [[ -z $CONTAINER ]] && is_loopback "$HOST"; then
    candidate=${INFO[process_id]:-}
  fi
  [[ $candidate =~ ^[1-9][0-9]*$ && -r /proc/$candidate/cmdline ]] || return 0
  IFS= read -r -d '' -N 4096 line </proc/"$candidate"/cmdline
  case $line in *redis* | *valkey* | *keydb* | *dragonfly*) SERVER_PID=$candidate ;; esac
}

is_loopback() {
  case $1 in 127.* | ::1 | localhost) return 0 ;; esac
  return 1
}

# Read a one-line file of the kernel -> RESULT; status 1 when it is not there.
read_value() {
  RESULT=''
  [[ -r $1 ]] && IFS= read -r RESULT <"$1"
}

# /proc/PID/limits on standard input -> RESULT: how many files may be open.
open_files_limit() {
  local line fields
  RESULT=''
  while IFS= read -r line; do
    [[ $line == 'Max open files'* ]] || continue
    read -r -a fields <<<"$line"
    RESULT=${fields[3]}
  done
  [[ -n $RESULT ]]
}

# `ss -ltn` on standard input, a port -> RESULT: the longest listen queue of that port.
listen_queue() {
  local fields
  RESULT=''
  while read -r -a fields; do
    [[ ${fields[0]:-} == LISTEN && ${fields[3]} == *:"$1" ]] || continue
    ((fields[2] <= ${RESULT:-0})) || RESULT=${fields[2]}
  done
  [[ -n $RESULT ]]
}

# `ss -ltn` where the server listens: its container's network namespace, or this machine.
listening_sockets() {
  if [[ -n $CONTAINER ]]; then
    if [[ -n $SERVER_PID && $EUID -eq 0 ]] && has_tools nsenter ss timeout; then
      timeout 3 nsenter -t "$SERVER_PID" -n ss -ltn 2>/dev/null
    elif [[ -n $SERVER_PID ]] && has_tools sudo nsenter ss timeout; then
      timeout 3 sudo -n nsenter -t "$SERVER_PID" -n ss -ltn 2>/dev/null
    else
      in_container ss -ltn
    fi
  elif [[ -n $SERVER_PID ]] && has_tools ss timeout; then
    timeout 3 ss -ltn 2>/dev/null
  fi
}

# net.core.somaxconn where the server listens -> RESULT; status 1 when it cannot be read.
somaxconn_of_server() {
  if [[ -n $CONTAINER ]]; then
    RESULT=$(in_container cat /proc/sys/net/core/somaxconn)
  elif [[ -n $SERVER_PID ]]; then
    read_value /proc/sys/net/core/somaxconn
  else
    RESULT=''
  fi
  [[ $RESULT =~ ^[0-9]+$ ]]
}

check_backlog() {
  local asked_of_server='' most=''
  read_inspection
  find_server_process
  if listen_queue "${INFO[tcp_port]:-$PORT}" < <(listening_sockets); then
    compare backlog "$RESULT" connections "the listening socket's queue"
  else
    if ((REACHED)) && read_setting tcp-backlog; then asked_of_server=$RESULT; fi
    somaxconn_of_server && most=$RESULT
    computed_backlog "$asked_of_server" "$most"
  fi
  published_backlog
}

# tcp-backlog and somaxconn, either may be unknown: the smaller one is in force.
computed_backlog() {
  if [[ -z $1 ]]; then
    compare_unreadable backlog "neither the socket nor tcp-backlog can be read"
  elif [[ -z $2 ]]; then
    compare backlog "$1" connections "computed from tcp-backlog alone: somaxconn cannot be read there"
  else
    compare backlog $(($1 < $2 ? $1 : $2)) connections "computed: the smaller of tcp-backlog $1 and somaxconn $2"
  fi
}

# The socket that Docker listens on for a published port has a queue of its own, bounded by this machine's somaxconn.
published_backlog() {
  [[ -n $CONTAINER ]] && is_loopback "$HOST" && has_tools ss timeout || return 0
  listen_queue "$PORT" < <(timeout 3 ss -ltn 2>/dev/null) || return 0
  local queue=$RESULT wanted=$RESULT
  if asked net.core.somaxconn; then wanted=$RESULT; fi
  if ! same_value "$wanted" "$queue"; then
    result warn published-backlog "$queue" "$wanted" connections "the published port keeps the value of its start: restart the container"
  else
    result pass published-backlog "$queue" '' connections "the published port on this machine"
  fi
}

check_files() {
  read_inspection
  find_server_process
  if [[ -n $SERVER_PID ]] && open_files_limit </proc/"$SERVER_PID"/limits; then
    compare nofile "$RESULT" files "of the server's process"
  elif [[ -n $CONTAINER ]] && open_files_limit < <(in_container cat /proc/1/limits); then
    compare nofile "$RESULT" files "of the container's first process"
  else
    compare_unreadable nofile "the server's process is not visible: ${DOCKER_SILENT:-it runs elsewhere}"
  fi
}

check_kernel() {
  local name
  for name in vm.overcommit_memory net.core.somaxconn; do
    if read_value "/proc/sys/${name//.//}"; then
      compare "$name" "$RESULT" '' ''
    else
      compare_unreadable "$name" "/proc/sys does not show it"
    fi
  done
  if read_value /sys/kernel/mm/transparent_hugepage/enabled && [[ $RESULT == *\[*\]* ]]; then
    RESULT=${RESULT#*\[}
    compare thp "${RESULT%%\]*}" '' "this server switches it off for itself"
  else
    compare_unreadable thp "the kernel does not show it"
  fi
}

# A process's /proc/PID/cgroup on standard input, the cgroup root -> RESULT: its memory limit in bytes, or max.
cgroup_memory_limit() {
  local hierarchy controllers path value
  while IFS=: read -r hierarchy controllers path; do
    for value in "$1$path/memory.max" "$1/memory$path/memory.limit_in_bytes"; do
      [[ $hierarchy == 0 && $value == *max || ,$controllers, == *,memory,* && $value == *bytes ]] || continue
      read_value "$value" && readable_limit "$RESULT" && return 0
    done
  done
  return 1
}

# What a cgroup file says -> RESULT: bytes, or max (version 1 writes that as a number near 2^63).
readable_limit() {
  RESULT=$1
  [[ $1 == max || $1 =~ ^[0-9]{1,19}$ ]] || return 1
  [[ $1 == max || ${#1} -lt 19 ]] || RESULT=max
}

# The limit as the container itself sees it, where this machine cannot look.
container_memory_limit() {
  local text
  text=$(in_container sh -c 'cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes') || return 1
  readable_limit "$text"
}

check_container() {
  read_inspection
  if [[ -z $INSPECTED ]]; then
    result skipped container '' '' '' "$DOCKER_SILENT"
    check_memory_limit 0
    return 0
  fi
  local process state killed exit_code restarts memory network health
  IFS='|' read -r process state killed exit_code restarts memory network health <<<"$INSPECTED"
  if [[ $state == running ]]; then
    result pass container "$state" '' '' "process $process, network $network"
  else
    result fail container "$state" '' '' "ended with $exit_code; look at docker logs"
  fi
  if [[ $killed == true ]]; then
    result fail oom-killed true '' '' "the kernel ended it for memory: set maxmemory below the limit"
  else
    result pass oom-killed "$killed"
  fi
  ((restarts == 0)) || result warn restarts "$restarts" 0 '' "it was restarted"
  case $health in
    healthy) result pass health "$health" ;;
    '') result skipped health '' '' '' "no health check is set" ;;
    *) result warn health "$health" ;;
  esac
  check_memory_limit "$memory"
}

# The memory limit in force; what inspect says it was created with is the last resort.
check_memory_limit() {
  if [[ -n $SERVER_PID ]] && cgroup_memory_limit /sys/fs/cgroup </proc/"$SERVER_PID"/cgroup; then
    compare memory "$RESULT" bytes "the cgroup's limit"
  elif [[ -n $INSPECTED ]] && container_memory_limit; then
    compare memory "$RESULT" bytes "the cgroup's limit as the container sees it"
  elif (($1 > 0)); then
    compare memory "$1" bytes "as created; the cgroup cannot be read"
  elif asked memory; then
    compare_unreadable memory "${DOCKER_SILENT:-no limit can be read}"
  fi
}

check_slowlog() {
  fact 'SLOWLOG LEN' || return 1
  local message=''
  [[ $TEXT == 0 ]] || message="slower than slowlog-log-slower-than: SLOWLOG GET shows them"
  result pass slowlog "$TEXT" '' commands "$message"
}

check_errors() {
  need_info total_commands_processed || return 1
  local name list=''
  for name in "${!INFO[@]}"; do
    [[ $name == errorstat_* ]] && list+=" ${name#errorstat_} ${INFO[$name]#count=}"
  done
  result pass errors "${INFO[total_error_replies]:-0}" '' replies "since the server started${list:+:$list}"
}

# Rejected connections and evicted keys; against the first check of this job where the runner keeps files.
check_counters() {
  need_info rejected_connections || return 1
  local status=pass
  ((INFO[rejected_connections] == 0)) || status=warn
  result "$status" rejected-connections "${INFO[rejected_connections]}" 0 connections ''
  result pass evicted-keys "${INFO[evicted_keys]:-0}" '' keys ''
  since_first_check
}

# The difference to the first check of this job: what the tests did to Redis.
since_first_check() {
  [[ -n ${RUNNER_TEMP:-} && -d ${RUNNER_TEMP:-} ]] || return 0
  local file="$RUNNER_TEMP/redis-diagnostics-${HOST//[^A-Za-z0-9.]/_}-$PORT.counters"
  local now_text="${INFO[run_id]:-} ${INFO[total_error_replies]:-0} ${INFO[rejected_connections]} ${INFO[evicted_keys]:-0}"
  if [[ ! -e $file ]]; then
    { printf '%s\n' "$now_text" >"$file"; } 2>/dev/null
    return 0
  fi
  local run errors rejected evicted
  read -r run errors rejected evicted <"$file"
  if [[ $run != "${INFO[run_id]:-}" ]]; then
    result warn since-first-check restarted '' '' "the server is not the one of the first check"
  else
    result pass since-first-check '' '' '' "errors $((${INFO[total_error_replies]:-0} - errors)), rejected $((INFO[rejected_connections] - rejected)), evicted $((${INFO[evicted_keys]:-0} - evicted))"
  fi
}

# ---------------------------------------------------------------- report

SECRET_SETTINGS=(requirepass masterauth tls-key-file-pass tls-client-key-file-pass)

run_report() {
  now
  STARTED=$NOW DEADLINE=$((NOW + 60000000))
  mkdir -p -- "$REPORT_DIR" 2>/dev/null
  { : >"$REPORT_DIR/manifest"; } 2>/dev/null || die "cannot write into $REPORT_DIR"
  start_inspection
  read_inspection
  within 3000000
  if reach; then REACHED=1; else REACHED=0; fi
  REACH_ERROR="$CLASS: $ERROR"
  ((REACHED == 0)) || learn_facts
  find_server_process
  learn_secrets
  collect_all
  hang_up_all
  report_summary
}

learn_facts() {
  within 4000000
  ask_facts INFO 'CONFIG GET logfile' "${SECRET_SETTINGS[@]/#/CONFIG GET }" || REACHED=0
  read_info
}

# Secrets that the server or its container hold are removed from every file too.
learn_secrets() {
  local name
  for name in "${SECRET_SETTINGS[@]}"; do keep_secret "${CONFIG[$name]:-}"; done
  [[ -n $DOCKER_SILENT ]] || harvest_secrets "$(timeout 5 docker inspect -- "$CONTAINER" 2>/dev/null)"
}

# Remember the values that a text gives to settings and variables that are secrets by their names.
harvest_secrets() {
  local rest=$1
  local pattern="(requirepass|masterauth|[A-Za-z0-9_]*(PASSWORD|PASSWD|SECRET|TOKEN|PASS|AUTH)[A-Za-z0-9_]*)[\"',:=[:space:]]+([^][\"',[:space:]{}]+)"
  while [[ $rest =~ $pattern ]]; do
    keep_harvested "${BASH_REMATCH[3]}"
    rest=${rest#*"${BASH_REMATCH[0]}"}
  done
}

# Words of a configuration that only stand next to a secret's name are not secrets.
keep_harvested() {
  case $1 in --* | \*\*\* | masterauth | requirepass | nil | null | true | false) return 0 ;; esac
  keep_secret "$1"
}

collect_all() {
  collect redis.log redis_log
  collect info.txt of_redis INFO
  collect client-list.txt of_redis CLIENT LIST
  collect slowlog.txt of_redis SLOWLOG GET 128
  collect config.txt redis_configuration
  collect inspect.json of_docker inspect -- "$CONTAINER"
  collect health.json of_docker inspect --format '{{if .State.Health}}{{json .State.Health}}{{else}}"no health check"{{end}}' -- "$CONTAINER"
  collect docker-ps.txt docker_ps
  collect memory.txt of_file /proc/meminfo
  collect disk.txt disk_use
  collect load.txt machine_load
  collect sockets.txt all_sockets
  collect kernel.txt kernel_values
  collect oom-kills.txt oom_kills
  collect retry-ledger.json of_file "${HOLDFAST_LEDGER:-retry-ledger.json}"
}

# Write what a command prints to FILE of the bundle without secrets, and a line to the manifest: written, or why not.
collect() {
  local file=$1 status reason
  shift
  "$@" 2>/dev/null | without_secrets >"$REPORT_DIR/$file"
  status=${PIPESTATUS[0]}
  reason=''
  while read -r -t 0 -u "$NOTES" _ && IFS= read -r -t 0.1 -u "$NOTES" reason; do :; done
  if ((status == 0)) && [[ -s $REPORT_DIR/$file ]]; then
    printf '%s\twritten\n' "$file" >>"$REPORT_DIR/manifest"
  else
    rm -f -- "$REPORT_DIR/$file"
    redacted "${reason:-it was empty}"
    printf '%s\tmissing\t%s\n' "$file" "$RESULT" >>"$REPORT_DIR/manifest"
  fi
}

# Say why a file of the bundle is missing. Always status 1.
reason() {
  printf '%s\n' "${1//$'\n'/ }" >&"$NOTES"
  return 1
}

# Standard input without secrets; the last 4 MB of it.
without_secrets() {
  local text
  text=$(tail -c 4000000 | tr '\000' '?')
  harvest_secrets "$text"
  redacted "$text"
  [[ -z $RESULT ]] || printf '%s\n' "$RESULT"
}

of_file() {
  [[ -r $1 && -f $1 ]] || reason "$1 is not there" || return 1
  tail -c 4000000 -- "$1"
}

of_docker() {
  local text
  [[ -z $DOCKER_SILENT ]] || reason "$DOCKER_SILENT" || return 1
  text=$(timeout 5 docker "$@" 2>&1) || reason "docker $1: ${text:0:200}" || return 1
  printf '%s\n' "$text"
}

docker_ps() {
  local text
  has_tools docker timeout || reason "docker is not installed here" || return 1
  text=$(timeout 5 docker ps -a 2>&1) || reason "docker ps: ${text:0:200}" || return 1
  printf '%s\n' "$text"
}

# The log of the container, else the file that a local server writes.
redis_log() {
  local text file=''
  if [[ -n $CONTAINER && -z $DOCKER_SILENT ]]; then
    text=$(timeout 10 docker logs --tail 20000 -- "$CONTAINER" 2>&1) || reason "docker logs: ${text:0:200}" || return 1
    printf '%s\n' "$text"
    return 0
  fi
  ((REACHED)) && read_setting logfile && file=$RESULT
  if [[ -n $SERVER_PID && $file == /* ]]; then of_file "$file"; else reason "$DOCKER_SILENT, and no log file of a local server is known"; fi
}

# The answer to one command, as text.
of_redis() {
  ((REACHED)) || reason "Redis was not reached: $REACH_ERROR" || return 1
  within 5000000
  connect main && ask main "$@" || reason "$ERROR" || return 1
  if [[ $KIND == '*' ]]; then
    printf '%s entries\n' "${#ITEMS[@]}"
    ((${#ITEMS[@]} == 0)) || printf '%s\n' "${ITEMS[@]}"
  else
    printf '%s\n' "$TEXT"
  fi
}

# CONFIG GET *, one setting a line; what is secret by its name is not shown.
redis_configuration() {
  local index
  ((REACHED)) || reason "Redis was not reached: $REACH_ERROR" || return 1
  within 5000000
  connect main && ask main CONFIG GET '*' || reason "$ERROR" || return 1
  for ((index = 0; index + 1 < ${#ITEMS[@]}; index += 2)); do
    if is_secret_name "${ITEMS[index]}" && [[ -n ${ITEMS[index + 1]} ]]; then
      printf '%s ***\n' "${ITEMS[index]}"
    else
      printf '%s %s\n' "${ITEMS[index]}" "${ITEMS[index + 1]}"
    fi
  done
}

disk_use() {
  timeout 5 df -h || reason "df failed"
}

machine_load() {
  printf 'load '
  of_file /proc/loadavg && printf 'uptime ' && of_file /proc/uptime && printf 'processors %s\n' "$(nproc)"
}

all_sockets() {
  if has_tools ss timeout; then timeout 5 ss -ltn; else of_file /proc/net/tcp; fi
}

kernel_values() {
  local name
  printf 'kernel %s\n' "$(uname -r)"
  for name in vm/overcommit_memory vm/swappiness net/core/somaxconn net/ipv4/tcp_max_syn_backlog net/ipv4/ip_local_port_range fs/file-nr; do
    read_value "/proc/sys/$name" && printf '%s %s\n' "${name//\//.}" "$RESULT"
  done
  read_value /sys/kernel/mm/transparent_hugepage/enabled && printf 'thp %s\n' "$RESULT"
  printf 'nofile of this shell %s\n' "$(ulimit -n)"
}

# What the kernel ended for memory: its counter, its log where that may be read, the container's flag.
oom_kills() {
  local line found=0
  while IFS= read -r line; do [[ $line != oom_kill* ]] || printf '%s\n' "$line"; done </proc/vmstat
  [[ -z $INSPECTED ]] || printf 'container %s\n' "$INSPECTED"
  if has_tools dmesg timeout; then
    while IFS= read -r line; do
      case $line in *'Out of memory'* | *oom-kill* | *'Killed process'*) printf '%s\n' "$line" && found=1 ;; esac
    done < <(timeout 5 dmesg 2>/dev/null | tail -n 5000)
  fi
  ((found)) || printf 'no kill in the kernel log, as far as it can be read here\n'
}

report_summary() {
  local line written=0 missing=0
  while IFS= read -r line; do
    case $line in *$'\t'written) written=$((written + 1)) ;; *) missing=$((missing + 1)) ;; esac
  done <"$REPORT_DIR/manifest"
  say "report: $written files in $REPORT_DIR, $missing missing (see manifest)"
  end_of_tests
  [[ -z $RESULT ]] || say "tests: $RESULT"
  append_to_summary markdown_manifest
}

# Why the retried tests ended, as the ledger in the bundle has it -> RESULT; a runner that was killed wrote no summary.
end_of_tests() {
  local line pattern='"stopped_because": "(.*)",$'
  RESULT=''
  [[ -r $REPORT_DIR/retry-ledger.json ]] || return 0
  while IFS= read -r line; do
    [[ ! $line =~ $pattern ]] || RESULT=${BASH_REMATCH[1]:0:300}
  done <"$REPORT_DIR/retry-ledger.json"
}

markdown_manifest() {
  local line
  printf '### Redis diagnostics bundle\n\n'
  end_of_tests
  markdown_cell "$RESULT"
  [[ -z $RESULT ]] || printf 'Tests: %s\n\n' "$RESULT"
  while IFS= read -r line; do
    markdown_cell "$line"
    printf -- '- %s\n' "${RESULT//$'\t'/: }"
  done <"$REPORT_DIR/manifest"
  printf '\n'
}

# ---------------------------------------------------------------- the command line

# The value of a flag that takes one -> RESULT; FLAG=VALUE or FLAG VALUE.
option_value() {
  if [[ $1 == *=* ]]; then
    RESULT=${1#*=} TAKEN=1
  else
    (($# > 1)) || die "$1 needs a value; see --help"
    RESULT=$2 TAKEN=2
  fi
}

count_option() {
  option_value "$@"
  is_count "$RESULT" || die "${1%%=*} takes a whole number; see --help"
  RESULT=$((10#$RESULT))
}

read_arguments() {
  case ${1:-} in
    wait | check | report)
      MODE=$1
      shift
      ;;
  esac
  while (($#)); do
    TAKEN=1
    read_argument "$@"
    shift "$TAKEN"
  done
  [[ $MODE != report || -n $REPORT_DIR ]] || die "report needs a directory; see --help"
}

read_argument() {
  case ${1%%=*} in
    -h | --help)
      usage
      exit 0
      ;;
    --url) option_value "$@" && URL=$RESULT ;;
    --password-file) option_value "$@" && PASSWORD_FILE=$RESULT ;;
    --cacert) option_value "$@" && CACERT=$RESULT ;;
    --cert) option_value "$@" && CERT=$RESULT ;;
    --key) option_value "$@" && KEY=$RESULT ;;
    --insecure) INSECURE=1 ;;
    *) read_argument_of_command "$@" ;;
  esac
}

read_argument_of_command() {
  case $MODE:${1%%=*} in
    wait:--timeout)
      option_value "$@"
      microseconds "$RESULT" || die "--timeout takes a duration: 500ms, 10s, 20m"
      WAIT_TIMEOUT=${RESULT}
      option_value "$@" && WAIT_TIMEOUT=$RESULT
      ;;
    wait:--rounds) count_option "$@" && WAIT_ROUNDS=$RESULT ;;
    wait:--connections) count_option "$@" && WAIT_CONNECTIONS=$RESULT ;;
    wait:--warmup) count_option "$@" && WAIT_WARMUP=$RESULT ;;
    check:--operations) count_option "$@" && CHECK_OPERATIONS=$RESULT ;;
    check:--connections) count_option "$@" && CHECK_CONNECTIONS=$RESULT ;;
    check:--expect) option_value "$@" && read_expectation "$RESULT" ;;
    check:--mismatch)
      option_value "$@" && EXPECT_MISMATCH=$RESULT
      [[ $RESULT == fail || $RESULT == warn ]] || die "--mismatch takes fail or warn"
      ;;
    check:--json | wait:--json) option_value "$@" && JSON_FILE=$RESULT ;;
    check:--junit | wait:--junit) option_value "$@" && JUNIT_FILE=$RESULT ;;
    report:--*) die "report does not know this option; see --help" ;;
    report:*)
      [[ -z $REPORT_DIR ]] || die "report takes one directory; see --help"
      REPORT_DIR=$1
      ;;
    *:--pass | *:--password | *:-a) die "a password is never an argument, which every process could read: use REDIS_PASSWORD or --password-file" ;;
    *:--*) die "$MODE does not know ${1%%=*}; see --help" ;;
    *) die "$MODE takes no such argument; see --help" ;;
  esac
}

# NAME=VALUE of a flag takes the place of what the settings ask for the same name.
read_expectation() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9_.-]*= ]] || die "--expect takes NAME=VALUE"
  ! is_secret_name "${1%%=*}" || die "--expect ${1%%=*} would hold a secret, which every process could read: leave it out"
  local pair others=()
  for pair in "${EXPECTED[@]}"; do [[ ${pair%%=*} == "${1%%=*}" ]] || others+=("$pair"); done
  EXPECTED=("${others[@]}" "$1")
}

interrupted() {
  trap '' INT TERM
  clean_up
  printf 'redis-diagnostics: ended by SIG%s\n' "$1" >&"$STDERR"
  exit "$2"
}

main() {
  begin
  read_arguments "$@"
  read_target
  choose_colour
  open_pipes
  trap clean_up EXIT
  trap 'interrupted INT 130' INT
  trap 'interrupted TERM 143' TERM
  start_watch
  "run_$MODE"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  main "$@"
  exit
fi
