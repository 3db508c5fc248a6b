#!/bin/sh
# Migrate first, then become the server, so that it gets the signals.
set -eu
flask db upgrade
if [ -n "${ADMIN_EMAIL:-}" ]; then flask create-admin; fi
exec "$@"
