package io.tiercel.rules.event;

/** Placeholder body: replaced by the catalogue of event types (see brief). */
public final class EventTypes {
    private EventTypes() {}
}
