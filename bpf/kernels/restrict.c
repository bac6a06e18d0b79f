// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Runs a program with the privileges of the package's systemd unit: restrict PROGRAM [ARGUMENT...]. CAPABILITIES is the
// list in the unit.
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static const int permitted[] = {CAPABILITIES};

static int is_permitted(int capability) {
    for (unsigned i = 0; i < sizeof permitted / sizeof *permitted; i++)
        if (permitted[i] == capability)
            return 1;
    return 0;
}

int main(int arguments, char **argument) {
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    if (arguments < 2)
        return 2;
    // The kernel can have more capabilities than the header.
    for (int capability = 0; capability < 64; capability++)
        if (!is_permitted(capability) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EINVAL)
            return 1;
    if (setrlimit(RLIMIT_MEMLOCK, &unlimited) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return 1;
    execv(argument[1], argument + 1);
    perror(argument[1]);
    return 1;
}
