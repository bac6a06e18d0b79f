# Generates the named syscall numbers from syscalls.tsv:
#   awk -v format=c -f generate_syscalls.awk syscalls.tsv       the C header syscall_numbers.h
#   awk -v format=java -f generate_syscalls.awk syscalls.tsv    the Java class SyscallNumbers
BEGIN { FS = "\t" }

/^#/ { next }

!header {
    for (i = 1; i <= NF; i++)
        column[$i] = i
    header = 1
    next
}

{
    name = $column["name"]
    number = $column["x86_64"]
    if (number == "-")
        number = 512 + $column["i386"]
    names[++count] = name
    numbers[count] = number
    add("i386", 0)
    add("x32", 512)
    add("arm64", 0)
    add("arm", 0)
}

# Notes which syscall an ABI means by each of the row's numbers.
function add(abi, first,    list, n, i) {
    if ($column[abi] == "-")
        return
    n = split($column[abi], list, ",")
    for (i = 1; i <= n; i++) {
        by_number[abi, list[i] - first] = name
        if (list[i] - first > last[abi])
            last[abi] = list[i] - first
    }
}

# Prints the table that translates an ABI's numbers.
function print_table(abi,    i) {
    printf "const volatile __u16 %s_to_nr[] SEC(\".rodata.numbers\") = {\n", abi
    for (i = 0; i <= last[abi]; i++)
        print "    " ((abi, i) in by_number ? "SYS_" by_number[abi, i] : "NR_UNKNOWN") ","
    print "};"
}

END {
    if (format == "java") {
        print "package io.tiercel.sensor.bpf.record;\n"
        print "/** Syscall numbers of x86-64, as records have them; a syscall that only i386 has is 512 plus its i386 number. Generated. */"
        print "public final class SyscallNumbers {"
        for (i = 1; i <= count; i++)
            print "    public static final int SYS_" toupper(names[i]) " = " numbers[i] ";"
        print "\n    private SyscallNumbers() {}\n}"
        exit
    }
    print "/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */"
    print "/* Generated from syscalls.tsv: syscall numbers of x86-64, and tables that translate those of other ABIs. */"
    print "#ifndef TIERCEL_SYSCALL_NUMBERS_H\n#define TIERCEL_SYSCALL_NUMBERS_H\n"
    print "#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n"
    print "#define NR_UNKNOWN 0xffff"
    print "#define X32_FIRST 512 /* below this, x32 has the numbers of x86-64 */\n"
    for (i = 1; i <= count; i++)
        print "#define SYS_" names[i] " " numbers[i]
    print "\n#if defined(__TARGET_ARCH_x86)"
    print_table("i386")
    print_table("x32")
    print "#elif defined(__TARGET_ARCH_arm64)"
    print_table("arm64")
    print_table("arm")
    print "#endif\n\n#endif"
}
