# shellcheck shell=bash
# Shows the progress of commands that take longer than some seconds.

# run_step KEY TEXT LOG COMMAND...
# Runs a command whose output goes to the file LOG. Terminals show the time that it takes, the time that it took before, and the module
# or file that is being made. Logs have one line. KEY names the kind of work whose time is remembered.
run_step() {
    local key=${1//\//-} text=$2 log=$3 status=0 started=$SECONDS before='' ticker=''
    shift 3
    before=$(cat "$state/times/$key" 2>/dev/null) || true
    [[ $before =~ ^[0-9]{1,6}$ ]] || before=''
    mkdir -p "$(dirname "$log")"
    : >"$log"
    if [[ -t 2 ]]; then
        show_progress "$text" "$before" "$log" &
        ticker=$!
    else
        say "$text${before:+ (about $(duration "$before"))} ..."
    fi
    "$@" >>"$log" 2>&1 || status=$?
    if [[ -n $ticker ]]; then
        kill "$ticker" 2>/dev/null || true
        wait "$ticker" 2>/dev/null || true
        printf '\r\033[K' >&2
        say "$text: $([[ $status == 0 ]] && echo "done" || echo "failed") after $(duration $((SECONDS - started)))"
    fi
    if ((status == 0)) && mkdir -p "$state/times" 2>/dev/null; then
        echo $((SECONDS - started)) >"$state/times/$key" 2>/dev/null || true
    fi
    return "$status"
}

# Rewrites one line of the terminal each half second, until this script ends.
show_progress() {
    local text=$1 before=$2 log=$3 started=$SECONDS line left module
    trap - EXIT INT TERM # those of the caller
    while kill -0 $$ 2>/dev/null; do
        left=''
        if [[ -n $before ]] && ((before > SECONDS - started)); then
            left=", about $(duration $((before - SECONDS + started))) left"
        fi
        # Maven: "Building Tiercel Sensor 0.2.0-SNAPSHOT    [3/12]"; packages: "writing tiercel-sensor.deb [3/12]"
        module=$(sed -n -e 's/.*Building \([^[]*[^[ ]\) .*\[\([0-9]*\)\/\([0-9]*\)\]$/, \2 of \3: \1/p' \
            -e 's/.*writing \([^ ]*\) \[\([0-9]*\)\/\([0-9]*\)\]$/, \2 of \3: \1/p' "$log" 2>/dev/null | tail -n 1)
        line="tiercel: $text: $(duration $((SECONDS - started)))$left$module"
        printf '\r\033[K%s' "${line:0:$(($(columns) - 1))}" >&2
        sleep 0.5
    done
}

columns() {
    local size
    size=$(stty size 2>/dev/null <&2) || size=''
    size=${size#* }
    [[ $size =~ ^[0-9]+$ ]] && ((size > 20)) && echo "$size" || echo 80
}

# Prints seconds for people.
duration() { if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi; }
