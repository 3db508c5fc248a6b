#!/usr/bin/env bash
# What an interviewer would write by hand with Docker: clone, build with pip, then one tool after
# the other, each in a container. It does less than flaskgrade does (no structure, migrations,
# rubric or report) and is the measure that flaskgrade's speed is compared with.
#
#   by_hand.sh REPOSITORY ACCEPTANCE_FOLDER GUEST_FOLDER IMAGE [--cold]
#
# IMAGE has Python and pip. --cold builds without Docker's layer cache and without pip's.
set -euo pipefail
repository=$1 acceptance=$2 guest=$3 image=$4 cold=${5:-}
work=$(mktemp -d)
name=by-hand-$$
tag=by-hand-submission
cleanup() {
    docker rm -f "$name" >/dev/null 2>&1 || true
    docker volume rm -f "$name" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

git clone -q "$repository" "$work/app"
cat >"$work/Dockerfile" <<DOCKERFILE
FROM $image
WORKDIR /app
COPY app/requirements*.txt ./
RUN cat requirements*.txt | grep -v '^-r' > all.txt && pip install -q --no-cache-dir -r all.txt \
    gunicorn pytest ruff mypy bandit
COPY app .
DOCKERFILE
flags=(--network host -q -t "$tag")
if [ "$cold" = --cold ]; then flags+=(--no-cache); fi
DOCKER_BUILDKIT=0 docker build "${flags[@]}" "$work" >/dev/null

run() { docker run --rm --network none "$@"; }

echo "own tests";  run "$tag" python3 -m pytest -q -p no:cacheprovider | tail -1 || true
echo "acceptance"
docker volume create "$name" >/dev/null
docker run -d --name "$name" --network none -v "$name:/run/gw" \
    -e DATABASE_URL=sqlite:////tmp/app.db \
    -e SECRET_KEY=a-test-value-that-is-long-enough-for-hs256-and-no-secret \
    -e ADMIN_EMAIL=admin@example.com -e ADMIN_PASSWORD=only-for-the-tests \
    "$tag" sh -c 'python3 -m flask db upgrade && python3 -m flask create-admin &&
        exec python3 -m gunicorn -w 2 --threads 4 --bind unix:/run/gw/app.sock wsgi:app' >/dev/null
run -v "$name:/run/gw" -v "$acceptance:/hidden:ro" -v "$guest:/opt/guest:ro" "$tag" \
    python3 -I /opt/guest/examine.py /run/gw/app.sock 20 10 by-hand written /hidden | tail -1
docker rm -f "$name" >/dev/null
echo "ruff";   run "$tag" ruff check --no-cache -q . | tail -1 || true
echo "mypy";   run "$tag" mypy --cache-dir /dev/null --ignore-missing-imports . | tail -1 || true
echo "bandit"; run "$tag" bandit -q -r . 2>/dev/null | tail -1 || true
