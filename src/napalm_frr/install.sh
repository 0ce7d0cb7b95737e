# Puts the device side (standard input) into a directory that is provably ours, and prints its path.
#   sh -c "$(cat install.sh)" napalm_frr NAME [DIR]
umask 077
name=$1
dir=$2
owner=$(id -u)
if [ -z "$dir" ]; then
    if [ -n "$HOME" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; then dir=$HOME/.napalm_frr; else dir=/tmp/.napalm_frr-$owner; fi
fi
mkdir "$dir" 2>/dev/null
# in a directory where others may write, only the sticky bit keeps them from swapping ours
case $(stat -L -c %a "${dir%/*}/" 2>/dev/null) in
1???) ;;
*[2367]) echo "${dir%/*} may be written by others"; exit 81 ;;
esac
# no -L: a symbolic link is refused whatever it leads to
found=$(stat -c '%F %u %a' "$dir" 2>&1)
[ "$found" = "directory $owner 700" ] || { echo "$dir: wanted 'directory $owner 700', found '$found'"; exit 82; }
cd "$dir" || exit 83
[ -s "$name" ] || { cat >".$name.$$" && mv ".$name.$$" "$name"; } || exit 84
pwd
