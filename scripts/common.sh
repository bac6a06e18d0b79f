# shellcheck shell=bash
# Paths, messages and the JDK. Every other file in this folder relies on this one.

# The caller sets "root" to the root of the repository.
state=$root/.tiercel
sensor_lib=$root/node-sensor/target
server_jar=$root/functions/local/target/quarkus-app/quarkus-run.jar
image=$state/image
server_image=$state/image-server

say() { printf 'tiercel: %s\n' "$*" >&2; }

# die STATUS MESSAGE
die() {
    say "$2"
    exit "$1"
}

# Prints the first JDK of version 25 or later: JAVA_HOME first, then the JDKs that Linux distributions install.
java_home() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        if [[ -n $home && -x $home/bin/javac ]] && grep -qsE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$home/release"; then
            printf '%s' "$home"
            return
        fi
    done
    return 1
}

no_jdk='JDK 25 or later is required and was not found. Install the package openjdk-25-jdk-headless (Debian 13, Ubuntu 25.10), or unpack a JDK 25 build such as Eclipse Temurin and set JAVA_HOME to its folder'

require_java_home() { java_home || die 2 "$no_jdk"; }

maven() { "$root/mvnw" -B --no-transfer-progress "$@"; }
