package io.tiercel.functions.notification;

import io.tiercel.functions.incident.IncidentStore;
import java.lang.reflect.Proxy;
import java.util.Optional;

/** A store with one incident, {@code i}, for tests of other rooms. */
public final class KnownIncident {
    private final Memory memory = new Memory();

    /** With a count of one. */
    public KnownIncident() {
        memory.count(1);
    }

    /** The store. */
    public IncidentStore incidents() {
        return (IncidentStore) Proxy.newProxyInstance(
                IncidentStore.class.getClassLoader(),
                new Class<?>[] {IncidentStore.class},
                (proxy, method, arguments) -> method.getName().equals("find") && arguments[0].equals("i")
                        ? memory.find("i")
                        : Optional.empty());
    }

    /** What was told about it. */
    public AnnouncementStore announcements() {
        return memory;
    }
}
