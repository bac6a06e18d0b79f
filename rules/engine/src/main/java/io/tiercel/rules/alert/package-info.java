/** The alert: what a matched rule says about one event, and its Falco-compatible JSON. */
@NullMarked
package io.tiercel.rules.alert;

import org.jspecify.annotations.NullMarked;
