package io.tiercel.functions.notification;

import java.util.List;

/**
 * How the response to an incident stands, in words for people.
 *
 * @param planId the plan; empty if it cannot be approved or released
 * @param state in a few words, e.g. {@code awaiting approval}; when it changes, people are told
 * @param steps a line each, e.g. {@code ec2:isolate on instance i-0123: done}
 * @param approvable whether somebody may approve it now
 * @param releasable whether somebody may undo it now
 */
public record ResponseStatus(String planId, String state, List<String> steps, boolean approvable, boolean releasable) {}
