/**
 * Incidents: fingerprints that group alerts by cause, the incident itself, and the port of the store that counts exactly.
 * {@link io.tiercel.functions.incident.IncidentTally} holds the rules of counting for all stores. Depends on {@code intake},
 * {@code enrich} and {@code json}. All other types are immutable, so any thread may use them.
 */
@NullMarked
package io.tiercel.functions.incident;

import org.jspecify.annotations.NullMarked;
