package io.tiercel.rules.engine;

import io.tiercel.rules.event.Event;

/** Is told about matches. */
@FunctionalInterface
public interface MatchSink {
    /** The rule matched. The event may be reused after the call returns. */
    void matched(Rule rule, Event event);
}
