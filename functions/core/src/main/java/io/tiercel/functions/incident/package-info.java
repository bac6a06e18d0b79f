/** One incident per cause: the fingerprint that tells causes apart, the incident, and the store that counts exactly. */
@NullMarked
package io.tiercel.functions.incident;

import org.jspecify.annotations.NullMarked;
