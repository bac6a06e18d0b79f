package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.fields.FileNameKind;

/**
 * An event about a file that may have several names. Its fields show one name at a time: {@link FileNameKind#GIVEN} until
 * {@link #selectName} selects another one.
 */
public interface FileEvent extends Event {
    /** Returns true if the event has this name, and it differs from the names before it. */
    boolean hasName(FileNameKind kind);

    /** Selects the name that the fields show. The event must have it. */
    void selectName(FileNameKind kind);
}
