# shellcheck shell=bash
# ./tiercel up: runs the sensor and the functions' server together, and restarts one that ends.

# Prints a new data folder for this run, and deletes the oldest of earlier runs: five remain.
new_run_folder() {
    local runs=$state/runs
    if ! mkdir -p "$runs" 2>/dev/null || [[ ! -w $runs ]]; then # the clone belongs to another user
        runs=${XDG_STATE_HOME:-${HOME:-/nonexistent}/.local/state}/tiercel/runs
        mkdir -p "$runs" 2>/dev/null || die 1 "there is no folder to keep alerts in; name one with --data DIR"
    fi
    find "$runs" -mindepth 1 -maxdepth 1 -type d | LC_ALL=C sort -r | tail -n +5 | xargs -r -d '\n' rm -rf --
    mktemp -d "$runs/$(date -u +%Y%m%dT%H%M%SZ)-XXXX"
}

sensor_pid='' server_pid='' timer_pid=''

stop_all() {
    trap '' INT TERM EXIT
    [[ -z $sensor_pid$server_pid ]] || say "stopping ..."
    local pid
    [[ -z $timer_pid ]] || kill "$timer_pid" 2>/dev/null || true
    for pid in "$sensor_pid" "$server_pid"; do # the sensor first: it delivers its last alerts
        [[ -n $pid ]] || continue
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

# The kernel stops the process if this script is killed.
bound() { exec setpriv --pdeathsig TERM "$@"; }

start_server() {
    run_functions bound &
    server_pid=$!
}

# People read this output, so text is the default format even through a pipe.
start_sensor() {
    export TIERCEL_OUTPUTS_CONSOLE_FORMAT=${TIERCEL_OUTPUTS_CONSOLE_FORMAT:-text}
    run_sensor bound sensor "${sensor_options[@]}" &
    sensor_pid=$!
}

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$TIERCEL_PORT") 2>/dev/null; }

wait_for_server() {
    local tries
    for ((tries = 0; tries < 150; tries++)); do
        if port_is_open; then return; fi
        kill -0 "$server_pid" 2>/dev/null || die 1 "the functions' server did not start; see its error above"
        sleep 0.2
    done
    die 1 "the functions' server does not answer on port $TIERCEL_PORT"
}

# Prints a link that opens the console, while the sensor starts.
print_console() {
    local link
    link=$(run_functions command console 2>/dev/null) || link=''
    say "in another terminal, ./tiercel console prints a link to the console${link:+. This one works once, for one minute: $link}"
}

# Restarts are safe: unsent alerts are on disk. After five restarts there is a lasting fault.
restarting() {
    restarts=$((restarts + 1))
    ((restarts <= 5)) || die 1 "$1 ended again (status $2); giving up after 5 restarts"
    say "$1 ended (status $2); restarting it ($restarts of 5)"
}

wait_for_timer() {
    wait "$timer_pid" || true
    timer_pid=''
}

# up [--for SECONDS] [--data DIR] [SENSOR OPTIONS]
up() {
    local seconds='' data='' restarts=0 pid status replay=''
    sensor_options=()
    while (($#)); do
        case $1 in
            --for) [[ ${2:-} =~ ^[0-9]+$ ]] || die 1 "up: --for takes a whole number of seconds, for example --for 20"; seconds=$2; shift 2 ;;
            --data) [[ -n ${2:-} ]] || die 1 "up: --data takes a folder"; data=$2; shift 2 ;;
            *) sensor_options+=("$1"); shift ;;
        esac
    done
    export TIERCEL_PORT=${TIERCEL_PORT:-8466}
    if port_is_open; then
        die 1 "port $TIERCEL_PORT is in use, perhaps by another ./tiercel up; choose another port: TIERCEL_PORT=8467 ./tiercel up"
    fi
    [[ -n $data ]] || data=$(new_run_folder)
    mkdir -p "$data"
    export TIERCEL_DATA=$data/functions
    # Commands of operators look there. Without it, they need --data.
    (printf '%s' "$(realpath -m "$TIERCEL_DATA")" >"$state/up-data") 2>/dev/null || true
    if ! run_sensor command doctor --quiet; then
        replay=$root/rules/tests/recordings/demo.trec
        say "this machine cannot capture events (see above); replaying the recording ${replay#"$root"/} instead"
        sensor_options+=(--replay "$replay")
    fi
    sensor_options+=(--server "http://127.0.0.1:$TIERCEL_PORT" --spool "$data/spool")
    # The sensor has no credential here, and an aggregated alert of an unverified sender counts once.
    [[ " ${sensor_options[*]} " == *" --aggregation-window"* ]] || sensor_options+=(--aggregation-window 0)

    trap 'stop_all; exit 130' INT
    trap 'stop_all; exit 143' TERM
    trap stop_all EXIT
    say "starting the functions on http://127.0.0.1:$TIERCEL_PORT (data in ${data#"$PWD"/}) ..."
    start_server
    wait_for_server
    say "starting the sensor ..."
    start_sensor
    print_console &
    [[ -n $seconds ]] || say "press Ctrl-C to stop both"
    bound sleep "${seconds:-infinity}" &
    timer_pid=$!

    while true; do
        status=0
        wait -n -p pid "$sensor_pid" "$server_pid" "$timer_pid" || status=$?
        case ${pid:-} in
            "$timer_pid")
                timer_pid=''
                return 0
                ;;
            "$sensor_pid")
                sensor_pid=''
                if ((status == 1 || status == 2)); then exit "$status"; fi # the sensor has printed its error
                if [[ -n $replay && $status == 0 ]]; then
                    say "the recording has ended"
                    wait_for_timer
                    return 0
                fi
                restarting "the sensor" "$status"
                start_sensor
                ;;
            "$server_pid")
                server_pid=''
                restarting "the functions' server" "$status"
                start_server
                ;;
        esac
    done
}
