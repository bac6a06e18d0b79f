# shellcheck shell=bash disable=SC2154 # run sets the variables
# arm64 kernels for run, in an emulated machine. Debian's arm64 packages provide the kernels, a Java runtime and its libraries. They
# are unpacked and not installed.

arm64_packages=(openjdk-25-jre-headless libbpf1 libc6 libelf1t64 libgcc-s1 libstdc++6 libzstd1 zlib1g busybox-static)
arm64_libraries=(ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libgcc_s.so.1 libstdc++.so.6 libz.so.1 libelf.so.1 libzstd.so.1 libbpf.so.1)
arm64_compiler=aarch64-linux-gnu-gcc

# The core of Graviton2, which also runs 32-bit programs. Newer ones authenticate pointers, which is slow to emulate.
arm64_cpu=neoverse-n1

# Succeeds if the machine can be emulated, and everything for the guest can be had. Prints the reason otherwise.
prepare_arm64() {
    local tool package folder=$work/arm64 missing=()
    for tool in qemu-system-aarch64 "$arm64_compiler" aarch64-linux-gnu-objcopy; do
        command -v "$tool" >/dev/null || { echo "$tool is not installed"; return 1; }
    done
    command -v "$clang" >/dev/null || { echo "$clang is not installed"; return 1; }
    prepare_apt arm64
    mkdir -p "$folder"
    for package in "${arm64_packages[@]}"; do
        [[ -d $folder/$package ]] || missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    (cd "$work/packages" && apt_here apt-get download -q "${missing[@]}" >/dev/null) ||
        { echo "the mirror does not have the arm64 packages ${missing[*]}"; return 1; }
    for package in "${missing[@]}"; do
        dpkg-deb -x "$work/packages/$package"_*.deb "$folder/$package.new" && rm -f "$work/packages/$package"_*.deb
        mv "$folder/$package.new" "$folder/$package"
    done
}

# Puts what is specific to the architecture into the guest.
fill_arm64_guest() {
    local library found compat=$work/compat_arm java=$work/arm64/openjdk-25-jre-headless
    cat "$here/rules.yaml" "$here/arm64.yaml" >"$guest/rules.yaml"
    install -m 755 "$work/arm64/busybox-static/usr/bin/busybox" "$guest/bin/busybox"
    "$clang" --target=armv7-linux-gnueabi -c "$here/compat_arm.S" -o "$compat.o"
    aarch64-linux-gnu-objcopy -I elf32-little -O binary -j .text "$compat.o" "$compat"
    install -m 755 "$compat" "$guest/guest/compat"
    mkdir -p "$guest/lib" "$guest/jre"
    for library in "${arm64_libraries[@]}"; do
        found=$(find "$work/arm64" -name "$library" -print -quit)
        [[ -n $found ]] || skip "arm64: $library is missing"
        cp -L "$found" "$guest/lib/"
    done
    cp -r "$java/etc/java-25-openjdk" "$guest/etc/"
    cp -r "$java"/usr/lib/jvm/java-25-openjdk-arm64/{bin,conf,lib} "$guest/jre/"
    rm -f "$guest"/jre/lib/server/classes_*.jsa
}
