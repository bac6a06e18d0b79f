# shellcheck shell=bash
# Builds the project, the benchmarks and the images, if a source has changed.

# A digest of the path, time and size of every source: it changes when a source changes, appears or disappears.
sources_digest() {
    (cd "$root" && find pom.xml bpf rules/engine http node-sensor functions -type f -not -path '*/target/*' \
        -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum)
}

build() {
    local digest
    [[ ${TIERCEL_BUILD:-yes} != no ]] || return 0 # tests set this: they run what Maven has just built
    digest=$(sources_digest)
    if [[ -f $server_jar && $digest == "$(cat "$state/built" 2>/dev/null)" ]]; then return; fi
    install_missing build
    [[ -w $root ]] || die 1 "the project is not built yet, and you cannot write to $root"
    [[ -f $state/built ]] || say "the first build also fetches libraries"
    if ! run_step build building "$state/build.log" maven -DskipTests -pl node-sensor,functions/local -am package; then
        { grep -E '^\[(ERROR|FATAL)\]|error:' "$state/build.log" || tail -n 5 "$state/build.log"; } | head -n 20 >&2
        die 1 "the build failed; its output is in $state/build.log"
    fi
    grep -h '^bpf/build: ' "$state/build.log" >&2 || true
    printf '%s\n' "$digest" >"$state/built"
}

# build_modules MODULES MAVEN_OPTIONS...
build_modules() {
    [[ ${TIERCEL_BUILD:-yes} != no ]] || return 0
    run_step "modules-$1" "building ${1//,/, }" "$state/build.log" maven -DskipTests -pl "$@" package || die 1 "the build failed; its output is in $state/build.log"
}

# A digest of everything that an image (sensor or server) is made from: build output, shipped files and the JDK.
image_digest() (
    cd "$root" || exit 1 # before the globs expand
    case $1 in
        sensor) from=(node-sensor/target/classes node-sensor/target/lib node-sensor/target/*.jar
            infra/image/{build,packages,system-libraries,launcher,java-options,ClassFileUpgrade.java} rules/detections rules/responses rules/tests) ;;
        server) from=(functions/local/target/quarkus-app infra/image/server) ;;
    esac
    find "${from[@]}" "$(java_home)/release" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
)

image_folder() { if [[ $1 == server ]]; then echo "$server_image"; else echo "$image"; fi; }

image_is_current() {
    local folder
    folder=$(image_folder "${1:-sensor}")
    [[ -f $folder/made-from && $(image_digest "${1:-sensor}") == "$(<"$folder/made-from")" ]]
}

make_image() {
    local kind=${1:-sensor} build=$root/infra/image/build folder digest
    [[ $kind == sensor ]] || build=$root/infra/image/server/build
    folder=$(image_folder "$kind")
    digest=$(image_digest "$kind")
    [[ -w $root ]] || die 1 "the image is written to $folder, and you cannot write there"
    if ! run_step "image-$kind" "making the $kind image" "$state/image.log" "$build" "$(require_java_home)" "$folder"; then
        tail -n 20 "$state/image.log" >&2
        die 1 "the image build failed; its output is in $state/image.log"
    fi
    grep '^tiercel: not trained' "$state/image.log" >&2 || true
    printf '%s\n' "$digest" >"$folder/made-from"
}

# The packages of an image for arm64 that is made on another machine.
foreign_packages=(openjdk-25-jdk-headless libc6 libgcc-s1 libstdc++6 zlib1g libbpf1 libelf1t64 libzstd1)

# Makes the sensor's image folder for arm64 on a machine of another architecture, from Debian's packages.
make_foreign_image() {
    local folder=$image-arm64 packages=$state/packages-arm64 digest
    digest=$(image_digest sensor)
    if [[ -f $folder/made-from && $digest == "$(<"$folder/made-from")" ]]; then return; fi
    command -v apt-get >/dev/null || die 2 "an image for arm64 requires Debian's apt-get, or make it on an arm64 machine"
    command -v readelf >/dev/null || die 2 "readelf is missing; install the package binutils"
    say "making the sensor image for arm64; the first time, this downloads packages of 320 MB ..."
    mkdir -p "$packages"
    if ! {
        "$root/infra/image/packages" arm64 "$packages" "${foreign_packages[@]}" &&
            "$root/infra/image/build" "$(require_java_home)" "$folder" "$packages"
    } >"$state/image-arm64.log" 2>&1; then
        tail -n 20 "$state/image-arm64.log" >&2
        die 1 "the image build failed; its output is in $state/image-arm64.log"
    fi
    grep '^tiercel: ' "$state/image-arm64.log" >&2 || true
    printf '%s\n' "$digest" >"$folder/made-from"
}

# Prints the platform of this machine, as images name it.
this_platform() { if [[ $(uname -m) == aarch64 ]]; then echo linux/arm64; else echo linux/amd64; fi; }

# Writes container images: from an image folder, or from several OCI layouts.
image_command() {
    build_modules infra/image
    exec "$(require_java_home)/bin/java" -cp "$root/infra/image/target/classes:$root/infra/image/target/lib/*" io.tiercel.image.ImageCommand "$@"
}

# image [sensor|server] [OPTIONS] | image join|push OPTIONS
image() {
    local kind=sensor folder platform
    platform=$(this_platform)
    case ${1:-} in
        join | push | --help | -h) build; image_command "$@" ;;
        sensor | server) kind=$1; shift ;;
    esac
    if [[ ${1:-} == --platform ]]; then
        platform=${2:-}
        shift 2 || die 1 "image: --platform requires a value: linux/amd64 or linux/arm64"
    fi
    build
    if [[ $platform == "$(this_platform)" ]]; then
        image_is_current "$kind" || make_image "$kind"
        folder=$(image_folder "$kind")
    elif [[ $platform == linux/arm64 && $kind == sensor ]]; then
        make_foreign_image
        folder=$image-arm64
    else
        die 2 "image: the $kind image for $platform can be made on a machine of that architecture only"
    fi
    (($# == 0)) || image_command make "$kind" --folder "$folder" "$@"
    say "${folder#"$PWD"/} is current: $(du -sh "$folder" | cut -f1)$([[ $kind == server || $platform != "$(this_platform)" ]] || echo "; run $folder/bin/tiercel")"
}

# bench rules|delivery|functions|starts|cost|scale|live [OPTIONS]
bench() {
    local program modules=bench
    case ${1:-} in
        functions) program=functions.FunctionsBench; modules=bench,functions/local,functions/aws ;;
        starts) program=functions.StartsBench; modules=bench,functions/aws,functions/aws-respond,functions/aws-notify ;;
        cost) program=cost.CostBench ;;
        scale) program=scale.ScaleBench ;;
        rules) program=RuleBench ;;
        delivery) program=DeliveryBench ;;
        live) program=live.LiveBench; set -- live --sensor "$image/bin/tiercel" "${@:2}" ;;
        *) die 1 "bench: name a benchmark: rules, delivery, functions, starts, cost, scale or live" ;;
    esac
    [[ $1 != live ]] || ((EUID == 0)) || die 2 "bench live: capturing events requires root"
    [[ ${TIERCEL_BUILD:-yes} == no ]] || install_missing bench
    build_modules "$modules" -am
    [[ $1 != live ]] || image_is_current || make_image
    shift
    cd "$root" || exit 1
    exec "$(require_java_home)/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -cp "$root/bench/target/classes:$root/bench/target/lib/*" "io.tiercel.bench.$program" "$@"
}
