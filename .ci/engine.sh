#!/bin/sh
# Install and start a container engine on Debian, as root; may be run again and again.
#
# Containers of ours never have a network, so where the kernel offers no iptables the engine runs
# without its bridge. Its storage falls back to vfs where nothing better works (nested machines).
set -eu

PACKAGES="docker.io mmdebstrap debian-archive-keyring"
SOCKET=/run/docker.sock
LOG="${TMPDIR:-/tmp}/flaskgrade-dockerd.log"
PIDFILE=/run/flaskgrade-dockerd.pid

say() { printf '%s\n' "engine: $*"; }

installed() {
    command -v dockerd >/dev/null && command -v mmdebstrap >/dev/null &&
        [ -e /usr/share/keyrings/debian-archive-keyring.gpg ]
}

# Ask the socket itself: a client of another version, or a DOCKER_HOST, would answer for another.
answers() {
    python3 - "$SOCKET" <<'PYTHON' 2>/dev/null
import socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.settimeout(5)
    s.connect(sys.argv[1])
    s.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
    sys.exit(b" 200 " not in s.recv(200))
PYTHON
}

# Start dockerd with the given options and wait; fail when it dies or stays silent for 30 s.
start() {
    say "starting dockerd $*"
    setsid dockerd --host "unix://$SOCKET" "$@" >"$LOG" 2>&1 </dev/null &
    pid=$!
    waited=0
    while [ "$waited" -lt 150 ]; do
        if answers; then
            echo "$pid" >"$PIDFILE"
            return 0
        fi
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.2
        waited=$((waited + 1))
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    return 1
}

if [ "$(id -u)" -ne 0 ]; then
    say "run me as root" >&2
    exit 2
fi
if ! installed; then
    say "installing $PACKAGES"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    apt-get install -q -y --no-install-recommends $PACKAGES
fi
if answers; then
    say "an engine answers on $SOCKET already"
    exit 0
fi
# The package may have started a service that needs a moment; a stale pid file stops dockerd.
if [ -e /var/run/docker.pid ] && ! kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null; then
    rm -f /var/run/docker.pid
fi

# dockerd chooses its storage itself; where what it chooses does not work, vfs does.
isolated="--iptables=false --ip6tables=false --bridge=none"
for options in "" "$isolated" "--storage-driver=vfs" "--storage-driver=vfs $isolated"; do
    # shellcheck disable=SC2086 # no option or several
    if start $options; then
        say "ready; log in $LOG"
        exit 0
    fi
done
say "no engine could be started; the last attempt's log:" >&2
tail -n 40 "$LOG" >&2
exit 1
