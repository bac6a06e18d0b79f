package io.tiercel.functions.respond.hold;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step that holds parts of a target.
 *
 * @param incidentId the incident of the step
 * @param stepId the step, unique among the steps of all incidents
 * @param expires when the time limit of the step ends; null for never. Nothing happens at this time by itself: the step is then
 *     released
 */
public record Holder(
        String incidentId, String stepId, @Nullable Instant expires) {}
