# shellcheck shell=bash disable=SC2154 # run sets the variables
# Live tests of the sensor for run, in an emulated arm64 machine: those of node-sensor with the tag "live" that need no x86-64. Debian's
# arm64 packages provide what the tests start, such as python3. They are unpacked and not installed.

live_packages=(base-files base-passwd bash busybox-static coreutils dash libbpf1 mount openjdk-25-jre-headless python3 sed util-linux)

# Left out: tests of syscalls that only x86-64 has, those that need the module overlay or a container runtime, and those of speed.
live_classes='LiveFiles LiveDeepFolders LiveProcesses LiveSockets LiveIoUring LiveStateResync'

# Unpacks the packages and what they depend on into a folder, if that is not done yet.
prepare_live() {
    local packages=$work/arm64-root package
    [[ -d $sensor/test-classes && -d $sensor/test-lib ]] || { echo "the tests are not built"; return 1; }
    [[ ! -d $packages ]] || return 0
    rm -rf "$apt/cache/archives" "$packages.new"
    mkdir -p "$apt/cache/archives/partial" "$packages.new"
    apt_here apt-get install -qq --download-only --no-install-recommends -y "${live_packages[@]}" >/dev/null ||
        { echo "the mirror does not have the arm64 packages ${live_packages[*]}"; return 1; }
    # base-files has the links of the merged /usr, which the others need.
    for package in "$apt"/cache/archives/base-files_*.deb "$apt"/cache/archives/*.deb; do
        dpkg-deb -x "$package" "$packages.new" || { echo "$package cannot be unpacked"; return 1; }
    done
    rm -rf "$apt/cache/archives" "$packages.new"/usr/share/{doc,man,locale,i18n,icons} "$packages.new"/usr/lib/jvm/*/lib/server/classes*.jsa
    for package in passwd group; do cp "$packages.new/usr/share/base-passwd/$package.master" "$packages.new/etc/$package"; done
    # Tests read these, which installed packages make.
    mkdir -p "$packages.new/etc/ssl/certs"
    echo 'root:*:20000:0:99999:7:::' >"$packages.new/etc/shadow"
    echo guest >"$packages.new/etc/hostname"
    mv "$packages.new" "$packages"
}

# Puts the packages, the sensor, its tests and what they read into the guest.
fill_live_guest() {
    local program project=$guest/tiercel
    cp -a "$work/arm64-root/." "$guest/"
    cp "$here/live-init" "$guest/init"
    mkdir -p "$project/node-sensor/target" "$project/node-sensor/src/test" "$project/infra/image" "$project/rules" "$guest/programs"
    cp -r "$root/bpf" "$project/"
    cp -r "$root"/rules/{detections,tests} "$project/rules/"
    cp "$root/infra/image/java-options" "$project/infra/image/"
    cp -r "$sensor"/{classes,lib,test-classes,test-lib} "$project/node-sensor/target/"
    cp -r "$root/node-sensor/src/test/c" "$project/node-sensor/src/test/"
    # The compiler of the guest has compiled everything before. A program that needs x86-64 is missing, and its test skips.
    for program in "$root"/node-sensor/src/test/c/*.c; do
        "$arm64_compiler" -O1 -static -pthread -o "$guest/programs/$(basename "$program")" "$program" 2>/dev/null || true
    done
    install -m 755 /dev/stdin "$guest/usr/bin/gcc" <<'SH'
#!/bin/sh
# gcc OPTIONS -o PROGRAM SOURCE
while [ "$1" != -o ]; do shift; done
exec cp "/programs/$(basename "$3")" "$2"
SH
    # shellcheck disable=SC2086 # a list of names
    printf -- '--select-class io.tiercel.sensor.event.%sTest\n' $live_classes >"$guest/classes"
}

# Judges the tests that ran in the guest of kernel $1, with the name $2, which took $3 seconds.
judge_live() {
    local passed failed skipped
    passed=$(sed -n 's/^\[ *\([0-9]*\) tests successful *\]/\1/p' "$work/$1.text")
    failed=$(sed -n 's/^\[ *\([0-9]*\) tests failed *\]/\1/p' "$work/$1.text")
    skipped=$(sed -n 's/^\[ *\([0-9]*\) tests \(aborted\|skipped\) *\]/\1/p' "$work/$1.text" | awk '{sum += $1} END {print sum + 0}')
    if ! grep -q '^status 0' "$work/$1.text" || [[ ${failed:-1} != 0 || ${passed:-0} == 0 ]]; then
        echo "$1: FAILED: $2, ${passed:-0} live tests passed, ${failed:-0} failed, $3 s; see $work/$1.text"
        sed -n 's/.* :: FAILED.*/  &/p; s/^ *=> /    /p' "$work/$1.text"
        return 1
    fi
    echo "$1: ok: $2, $passed live tests passed, $skipped skipped, $3 s"
}
