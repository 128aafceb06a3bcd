#!/bin/sh
# Runs a command in a network of its own, in which login.microsoftonline.com and graph.microsoft.com
# are the emulator, on port 443: clients then run with their production configuration.
#
#   sudo emulator/run-in-namespace.sh node my-client.js
#
# The facts (tenantId, clientId, secret, controlUrl) are in $EMULATOR_FACTS as JSON.
set -eu
if [ "$(id -u)" -ne 0 ] || ! unshare -mn true 2>/dev/null; then
  echo "skipped: real names need root, to make a network and a hosts file of their own" >&2
  exit 0
fi
if [ "$#" -eq 0 ]; then
  echo "usage: $0 command [arguments]" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/hosts" <<HOSTS
127.0.0.1 localhost login.microsoftonline.com login.microsoft.com login.windows.net sts.windows.net graph.microsoft.com
HOSTS
export EMULATOR_HERE="$here" EMULATOR_WORK="$work"
unshare -mn sh -eu -c '
  ip link set lo up
  mount --bind "$EMULATOR_WORK/hosts" /etc/hosts
  mkfifo "$EMULATOR_WORK/out"
  node "$EMULATOR_HERE/src/main.ts" --tls --port 443 >"$EMULATOR_WORK/out" &
  emulator=$!
  trap "kill $emulator" EXIT
  read -r EMULATOR_FACTS <"$EMULATOR_WORK/out"
  export EMULATOR_FACTS
  node -e "process.stdout.write(JSON.parse(process.env.EMULATOR_FACTS).certificate)" >"$EMULATOR_WORK/ca.pem"
  export NODE_EXTRA_CA_CERTS="$EMULATOR_WORK/ca.pem"
  "$@"
' sh "$@"
