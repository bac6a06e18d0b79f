package io.tiercel.functions.respond.overlap;

import java.time.Duration;
import java.util.List;

/** One event in the lives of several incidents. Incidents are numbered from 0. */
sealed interface Move {
    /** A process handles an incident that has new alerts. */
    record Respond(int incident, List<Disturbance> disturbances) implements Move {}

    /** A process handles a sweep, and others handle the requests that it publishes. All of them are disturbed. */
    record Sweep(List<Disturbance> disturbances) implements Move {}

    /** A person approves the plan of an incident as it is. */
    record Approve(int incident) implements Move {}

    /** A person releases the plan of an incident. */
    record Release(int incident) implements Move {}

    /** A person releases the plan of an incident, and a process handles that at once. */
    record ReleaseAtOnce(int incident) implements Move {}

    /** The time passes. */
    record Wait(Duration time) implements Move {}

    /** Another client sets a label of a pod that no action knows. */
    record LabelByOthers(int pod, String value) implements Move {}

    /** Somebody detaches an interface from its instance. */
    record DetachInterface(String id) implements Move {}

    /** Somebody deletes a pod. */
    record DeletePod(int pod) implements Move {}
}
