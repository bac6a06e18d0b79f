package io.tiercel.functions.notification;

import java.util.List;

/**
 * The status of the response to an incident, as text for people.
 *
 * @param planId the plan; empty if it can be neither approved nor released
 * @param state a short description, e.g. {@code awaiting approval}; a change triggers a notification
 * @param steps one line per step, e.g. {@code ec2:isolate on instance i-0123: applied}
 * @param approvable whether the plan can be approved now
 * @param releasable whether the plan can be released now
 */
public record ResponseStatus(String planId, String state, List<String> steps, boolean approvable, boolean releasable) {
    /** The status of a plan that cannot be read. */
    static final ResponseStatus UNREADABLE = new ResponseStatus("", "the plan cannot be read", List.of(), false, false);
}
