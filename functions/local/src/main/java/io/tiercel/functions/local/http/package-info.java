/** The server's HTTP side: alerts in, incidents and health out. */
@NullMarked
package io.tiercel.functions.local.http;

import org.jspecify.annotations.NullMarked;
