# shellcheck shell=bash
# Starts the programs: the sensor's commands, and the functions' local server with its commands.

# run_sensor HOW COMMAND ARGUMENTS...: HOW starts the process: exec, command, or bound (up.sh).
# The sensor itself keeps within 128 MiB, as on a node. The other commands end soon and may need more for a huge rule file.
run_sensor() {
    local how=$1 heap=1g
    shift
    if image_is_current sensor; then
        "$how" "$image/bin/tiercel" "$@"
        return
    fi
    [[ $1 != sensor ]] || heap=128m
    "$how" "$(require_java_home)/bin/java" "@$root/infra/image/java-options" -Xmx"${TIERCEL_HEAP:-$heap}" \
        -cp "$sensor_lib/classes:$sensor_lib/lib/*" io.tiercel.sensor.cli.Tiercel "$@"
}

run_functions() {
    local how=$1
    shift
    "$how" "$(require_java_home)/bin/java" -XX:+UseSerialGC -Xmx256m -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData \
        --enable-native-access=ALL-UNNAMED -jar "$server_jar" "$@"
}

run_responses() {
    local app=$root/functions/local/target/quarkus-app
    exec "$(require_java_home)/bin/java" -XX:+UseSerialGC -Xmx512m -XX:-UsePerfData \
        -cp "$app/app/*:$app/lib/main/*:$app/lib/boot/*" io.tiercel.functions.local.cli.ResponsesCommand "$@"
}

# Prints the data directory of the functions that ./tiercel up runs at the moment; nothing if it does not run.
running_data() {
    local data
    data=$(cat "$state/up-data" 2>/dev/null) || return 0
    [[ ! -f $data/server.json ]] || printf '%s' "$data"
}
