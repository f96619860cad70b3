#!/usr/bin/env bash
# Install Tandem as docs/deploying.md says into a Debian that holds nothing else, and
# run it there: land, build, publish, serve, back up, lose everything, restore.
#
#   bench/minimal_root.sh [FOLDER]      as root, with debootstrap; FOLDER is removed at the end
#                                       and used as it is where KEEP=1 left it
#
# SUITE     the Debian release (default bookworm)
# MIRROR    where it comes from
# BINDS     folders of this machine that are shown inside too, e.g. wheels: "/opt/wheels /opt/more"
# PIP_*     are passed on
# KEEP=1    leaves the folder
set -euo pipefail

root=${1:-$(mktemp -d)}
suite=${SUITE:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}
project=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
packages=python3,python3-venv,git,make,ca-certificates,adduser,curl

command -v debootstrap >/dev/null || { echo "debootstrap is missing: apt-get install debootstrap"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "chroot needs root"; exit 2; }

bound=()
leave() {
    for ((n = ${#bound[@]} - 1; n >= 0; n--)); do umount "$root${bound[n]}" || true; done
    [ "${KEEP:-}" = 1 ] || rm -rf --one-file-system "$root"
}
trap leave EXIT

echo "== a root of Debian $suite with $packages"
[ -x "$root/usr/bin/python3" ] || debootstrap --variant=minbase --include="$packages" "$suite" "$root" "$mirror" >"$root.log" 2>&1 \
    || { tail -20 "$root.log"; exit 1; }
cp /etc/resolv.conf "$root/etc/resolv.conf"
[ -e /etc/pip.conf ] && cp /etc/pip.conf "$root/etc/pip.conf"
cp --remove-destination -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
for folder in /proc /dev /dev/shm ${BINDS:-}; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
    bound+=("$folder")
done

echo "== the project into /opt/tandem"
mkdir -p "$root/opt/tandem"
rm -rf "$root/home/tandem" "$root/var/lib/tandem"
find "$root/opt/tandem" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
git -C "$project" archive HEAD | tar -x -C "$root/opt/tandem"

passed=()
while IFS= read -r line; do passed+=("$line"); done < <(env | grep '^PIP_' || true)
env -i "${passed[@]}" PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root \
    chroot "$root" bash /opt/tandem/bench/minimal_root_inside.sh
