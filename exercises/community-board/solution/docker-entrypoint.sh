#!/bin/sh
# Migrate first, then become the server, so that it gets the signals.
set -eu
flask db upgrade
if [ -n "${ADMIN_USERNAME:-}" ]; then flask create-admin; fi
exec "$@"
