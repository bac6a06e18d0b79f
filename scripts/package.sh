# shellcheck shell=bash
# ./tiercel package: makes a release folder.

release_architectures=(amd64 arm64)
release_parts=(archives deb rpm images functions chart sboms)

package_usage() {
    cat <<'TEXT'
Usage: ./tiercel package [OPTIONS]

Makes a release folder with these parts:
  archives    sensor and server as .tar.gz; each contains its Java runtime
  deb, rpm    packages tiercel-common, tiercel-sensor and tiercel-server for hosts without a cluster
  images      container images as OCI archives, each with its bill of materials
  functions   function.zip, respond.zip, notify.zip and operate.zip for the Terraform module
  chart       the Helm chart
  sboms       bills of materials of the functions (CycloneDX)
SHA256SUMS lists the digests of all files.

  --output FOLDER   the folder to create; default: .tiercel/release
  --only PARTS      parts to make, separated by commas; default: all
  --architectures NAMES
                    processor architectures: amd64,arm64; default: both
  --programs NAMES  programs in archives, packages and images: sensor,server; default: both
  --revision N      revision of the packages; default: 1
TEXT
}

# Prints the time of the commit, so that the same commit gives the same files.
release_time() {
    if [[ -n ${SOURCE_DATE_EPOCH:-} ]]; then
        printf '%s' "$SOURCE_DATE_EPOCH"
    else
        git -C "$root" log -1 --format=%ct 2>/dev/null || printf 0
    fi
}

release_version() { sed -n '0,/<version>/s/^ *<version>\(.*\)<\/version>.*/\1/p' "$root/pom.xml"; }

# Succeeds if folder $1 contains exactly the files that its SHA256SUMS lists, so that nothing else is deleted with it.
is_release() {
    [[ -f $1/SHA256SUMS ]] && cmp -s <(cd "$1" && find . -mindepth 1 ! -path ./SHA256SUMS -printf '%P\n' | LC_ALL=C sort) \
        <(cut -c67- "$1/SHA256SUMS" | LC_ALL=C sort)
}

# wants PART
wants() { [[ " ${wanted[*]} " == *" $1 "* ]]; }

# package [OPTIONS]
package() {
    local output=$state/release revision=1 wanted=("${release_parts[@]}") programs=(sensor server) architectures=("${release_architectures[@]}") program part version work trees=() layouts=() parts=()
    while (($#)); do
        case $1 in
            --help | -h) package_usage; return 0 ;;
            --output | --only | --architectures | --programs | --revision) [[ -n ${2:-} ]] || die 2 "package: $1 requires a value" ;;&
            --output) output=$2; shift 2 ;;
            --only) IFS=, read -r -a wanted <<<"$2"; shift 2 ;;
            --architectures) IFS=, read -r -a architectures <<<"$2"; shift 2 ;;
            --programs) IFS=, read -r -a programs <<<"$2"; shift 2 ;;
            --revision) revision=$2; shift 2 ;;
            *) die 2 "package: unknown option $1; run ./tiercel package --help" ;;
        esac
    done
    for part in "${wanted[@]}"; do
        [[ " ${release_parts[*]} " == *" $part "* ]] || die 2 "package: unknown part $part; the parts are ${release_parts[*]}"
    done
    for architecture in "${architectures[@]}"; do
        [[ " ${release_architectures[*]} " == *" $architecture "* ]] ||
            die 2 "package: unknown architecture $architecture; the architectures are ${release_architectures[*]}"
    done
    for program in "${programs[@]}"; do
        [[ $program == sensor || $program == server ]] || die 2 "package: unknown program $program; the programs are sensor and server"
    done
    [[ $revision =~ ^[1-9][0-9]{0,5}$ ]] || die 2 "package: --revision is a number from 1 to 999999, not $revision"
    [[ ! -e $output ]] || is_release "$output" || die 2 "package: $output exists and is not a release folder; name a new folder"
    if [[ -n $(git -C "$root" status --porcelain 2>/dev/null | head -n 1) ]]; then
        say "note: the clone has changes that are not committed; the release contains them"
    fi
    version=$(release_version)
    build
    build_release
    rm -rf "$output"
    mkdir -p "$output"
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$work'" EXIT
    make_trees
    if wants images; then make_layouts; fi
    for part in archives deb rpm chart images; do
        if wants "$part"; then parts+=(--part "$part"); fi
    done
    if ((${#parts[@]})); then
        package_step "release-${#trees[@]}-${#parts[@]}" "writing archives and packages" release_command --root "$root" --output "$output" \
            --version-number "$version" --revision "$revision" --time "$(release_time)" "${parts[@]}" "${programs[@]/#/--program=}" \
            "${layouts[@]/#/--layout=}" "${trees[@]}"
    fi
    if wants functions; then copy_functions; fi
    if wants sboms; then make_sboms; fi
    (cd "$output" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
    say "${output#"$PWD"/} is complete: $(du -sh "$output" | cut -f1)"
}

# package_step KEY TEXT COMMAND...
package_step() {
    local key=$1 text=$2
    shift 2
    run_step "$key" "$text" "$state/package.log" "$@" && return
    tail -n 5 "$state/package.log" >&2
    die 1 "$text failed; the output is in $state/package.log"
}

# Builds what the parts need beyond the sensor and the server.
build_release() {
    local modules=infra/package,infra/image
    if wants functions; then modules+=,functions/aws,functions/aws-respond,functions/aws-notify,functions/aws-operate; fi
    build_modules "$modules" -am
}

release_command() {
    "$(require_java_home)/bin/java" -XX:+UseSerialGC -Xmx512m -Dslf4j.internal.verbosity=ERROR \
        -cp "$root/infra/package/target/classes:$root/infra/package/target/lib/*" io.tiercel.release.ReleaseCommand "$@"
}

# Fills "trees" with the folders of all programs and architectures.
make_trees() {
    local architecture kind
    if ! wants archives && ! wants deb && ! wants rpm && ! wants images; then return; fi
    for architecture in "${architectures[@]}"; do
        for kind in sensor server; do
            # The package tiercel-common describes the commands of both programs, of any architecture.
            if [[ $architecture != "${architectures[0]}" && " ${programs[*]} " != *" $kind "* ]]; then continue; fi
            require_image "$kind" "$architecture"
            trees+=("$kind:$architecture=$(image_folder "$kind" "$architecture")")
        done
    done
}

# Fills "layouts" with container images in OCI layout, and writes their bills of materials.
make_layouts() {
    local tree kind architecture name
    for tree in "${trees[@]}"; do
        kind=${tree%%:*}
        [[ " ${programs[*]} " == *" $kind "* ]] || continue
        architecture=${tree#*:}
        architecture=${architecture%%=*}
        name=tiercel-$kind-$version-$architecture.oci
        package_step "layout-$kind" "making the container image of the $kind for $architecture" run_image_command make "$kind" \
            --folder "${tree#*=}" --oci "$work/$name"
        mv "$work/$name.cdx.json" "$output/"
        layouts+=("$work/$name")
    done
}

copy_functions() {
    local zip
    say "copying the functions ..."
    for zip in aws/target/function aws-respond/target/respond aws-notify/target/notify aws-operate/target/operate; do
        cp "$root/functions/$zip.zip" "$output/" || die 1 "functions/$zip.zip is missing; the build should have made it"
    done
}

make_sboms() {
    local module
    # Maven finds the project's own modules only if it builds them in the same run.
    package_step sboms "making bills of materials of the functions" maven -am cyclonedx:makeBom \
        -pl functions/aws,functions/aws-respond,functions/aws-notify,functions/aws-operate
    for module in aws:function aws-respond:respond aws-notify:notify aws-operate:operate; do
        cp "$root/functions/${module%:*}/target/bom.json" "$output/${module#*:}.zip.cdx.json"
    done
}
