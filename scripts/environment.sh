# Sets up what the project needs. Sourced by the other scripts; not run by itself.
#
#   use_environment          makes .venv with the project and its development tools, once per change of pyproject.toml
#   use_debian_packages      installs the Debian packages of lab and tests, when root; none of their services starts here

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=${JIP_VENV:-$ROOT/.venv}
DEBIAN_PACKAGES="python3-venv git frr frr-pythontools frr-snmp openssh-server openssh-client lldpd nftables iproute2 iputils-ping postgresql"

say() { printf '%s\n' "$*" >&2; }

fail() { say "$0: $*"; exit 1; }

python_for_venv() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3.14 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed; on Debian 12: apt-get install python3 python3-venv"
}

use_environment() {
    local stamp=$VENV/.jipkit-ready wanted
    wanted=$(sha256sum "$ROOT/pyproject.toml" | cut -d' ' -f1)-$ROOT
    if [ -x "$VENV/bin/jip" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
    say "setting up $VENV (about a minute, once)"
    [ -x "$VENV/bin/python" ] || "$(python_for_venv)" -m venv "$VENV" ||
        fail "no virtual environment could be made; on Debian: apt-get install python3-venv"
    # pip 23.0, which Debian 12 has, builds two libraries in a way that it calls deprecated unless it is told this one
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --use-pep517 -e "$ROOT[dev]" ||
        fail "the packages could not be installed; is the package index reachable?"
    printf '%s' "$wanted" >"$stamp"
}

debian_packages_missing() {
    local package
    for package in $DEBIAN_PACKAGES; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
    done
}

# apt starts each service that it installs; a policy that says no keeps FRR, sshd and lldpd off this machine.
use_debian_packages() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
    local missing policy=/usr/sbin/policy-rc.d kept="" rc=0
    missing=$(debian_packages_missing)
    [ -n "$missing" ] || return 0
    say "installing Debian packages: $missing"
    if [ -e "$policy" ]; then kept=$(mktemp) && cp -p "$policy" "$kept"; fi
    restore_policy() {
        if [ -n "$kept" ]; then cp -p "$kept" "$policy" && rm -f "$kept"; else rm -f "$policy"; fi
    }
    trap restore_policy EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
    # shellcheck disable=SC2086 # a list of words
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
        >&2 || rc=$?
    trap - EXIT
    restore_policy
    [ "$rc" = 0 ] || fail "apt-get could not install: $missing"
}

lab_possible() { [ "$(id -u)" = 0 ] && [ -x /usr/lib/frr/frrinit.sh ]; }
