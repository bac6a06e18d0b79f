// Attaches a program that does nothing to each of the given tracepoints, prints
// "attached", and waits for a signal. The cost of the tracepoints is the least
// that a sensor at them can cost.
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attributes, const char *what) {
    int result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
    if (result < 0) {
        fprintf(stderr, "empty: %s: %s\n", what, strerror(errno));
        exit(1);
    }
    return result;
}

static int load(void) {
    static const struct bpf_insn instructions[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
        {.code = BPF_JMP | BPF_EXIT},
    };
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
    attributes.insns = (uintptr_t)instructions;
    attributes.insn_cnt = sizeof instructions / sizeof *instructions;
    attributes.license = (uintptr_t)"GPL";
    return bpf(BPF_PROG_LOAD, &attributes, "the kernel rejects the program");
}

int main(int count, char **tracepoints) {
    for (int i = 1; i < count; i++) {
        union bpf_attr attributes;
        memset(&attributes, 0, sizeof attributes);
        attributes.raw_tracepoint.prog_fd = load();
        attributes.raw_tracepoint.name = (uintptr_t)tracepoints[i];
        bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes, tracepoints[i]);
    }
    puts("attached");
    fflush(stdout);
    pause();
}
