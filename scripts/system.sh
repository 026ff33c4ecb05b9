#!/bin/sh
# What the tests need of the system and Python cannot bring: Chromium for the browser
# tests, libgomp for the drift tests with LightGBM, curl for the snippets, PostgreSQL
# for platforms with their rows in it. Installed where that is allowed.
set -eu
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    command -v google-chrome >/dev/null || missing="chromium fonts-dejavu-core"
find /usr/lib /usr/lib64 -name libgomp.so.1 2>/dev/null | grep -q . ||
    [ "$(uname)" != Linux ] || missing="$missing libgomp1"
command -v curl >/dev/null || missing="$missing curl"
command -v initdb >/dev/null || ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 ||
    missing="$missing postgresql"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root="sudo"
else
    echo "Some tests need packages. Type: sudo apt-get install $missing" >&2
    exit 0
fi
echo "Installing $missing"
$root apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -q --no-install-recommends \
    $missing >/dev/null
