# shellcheck shell=sh
# Sourced: install_missing TABLE. Each line of TABLE is a Debian package and how to see that it is there:
# a command, or a file (with a slash, may be a pattern). Only what is missing is installed.

package_is_there() {
	case $1 in
	*/*)
		for found in $1; do
			[ -e "$found" ] && return 0
		done
		return 1
		;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# Reads the table on stdin.
missing_packages() {
	while read -r package probe; do
		[ -z "$package" ] || package_is_there "$probe" || printf '%s ' "$package"
	done
}

install_missing() {
	# Debian keeps some tools where only root's PATH looks.
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
	missing=$(missing_packages <<TABLE
$1
TABLE
	)
	[ -n "$missing" ] || return 0
	missing=${missing% }
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "Missing, and there is no apt-get to install it (Debian's package names): $missing" >&2
		exit 1
	fi
	if [ "$(id -u)" = 0 ]; then
		as_root=
	elif command -v sudo >/dev/null 2>&1; then
		as_root=sudo
	else
		echo "Missing: $missing" >&2
		echo "Neither root nor sudo. As root, run:" >&2
		echo "    apt-get update && apt-get install -y --no-install-recommends $missing" >&2
		exit 1
	fi
	echo "Installing: $missing"
	log=$(mktemp "${TMPDIR:-/tmp}/ipcwire-apt.XXXXXX")
	# shellcheck disable=SC2086 # empty or one word; a list of words
	if $as_root apt-get update >"$log" 2>&1 </dev/null &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing \
			>>"$log" 2>&1 </dev/null; then
		rm -f "$log"
	else
		tail -n 30 "$log" >&2
		echo "apt-get could not install that; its whole log is $log" >&2
		exit 1
	fi
	missing=$(missing_packages <<TABLE
$1
TABLE
	)
	[ -z "$missing" ] || {
		echo "Still missing after the installation: $missing" >&2
		exit 1
	}
}

# What it takes to build.
# shellcheck disable=SC2034 # used by who sources this
build_packages='
gcc gcc
libc6-dev /usr/include/stdio.h
make make
pkg-config pkg-config
libbsd-dev /usr/include/bsd/libutil.h
libpcre2-dev /usr/include/pcre2.h
'
