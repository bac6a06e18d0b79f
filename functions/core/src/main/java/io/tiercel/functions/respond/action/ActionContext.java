package io.tiercel.functions.respond.action;

import io.tiercel.functions.enrich.PodFacts;
import org.jspecify.annotations.Nullable;

/**
 * One step as the one who carries it out sees it.
 *
 * @param incidentId the incident
 * @param stepId unique among all steps, the same in every attempt; letters, digits and hyphens
 * @param target what to act on
 * @param params how
 * @param document the incident as JSON, for receivers outside
 * @param pod what the cluster said of the pod that the incident is about; null where it was not asked or did not answer
 * @param calls by whom every write is made
 */
public record ActionContext(
        String incidentId,
        String stepId,
        Target target,
        ActionParameters params,
        String document,
        @Nullable PodFacts pod,
        AuditedCalls calls) {}
