/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What user space sets before the program is loaded, and while it runs. */
#ifndef TIERCEL_SETTINGS_H
#define TIERCEL_SETTINGS_H

#include "layout.h"

/* How kernel memory is read. User space tries the variants in this order until the program loads. */
enum { READ_TYPED = 0, READ_CHUNKED = 1, READ_PLAIN = 2 };

/* Set before the program is loaded, so that the verifier removes dead code. */
const volatile struct settings settings = {};

/* Changed while the program runs. */
struct capture_config config;

#endif
