/**
 * Incidents: fingerprints that group alerts by cause, the incident itself, and the port of the store that counts exactly.
 * Depends on {@code intake}, {@code enrich} and {@code json}. All types are immutable, so any thread may use them.
 */
@NullMarked
package io.tiercel.functions.incident;

import org.jspecify.annotations.NullMarked;
