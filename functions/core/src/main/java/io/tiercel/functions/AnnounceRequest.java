package io.tiercel.functions;

import org.jspecify.annotations.Nullable;

/**
 * What to announce.
 *
 * @param incidentId the incident; null for all that is due
 */
public record AnnounceRequest(@Nullable String incidentId) {}
