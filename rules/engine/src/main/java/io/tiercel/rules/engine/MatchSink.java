package io.tiercel.rules.engine;

import io.tiercel.rules.event.Event;

/** Receives matches. */
@FunctionalInterface
public interface MatchSink {
    /** Called when a rule matches an event. The event may be reused after the call returns. */
    void matched(Rule rule, Event event);
}
