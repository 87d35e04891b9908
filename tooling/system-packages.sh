#!/usr/bin/env bash
# Installs the system packages that some tests use and skip without. Says why when it cannot, and never fails.
set -u

skip() {
  echo "system packages: $1 not installed: $2"
  exit 0
}

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then
    echo "system packages: $name is here"
    exit 0
  fi
done
command -v apt-get >/dev/null || skip chromium 'this system has no apt-get'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || skip chromium 'neither root nor sudo without a password'
  as_root=(sudo -n)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  timeout 300 "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null >"$log" 2>&1
}
install update -q || skip chromium "apt-get update failed: $(tail -n 1 "$log")"
install install -qy --no-install-recommends chromium || skip chromium "apt-get install failed: $(tail -n 1 "$log")"
echo 'system packages: chromium installed'
