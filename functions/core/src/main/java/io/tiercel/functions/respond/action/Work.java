package io.tiercel.functions.respond.action;

/**
 * One step as the one who carries it out sees it.
 *
 * @param incidentId the incident
 * @param stepId unique among all steps, the same in every attempt; letters, digits and hyphens
 * @param target what to act on
 * @param params how
 * @param document the incident as JSON, for receivers outside
 * @param calls by whom every write is made
 */
public record Work(String incidentId, String stepId, Target target, Params params, String document, Calls calls) {}
