#!/bin/sh
# Finds Chromium, or installs it where that is allowed; the browser tests need it.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ]; then root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root="sudo"
else
    echo "The browser tests need Chromium. Type: sudo apt-get install chromium" >&2
    exit 0
fi
echo "Installing Chromium"
$root apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -q --no-install-recommends \
    chromium fonts-dejavu-core >/dev/null
