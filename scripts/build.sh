# shellcheck shell=bash
# Builds the project, the benchmarks and the images, if a source has changed.

# A digest of the path, time and size of every source: it changes when a source changes, appears or disappears, or another compiler is
# named.
sources_digest() {
    (cd "$root" && echo "${TIERCEL_CLANG:-}" && find pom.xml bpf rules/engine http node-sensor functions -type f -not -path '*/target/*' \
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
    from=(infra/image/{architecture,packages,system-libraries})
    case $1 in
        sensor) from+=(node-sensor/target/classes node-sensor/target/lib node-sensor/target/*.jar
            infra/image/{build,launcher,java-options,JarRewriter.java,ClassFileUpgrade.java,BootstrapCalls.java} rules/detections rules/responses rules/tests) ;;
        server) from+=(functions/local/target/quarkus-app infra/image/server) ;;
    esac
    find "${from[@]}" "$(java_home)/release" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
)

# Prints the architecture of this machine, as packages and images name it.
this_architecture() { if [[ $(uname -m) == aarch64 ]]; then echo arm64; else echo amd64; fi; }

# image_folder KIND [ARCHITECTURE]
image_folder() {
    local folder=$image
    [[ $1 == sensor ]] || folder=$server_image
    if [[ ${2:-$(this_architecture)} == "$(this_architecture)" ]]; then echo "$folder"; else echo "$folder-$2"; fi
}

# image_is_current KIND [ARCHITECTURE]
image_is_current() {
    local folder
    folder=$(image_folder "$@")
    [[ -f $folder/made-from && $(image_digest "$1") == "$(<"$folder/made-from")" ]]
}

# require_image KIND [ARCHITECTURE]
# Makes the image if it is not current. Commands that run at the same time make images one after another.
require_image() {
    local lock
    if ! image_is_current "$@"; then
        [[ -w $root ]] || die 1 "the image is written to $(image_folder "$@"), and you cannot write there"
        mkdir -p "$state"
        exec {lock}>"$state/image.lock"
        flock "$lock"
        image_is_current "$@" || make_image "$@"
        exec {lock}>&-
    fi
    [[ ${2:-$(this_architecture)} == "$(this_architecture)" ]] ||
        say "no AOT cache for $2: it requires a machine of that architecture, so the $1 starts some seconds later"
}

# make_image KIND [ARCHITECTURE]
make_image() {
    local kind=$1 architecture=${2:-$(this_architecture)} build=$root/infra/image/build folder digest log=$state/image.log of this_machine=''
    [[ $kind == sensor ]] || build=$root/infra/image/server/build
    folder=$(image_folder "$@")
    digest=$(image_digest "$kind")
    of="making the $kind image"
    if [[ $architecture == "$(this_architecture)" ]]; then
        run_step "image-$kind" "$of" "$log" "$build" "$(require_java_home)" "$folder" || image_failed "$log"
    else
        download_foreign_packages "$architecture"
        log=$state/image-$architecture.log
        ! image_is_current "$kind" || this_machine=$(image_folder "$kind")
        run_step "image-$kind-$architecture" "$of for $architecture" "$log" "$build" "$(require_java_home)" "$folder" "$architecture" \
            "$state/packages-$architecture" "$this_machine" || image_failed "$log"
    fi
    grep -E '^tiercel: not trained' "$log" >&2 || true
    printf '%s\n' "$digest" >"$folder/made-from"
}

image_failed() {
    tail -n 20 "$1" >&2
    die 1 "the image build failed; its output is in $1"
}

# The packages of images for another architecture than that of this machine.
foreign_packages=(openjdk-25-jdk-headless libc6 libgcc-s1 libstdc++6 zlib1g libbpf1 libelf1t64 libzstd1)

# Downloads and unpacks Debian's packages for an architecture, once for all images.
download_foreign_packages() {
    local architecture=$1 log=$state/packages-$1.log
    command -v apt-get >/dev/null || die 2 "an image for $architecture requires Debian's apt-get, or make it on a machine of that architecture"
    command -v readelf >/dev/null || die 2 "readelf is missing; install the package binutils"
    if ! run_step "packages-$architecture" "downloading packages for $architecture, the first time about 100 MB" "$log" \
        "$root/infra/image/packages" "$architecture" "$state/packages-$architecture" "${foreign_packages[@]}"; then
        tail -n 20 "$log" >&2
        die 1 "the packages for $architecture could not be downloaded; the output is in $log"
    fi
}

# Writes container images: from image folders, or from OCI layouts.
image_command() {
    build_modules infra/image
    run_image_command "$@"
    exit
}

run_image_command() {
    "$(require_java_home)/bin/java" -cp "$root/infra/image/target/classes:$root/infra/image/target/lib/*" io.tiercel.image.ImageCommand "$@"
}

# image [sensor|server] [OPTIONS] | image join|push OPTIONS
image() {
    local kind=sensor names='' platforms=() platform options=() folders=()
    case ${1:-} in
        join | push | --help | -h) build; image_command "$@" ;;
        sensor | server) kind=$1; shift ;;
    esac
    while (($#)); do
        case $1 in
            --platform)
                names=${2:-}
                [[ -n $names ]] || die 2 "image: --platform requires a value, such as linux/amd64,linux/arm64"
                shift 2
                ;;
            *) options+=("$1"); shift ;;
        esac
    done
    IFS=, read -r -a platforms <<<"${names:-linux/$(this_architecture)}"
    for platform in "${platforms[@]}"; do
        case $platform in
            linux/amd64 | linux/arm64) ;;
            *) die 2 "image: --platform accepts linux/amd64 and linux/arm64, separated by a comma; $platform is neither" ;;
        esac
    done
    build
    for platform in "${platforms[@]}"; do
        require_image "$kind" "${platform#*/}"
        folders+=(--folder "$(image_folder "$kind" "${platform#*/}")")
    done
    ((${#options[@]} == 0)) || image_command make "$kind" "${folders[@]}" "${options[@]}"
    for platform in "${platforms[@]}"; do
        describe_image "$kind" "${platform#*/}"
    done
}

# describe_image KIND ARCHITECTURE
describe_image() {
    local folder run=
    folder=$(image_folder "$@")
    [[ $1 == server || $2 != "$(this_architecture)" ]] || run="; run $folder/bin/tiercel"
    say "${folder#"$PWD"/} is current: $(du -sh "$folder" | cut -f1)$run"
}

# bench rules|records|delivery|functions|responses|starts|cost|scale|live|start|node [OPTIONS]
bench() {
    local program modules=bench sensor=
    case ${1:-} in
        functions) program=functions.FunctionsBench; modules=bench,functions/local,functions/aws ;;
        responses) program=functions.ResponsesBench; modules=bench,functions/local ;;
        starts) program=functions.StartsBench; modules=bench,functions/aws,functions/aws-respond,functions/aws-notify ;;
        cost) program=cost.CostBench ;;
        scale) program=scale.ScaleBench ;;
        rules) program=RuleBench ;;
        records) program=records.RecordsBench ;;
        delivery) program=DeliveryBench ;;
        live) program=live.LiveBench sensor=yes ;;
        start) program=live.StartBench sensor=yes ;;
        node) program=live.NodeBench sensor=yes ;;
        *) die 1 "bench: name a benchmark: rules, records, delivery, functions, responses, starts, cost, scale, live, start or node" ;;
    esac
    [[ -z $sensor ]] || ((EUID == 0)) || die 2 "bench $1: capturing events requires root"
    [[ ${TIERCEL_BUILD:-yes} == no ]] || install_missing bench
    build_modules "$modules" -am
    [[ -z $sensor ]] || require_image sensor
    shift
    [[ -z $sensor ]] || set -- --sensor "$image/bin/tiercel" "$@"
    cd "$root" || exit 1
    exec "$(require_java_home)/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -cp "$root/bench/target/classes:$root/bench/target/lib/*" "io.tiercel.bench.$program" "$@"
}
