# shellcheck shell=bash
# Finds the packages that are missing and installs them with apt-get.

# The program and package that compiles the capture program. Other versions are used only if TIERCEL_CLANG names one.
clang=$(<"$root/bpf/compiler")
no_clang="the capture program requires $clang, and apt-get does not know this package; install $clang from another source, or name another clang in TIERCEL_CLANG"

# Succeeds if apt-get knows a version of package $1.
installable() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -qvFx '(none)'; }

# Prints the missing packages. $1 is what they are for: build, bench or test.
missing_packages() {
    java_home >/dev/null || echo openjdk-25-jdk-headless
    command -v mvn >/dev/null || echo maven
    command -v "${TIERCEL_CLANG:-$clang}" >/dev/null || echo "$clang"
    [[ -f /usr/include/bpf/bpf_helpers.h ]] || echo libbpf-dev
    ldconfig -p 2>/dev/null | grep -q 'libbpf\.so\.1' || compgen -G '/usr/lib/*/libbpf.so.1' >/dev/null || echo libbpf1
    [[ $1 == build ]] || command -v gcc >/dev/null || echo gcc libc6-dev
    [[ $1 == test ]] || return 0
    command -v python3 >/dev/null || echo python3
    command -v curl >/dev/null || echo curl
    command -v busybox >/dev/null || echo busybox-static
    command -v ip >/dev/null || [[ -x /usr/sbin/ip ]] || echo iproute2
    [[ -x /usr/sbin/mkfs.ext4 ]] || echo e2fsprogs
    command -v runc >/dev/null || [[ -x /usr/sbin/runc ]] || echo runc
    command -v containerd >/dev/null || echo containerd
    if command -v kube-up >/dev/null; then # some tests start a Kubernetes node with it
        [[ -x /usr/lib/cni/bridge || -x /opt/cni/bin/bridge ]] || echo containernetworking-plugins
        [[ -x /usr/sbin/nft ]] || echo nftables
        [[ -x /usr/sbin/iptables ]] || echo iptables
        [[ -x /usr/sbin/ipset ]] || echo ipset
        [[ -x /usr/sbin/conntrack ]] || echo conntrack
    fi
    /usr/bin/python3 -c 'import moto, flask_cors, jsonpath_ng' 2>/dev/null || echo python3-moto python3-flask-cors python3-jsonpath-ng
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        command -v sudo >/dev/null || die 2 "installing packages requires root; as root, run: apt-get install -y ${packages[*]}"
        sudo "$@"
    fi
}

install_packages() { DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends "$@"; }

apt_install() {
    if ((EUID == 0)) || sudo -n true 2>/dev/null; then
        run_step "install-$1" "installing $*" "$state/install.log" install_packages "$@"
    else # a line of progress would hide the question of sudo
        say "installing $* ..."
        mkdir -p "$state"
        install_packages "$@" >>"$state/install.log" 2>&1
    fi
}

# install_missing build|bench|test
install_missing() {
    local packages i
    read -r -d '' -a packages < <(missing_packages "$1") || true
    if ((${#packages[@]} > 0)); then
        command -v apt-get >/dev/null || die 2 "these Debian packages are missing, and there is no apt-get: ${packages[*]}; install their equivalents and try again"
        mkdir -p "$state"
        as_root apt-get update -q >"$state/install.log" 2>&1 || true # apt-get install reports what it cannot find
        for i in "${!packages[@]}"; do
            [[ ${packages[i]} != "$clang" ]] || installable "$clang" || die 2 "$no_clang"
            [[ ${packages[i]} != openjdk-25-jdk-headless ]] || installable openjdk-25-jdk-headless || die 2 "$no_jdk"
        done
        if ! apt_install "${packages[@]}"; then
            tail -n 5 "$state/install.log" >&2
            die 2 "apt-get could not install ${packages[*]}; its output is in $state/install.log"
        fi
    fi
    [[ $1 != test ]] || install_optional
}

# Installs programs that single tests use. A test that misses its program skips and names it.
install_optional() {
    local program packages
    ((EUID == 0)) && command -v apt-get >/dev/null || return 0
    while read -r program packages; do
        # shellcheck disable=SC2086 # several packages
        command -v "$program" >/dev/null || apt_install $packages </dev/null || say "$packages: not available; its tests will skip"
    done <<'PACKAGES'
clang-format-19 clang-format-19
qemu-system-x86_64 qemu-system-x86
qemu-system-aarch64 qemu-system-arm
aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
busybox busybox-static
logrotate logrotate
cpio cpio
stress-ng stress-ng
podman podman
systemd-nspawn systemd-container
rpm rpm
mandoc mandoc
chromium chromium
chromedriver chromium-driver
shellcheck shellcheck
PACKAGES
    unpack_optional prometheus-alertmanager
    unpack_optional promtool
    unpack_optional docker-registry
}

# Programs that are unpacked and not installed: most of their packages start a service.
unpacked=$state/packages/usr/bin

# Unpacks package $1, whose program has the same name, if the program is missing.
unpack_optional() (
    if command -v "$1" >/dev/null || [[ -x $unpacked/$1 ]]; then return; fi
    mkdir -p "$state/packages"
    cd "$state/packages" || return
    installable "$1" || apt-get update -q >>"$state/install.log" 2>&1 || true
    say "unpacking $1 ..."
    if ! { apt-get download -q "$1" && dpkg-deb -x "$1"_*.deb . && rm -f "$1"_*.deb; } >>"$state/install.log" 2>&1; then
        say "package $1 is not available; its tests will skip"
    fi
)
