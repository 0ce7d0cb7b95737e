#!/bin/sh
# Device side of napalm_frr: apply, confirm, put back. State lives beside this script.
#
#   sh device.sh ACTION [TOKEN ...]      LIMIT (seconds per FRR command) comes from the environment
#
# One commit at a time: `lock` is held while the configuration is being changed; `pending` names the
# commit that waits for its confirmation and the timer process that will put the old one back.
# Whatever changes the configuration runs detached: a lost session must not stop it half-way.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH LIMIT="${LIMIT:-60}"
umask 077
cd "${0%/*}" || exit 90
self=$PWD/${0##*/}
action=$1
token=$2

vty() { timeout -k 5 "$LIMIT" vtysh "$@"; }

# ---------------------------------------------------------------- what the router holds
running() { # write the running configuration to file $1, or fail
    vty -c 'show running-config no-header' >"$1.raw" 2>>log && [ -s "$1.raw" ] || return 1
    sed '/^Building configuration/d; /^Current configuration/d; /^end$/d' "$1.raw" >"$1.new"
    rm -f "$1.raw"
    mv "$1.new" "$1"
}

kernel() { # addresses, connected and static routes; what protocols learn comes and goes by itself
    {
        # only of interfaces that are up: zebra gives a shut one its addresses when it is opened
        ip -o address show up | awk '{ print $2, $3, $4 }'
        { ip -o -4 route show; ip -o -6 route show; } |
            grep -vE ' proto (ra|ospf|bgp|isis|rip|eigrp|babel|18[6-9]|19[0-57])( |$)' |
            sed -E 's/ (nhid|expires|cache) [0-9a-z]+//g; s/ (linkdown|dead|onlink)//g; s/ +$//'
    } | sort
}

daemons() { vty -c 'show daemons' | tr -s ' ' '\n' | grep -vE '^(watchfrr)?$' | sort; }

ailing() { # names the daemons that watchfrr does not see up
    vty -c 'show watchfrr' 2>/dev/null | awk '/^  [a-z]/ && NF >= 2 && $2 != "Up" { printf "%s ", $1 }'
}

boot_mark() { # differs after each restart, of the machine or of a container
    echo "$(cat /proc/sys/kernel/random/boot_id) $(sed 's/.*) //' /proc/1/stat | cut -d' ' -f20)"
}

# ---------------------------------------------------------------- records
field() { sed -n "s/^$2=//p" "$1" 2>/dev/null; }

record() { # record TOKEN STATE EXACT DETAIL
    printf 'token=%s\nstate=%s\nexact=%s\nwhen=%s\ndetail=%s\n' "$1" "$2" "$3" "$(date +%s)" "$4" >status.new
    mv status.new status
    note "$1" "$2 exact=$3 $4"
}

note() { # note TOKEN TEXT, into the history (the last 500 lines are kept)
    printf '%s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2" >>history
    [ "$(wc -l <history)" -le 600 ] || { tail -n 500 history >history.new && mv history.new history; }
}

timer_alive() {
    [ -e pending ] && tr '\0' ' ' 2>/dev/null <"/proc/$(field pending pid)/cmdline" |
        grep -q "timer $(field pending token) "
}

drop_pending() {
    pid=$(field pending pid)
    mine=$(field pending token)
    rm -f pending
    # the timer leads its own process group; its sleep goes with it
    if [ "$pid" != $$ ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "timer $mine "; then
        kill -- "-$pid" 2>/dev/null
    fi
}

# ---------------------------------------------------------------- changing the configuration
save() { vty -c 'write memory' >log 2>&1 && grep -qF '[OK]' log; }

find_reload() {
    for reload in /usr/lib/frr/frr-reload.py /usr/libexec/frr/frr-reload.py /usr/local/sbin/frr-reload.py; do
        [ -x "$reload" ] && return 0
    done
    return 1
}

# Make the running configuration equal to file $1 *without* saving it: frr-reload.py skips its
# `write` when the file is CONFDIR/frr.conf, so it is given a CONFDIR of our own.
make_running() {
    find_reload || return 96
    rm -rf load && mkdir load || return 91
    cp /etc/frr/vtysh.conf load/vtysh.conf 2>/dev/null ||
        echo 'service integrated-vtysh-config' >load/vtysh.conf
    grep -v '^end$' "$1" >load/frr.conf
    # FRR's own lines that the file leaves unsaid stay as they are
    for own in 'frr version' 'frr defaults' hostname 'service integrated-vtysh-config' username; do
        grep -q "^$own" load/frr.conf || grep "^$own" before.conf >>load/own.conf
    done
    [ ! -e load/own.conf ] || { cat load/own.conf load/frr.conf >load/all.conf && mv load/all.conf load/frr.conf; }
    timeout -k 5 "$LIMIT" "$reload" --reload --stdout --confdir "$PWD/load" --rundir "$PWD/load" \
        "$PWD/load/frr.conf" >>log 2>&1
    rc=$?
    rm -rf load
    return $rc
}

settled() { # settled CONF NET: are configuration, addresses and routes as in these files? -> $differs
    differs=configuration
    running now.conf || return 1
    if ! cmp -s now.conf "$1"; then
        [ "$(sort now.conf)" != "$(sort "$1")" ] || differs='order of lines'
        return 1
    fi
    differs=
    [ -e "$2" ] || return 0
    for _ in 1 2 3 4 5 6 7 8 9 10; do # zebra tells the kernel a little later
        kernel >now.net
        cmp -s now.net "$2" && return 0
        sleep 0.5
    done
    differs='kernel addresses or routes'
    return 1
}

put_back() { # put_back CONF NET -> $exact, $differs; a daemon may be restarting or frozen, so try again
    clean_runs=0
    for pause in 0 1 2 4 8 15 30 60; do
        sleep "$pause"
        [ ! -e before.daemons ] || [ "$(daemons)" = "$(cat before.daemons)" ] || { differs=daemons; continue; }
        make_running "$1" && clean_runs=$((clean_runs + 1))
        settled "$1" "$2" && break
        [ "$differs" = configuration ] && [ $clean_runs -lt 3 ] || break
    done
    rm -f now.conf now.net
    if [ -z "$differs" ]; then exact=yes; else exact=no; fi
}

give_up() { # give_up STATE REASON: put back what was there before the pending commit, and record it
    put_back before.conf before.net
    state=$1
    case $differs in configuration | daemons) state=failed ;; esac
    record "$(field pending token)" "$state" "$exact" "$2${differs:+; differs: $differs}"
    drop_pending
    [ "$state" = failed ] && [ "$exact" = no ] || rm -f before.conf before.net before.daemons after.conf
    rm -f log
}

refused_lines() { # what FRR and frr-reload.py complain of, each once
    grep -E '^(%|line )|% | ERROR: |There is already|already running|Can.t |is not running|does not exist' log |
        sed -E 's/^[-0-9]+ [0-9:,]+ +[A-Z]+: //; s/^line [0-9]+: Failure to communicate\[[0-9]+\] to ([a-z0-9]+), line: */refused by \1: /' |
        awk '!seen[$0]++' | head -n 20
}

settle_lost_timer() { # the router was restarted, or somebody killed the timer: say what is running now
    lost=$(field pending token)
    restarted=
    [ "$(field pending boot)" = "$(boot_mark)" ] || restarted=yes
    for _ in 1 2 3 4 5 6 7 8 9 10; do # FRR may still be reading its configuration
        if [ "$(daemons)" = "$(cat before.daemons)" ]; then
            settled before.conf before.net && break
            [ "$differs" = configuration ] || break
            # what is there after a restart was saved before it
            [ "$restarted" ] && settled after.conf '' && differs=saved && break
        fi
        [ "$restarted" ] || break
        echo .
        sleep 1
    done
    case $differs-$restarted in
    -*) record "$lost" reverted yes 'the timer is gone; the configuration from before is running' ;;
    kernel* | order*) record "$lost" reverted no "the timer is gone; differs: $differs" ;;
    saved-*)
        record "$lost" confirmed - 'the timer is gone; the new configuration is running and saved'
        mv before.conf previous.conf
        ;;
    *-yes) record "$lost" reverted no 'the router was restarted; it runs its startup configuration' ;;
    *) record "$lost" failed no 'the timer is gone and the change was not put back' ;;
    esac
    rm -f pending now.conf now.net log
    [ "$(field status state)" = failed ] || rm -f before.conf before.net before.daemons after.conf
}

lock() { # lock SECONDS (flock -w is not everywhere)
    exec 9>lock
    tries=$(($1 * 10))
    until flock -n 9; do
        [ $tries -gt 0 ] || return 1
        tries=$((tries - 1))
        sleep 0.1
    done
}

detach() { # run an action of this script detached; it inherits the lock
    setsid sh "$self" "$@" </dev/null >/dev/null 2>&1 &
}

watch() { # wait for the record of TOKEN, with a sign of life each second; then print it
    n=0
    until [ "$(field status token)" = "$token" ] && [ "$(field status state)" != applying ]; do
        n=$((n + 1))
        [ $((n % 10)) -ne 0 ] || echo .
        sleep 0.1
    done
    echo "= status"
    cat status
}

case $action in
commit) # commit TOKEN MODE REVERT_IN MESSAGE BYTES <candidate
    # before the lock, which a session that hangs must not hold; one that breaks off looks like the end of the text
    trap 'rm -f "candidate.$token"' EXIT
    cat >"candidate.$token"
    [ "$(wc -c <"candidate.$token")" -eq "$6" ] || exit 92
    lock 5 || exit 93
    timer_alive && exit 94
    find_reload || exit 96
    sick=$(ailing)
    [ -z "$sick" ] || { echo "$sick"; exit 98; }
    mv "candidate.$token" candidate.conf
    for old in device-*.sh; do [ "$old" = "${0##*/}" ] || rm -f "$old"; done
    note "$token" "commit $3 revert_in=$4 message: $5"
    record "$token" applying - ''
    detach apply "$token" "$3" "$4"
    exec 9>&-
    watch
    case $(field status state) in
    pending)
        echo "= before"
        cat before.conf
        echo "= after"
        cat after.conf
        ;;
    failed)
        echo "= log"
        cat refusals 2>/dev/null
        ;;
    esac
    rm -f refusals
    ;;
apply) # apply TOKEN MODE REVERT_IN: the lock is held by descriptor 9
    : >log
    rm -f before.conf before.net before.daemons after.conf pending refusals
    running before.conf && daemons >before.daemons && [ -s before.daemons ] ||
        { record "$token" failed yes 'the running configuration cannot be read; nothing was changed'; exit 1; }
    kernel >before.net
    setsid sh "$self" timer "$token" "$4" </dev/null >/dev/null 2>&1 9>&- &
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        timer_alive && break
        sleep 0.1
    done
    timer_alive || { record "$token" failed yes 'the timer cannot be armed; nothing was changed'; exit 1; }
    if [ "$3" = merge ]; then
        vty -f candidate.conf >>log 2>&1
    else
        # again, for what the first run already did in passing: a removed address takes its
        # secondaries along, and removing those then "fails"
        make_running candidate.conf || { : >log; make_running candidate.conf; }
    fi
    rc=$?
    rm -f candidate.conf
    if [ $rc -eq 0 ] && running after.conf; then
        record "$token" pending - "until $(field pending deadline)"
        rm -f log
    else
        refused_lines >refusals
        give_up failed "refused by FRR (status $rc), put back"
    fi
    ;;
timer) # timer TOKEN SECONDS
    printf 'token=%s\npid=%s\ndeadline=%s\nboot=%s\n' "$token" $$ $(($(date +%s) + $3)) "$(boot_mark)" >pending.new
    mv pending.new pending
    sleep "$3"
    exec 9>lock
    flock 9
    [ "$(field pending token)" = "$token" ] || exit 0
    give_up reverted 'not confirmed in time'
    ;;
confirm) # confirm TOKEN ('' for whichever is pending)
    lock 15 || exit 93
    timer_alive || exit 97
    [ -z "$token" ] || [ "$token" = "$(field pending token)" ] || exit 94
    save || { tail -n 3 log; exit 95; }
    mv before.conf previous.conf
    record "$(field pending token)" confirmed - saved
    drop_pending
    rm -f before.net before.daemons after.conf log
    ;;
rollback) # rollback TOKEN REASON: undo the pending commit, else the last one; a failed or undone one is no more
    lock 15 || exit 93
    if ! timer_alive; then
        case $(field status state)-$(field status exact) in
        confirmed-*) [ -s previous.conf ] || exit 97 ;;
        failed-no) [ -s before.conf ] || exit 97 ;; # another try
        failed-yes | reverted-*)
            echo "= status"
            cat status
            exit 0
            ;;
        *) exit 97 ;;
        esac
    fi
    detach undo "$token" "$3"
    exec 9>&-
    until [ -e "done.$token" ]; do
        echo .
        sleep 0.2
    done
    rm -f "done.$token"
    echo "= status"
    cat status
    ;;
undo) # undo TOKEN REASON: the lock is held by descriptor 9
    : >log
    if timer_alive; then
        give_up reverted "$3"
    elif [ "$(field status state)" = failed ]; then
        put_back before.conf before.net
        if [ "$exact" = yes ]; then state=reverted; else state=failed; fi
        record "$(field status token)" $state "$exact" "$3, second try${differs:+; differs: $differs}"
    else
        put_back previous.conf ''
        if [ "$exact" = yes ] && save; then
            record "$token" reverted yes "$3, saved"
        else
            record "$token" failed "$exact" "rollback${differs:+; differs: $differs}"
        fi
    fi
    rm -f log
    : >"done.$token"
    ;;
status)
    # while somebody holds the lock, the record still says what is being done
    if lock 0; then
        if [ -e pending ]; then timer_alive || settle_lost_timer; elif [ "$(field status state)" = applying ]; then
            record "$(field status token)" failed yes 'interrupted before anything was changed'
        fi
    fi
    [ ! -e status ] || cat status
    ;;
*)
    exit 99
    ;;
esac
