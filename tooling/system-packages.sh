#!/usr/bin/env bash
# Installs the system packages that some tests use and skip without. Says why when it cannot, and never fails.
set -u

say() {
  echo "system packages: $1"
}

missing=()
found=
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then found=$name; fi
done
if [ -n "$found" ]; then say "$found is here"; else missing+=(chromium); fi
# Modules of Debian's Python; those of images make the oracles of packages/imaging, and pydicom brings test files.
for module in onnx pydicom gdcm nibabel; do
  if /usr/bin/python3 -c "import $module" 2>/dev/null; then say "python3-$module is here"; else missing+=("python3-$module"); fi
done
# Command and package: a PACS, checkers and readers of DICOM.
for pair in Orthanc:orthanc dciodvfy:dicom3tools dcmdump:dcmtk; do
  if command -v "${pair%%:*}" >/dev/null; then say "${pair##*:} is here"; else missing+=("${pair##*:}"); fi
done
if [ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]; then
  say 'orthanc-dicomweb is here'
else
  missing+=(orthanc-dicomweb)
fi
# A labelled brain, whose files the readers of NIfTI are tested on.
if [ -e /usr/share/mricron/templates/ch2.nii.gz ]; then say 'mricron-data is here'; else missing+=(mricron-data); fi
if [ -e /usr/share/wordnet/data.noun ]; then say 'wordnet-base is here'; else missing+=(wordnet-base); fi
[ ${#missing[@]} -gt 0 ] || exit 0

skip() {
  say "${missing[*]} not installed: $1"
  exit 0
}

command -v apt-get >/dev/null || skip 'this system has no apt-get'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || skip 'neither root nor sudo without a password'
  as_root=(sudo -n)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  timeout 300 "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null >"$log" 2>&1
}
install update -q || skip "apt-get update failed: $(tail -n 1 "$log")"
for name in "${missing[@]}"; do
  if install install -qy --no-install-recommends "$name"; then
    say "$name installed"
  else
    say "$name not installed: apt-get install failed: $(tail -n 1 "$log")"
  fi
done
