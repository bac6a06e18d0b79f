package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.LossGroup;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.TrackedContainer;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A process that lost events.
 *
 * @param group its losses
 * @param process its program name; that of the first loss if the process is unknown
 * @param container its container, or the host
 */
public record LossOrigin(LossGroup group, String process, TrackedContainer container) {
    /** Returns the container or user that shares the process's budget, in words. */
    public String account() {
        if (container.isHost()) {
            return group.isUser() ? "user " + (int) group.account() : "the host";
        }
        ContainerInfo info = container.info();
        if (info == null) {
            return "container " + container.id();
        }
        String pod = info.labels().get(ContainerInfo.POD_NAME);
        String name = "container " + info.name() + " (" + container.id() + ")";
        return pod == null ? name : name + " of pod " + info.labels().get(ContainerInfo.POD_NAMESPACE) + "/" + pod;
    }

    /** Returns the process and its account in words. */
    public String text() {
        return process + " (pid " + group.pid() + ") of " + account();
    }

    /** Returns the values of rule fields that identify the process, as an alert of a rule has them. Unknown ones are missing. */
    public SortedMap<String, @Nullable Object> fields() {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("proc.name", process);
        fields.put("proc.pid", (long) group.pid());
        fields.put("user.uid", Integer.toUnsignedLong(group.uid()));
        fields.put("container.id", container.id());
        ContainerInfo info = container.info();
        if (info != null) {
            fields.put("container.name", info.name());
            put(fields, "k8s.ns.name", info.labels().get(ContainerInfo.POD_NAMESPACE));
            put(fields, "k8s.pod.name", info.labels().get(ContainerInfo.POD_NAME));
            put(fields, "k8s.pod.uid", info.labels().get(ContainerInfo.POD_UID));
        }
        return fields;
    }

    private static void put(SortedMap<String, @Nullable Object> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
