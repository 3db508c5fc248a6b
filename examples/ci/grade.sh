#!/usr/bin/env bash
# Grade a submission on any CI server, on a machine of the company's: set SOURCE, and what else you need.
#
#   SOURCE      the pull request's URL, a repository's, or a path           (required)
#   REF         branch, tag, commit                                         (its head)
#   EXERCISE    name, folder, or URL#REF:FOLDER                             (none)
#   RUBRIC      name, file, or URL#REF:FILE                                 (the exercise's level)
#   SANDBOX     docker, bwrap, auto                                         (auto)
#   FAIL_UNDER  end with 1 below this total                                 (never)
#   COMMENT     true: keep the candidate's letter as a comment; needs GITHUB_TOKEN or GITLAB_TOKEN
#   READ_TOKEN  reads a private submission on the host that this CI server belongs to
#   OUT         where the report goes                                       (report)
#   FLASKGRADE  the command                                                 (flaskgrade)
#
# Everything in OUT is the company's but feedback.md and feedback.html, which are for the candidate.
# Ends as `flaskgrade grade` ends: 0 graded, 1 below, 5 not all assessed, others by the README.
set -euo pipefail

: "${SOURCE:?set it to the URL of a pull request}"
out="${OUT:-report}"
flaskgrade="${FLASKGRADE:-flaskgrade}"
pull="$SOURCE"

options=(--sandbox="${SANDBOX:-auto}" --out="$out" --audience=candidate)
options+=("--format=json,html,markdown,sarif,junit")
[[ -z "${REF:-}" ]] || options+=(--ref="$REF")
[[ -z "${EXERCISE:-}" ]] || options+=(--exercise="$EXERCISE")
[[ -z "${RUBRIC:-}" ]] || options+=(--rubric="$RUBRIC")
[[ -z "${FAIL_UNDER:-}" ]] || options+=(--fail-under="$FAIL_UNDER")

# The token goes to this server alone, whatever SOURCE is.
server="${CI_SERVER_URL:-${GITHUB_SERVER_URL:-https://github.com}}"
if [[ -n "${READ_TOKEN:-}" && "$SOURCE" == "$server"/* ]]; then
  SOURCE="${SOURCE%%://*}://oauth2:$READ_TOKEN@${SOURCE#*://}"
fi

rm -f -- "$out/feedback.md" # of another run
code=0
env -u READ_TOKEN -u GITHUB_TOKEN -u GITLAB_TOKEN "$flaskgrade" grade "${options[@]}" -- "$SOURCE" || code=$?
if [[ "${COMMENT:-false}" == true && -e "$out/feedback.md" ]]; then
  "$flaskgrade" comment -- "$pull" "$out/feedback.md"
fi
exit "$code"
