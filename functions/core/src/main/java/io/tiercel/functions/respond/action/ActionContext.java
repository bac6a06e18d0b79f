package io.tiercel.functions.respond.action;

import io.tiercel.functions.enrich.PodFacts;
import org.jspecify.annotations.Nullable;

/**
 * The input of an {@link ActionHandler} for one step of a plan.
 *
 * @param incidentId the incident
 * @param stepId unique among all steps and the same in every attempt; letters, digits and hyphens
 * @param target the target of the action
 * @param params the parameters of the action
 * @param document the incident as JSON, for external receivers
 * @param pod the attributes of the affected pod; null if enrichment did not look it up or the lookup failed
 * @param calls makes every write
 * @param deadline the time until which the handler may work. Calls check it; loops that only read check it themselves
 * @param priorStates the prior states of parts that any step holds
 * @param restoreDrift whether {@code release} also restores what another client has changed since
 */
public record ActionContext(
        String incidentId,
        String stepId,
        Target target,
        ActionParameters params,
        String document,
        @Nullable PodFacts pod,
        AuditedCalls calls,
        Deadline deadline,
        PriorStateLookup priorStates,
        boolean restoreDrift) {
    /**
     * Returns the uid that the pod of the target must have: that of the target, else that of the pod that enrichment looked up. A
     * later pod of the same name, such as the next pod of a StatefulSet, is not the target. Null if neither is known.
     */
    public @Nullable String expectedPodUid() {
        return target.uid() != null || pod == null ? target.uid() : pod.uid();
    }
}
