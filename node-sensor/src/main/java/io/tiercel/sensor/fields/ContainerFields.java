package io.tiercel.sensor.fields;

import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.match.Glob;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerMount;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.process.ProcessInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of the {@code container.} and {@code k8s.} fields. */
final class ContainerFields {
    private static final int SHORT_ID_LENGTH = 12;

    private final RecordView r;
    private final EventContext context;

    /** Compiled globs. The rules determine them, so the map is bounded. */
    private final Map<String, Glob> globs = new HashMap<>();

    private @Nullable TrackedContainer container;
    private @Nullable ProcessInfo process;

    ContainerFields(RecordView r, EventContext context) {
        this.r = r;
        this.context = context;
    }

    void reset(@Nullable TrackedContainer container, @Nullable ProcessInfo process) {
        this.container = container;
        this.process = process;
    }

    /** Returns the text; null if the field is absent. */
    @Nullable
    String text(FieldRef ref) {
        TrackedContainer c = container;
        if (c == null) {
            return null;
        }
        if (c.isHost()) {
            return switch (ref.field()) {
                case CONTAINER_ID, CONTAINER_NAME -> "host";
                case CONTAINER_FULL_ID, CONTAINER_IMAGE_REPOSITORY, CONTAINER_IMAGE_TAG -> "";
                default -> null;
            };
        }
        ContainerInfo m = c.info();
        return switch (ref.field()) {
            case CONTAINER_ID -> c.id();
            case CONTAINER_FULL_ID -> c.fullId();
            default -> m == null ? null : infoText(ref, m);
        };
    }

    private @Nullable String infoText(FieldRef ref, ContainerInfo m) {
        return switch (ref.field()) {
            case CONTAINER_NAME -> m.name();
            case CONTAINER_TYPE -> m.type();
            case CONTAINER_IMAGE -> m.image().name();
            case CONTAINER_IMAGE_ID -> m.image().id();
            case CONTAINER_IMAGE_REPOSITORY -> m.image().repository();
            case CONTAINER_IMAGE_TAG -> m.image().tag();
            case CONTAINER_IMAGE_DIGEST -> m.image().digest();
            case CONTAINER_IP, K8S_POD_IP -> m.ip();
            case CONTAINER_CNI_JSON, K8S_POD_CNI_JSON -> m.cniJson();
            case CONTAINER_LABEL -> m.labels().get(key(ref));
            case CONTAINER_LABELS -> joinLabels(m.labels());
            case CONTAINER_MOUNTS ->
                m.mounts().stream().map(ContainerMount::format).collect(Collectors.joining(","));
            case CONTAINER_MOUNT -> mount(ref, m, ContainerMount::source, ContainerMount::format);
            case CONTAINER_MOUNT_SOURCE -> mount(ref, m, ContainerMount::destination, ContainerMount::source);
            case CONTAINER_MOUNT_DEST -> mount(ref, m, ContainerMount::source, ContainerMount::destination);
            case CONTAINER_MOUNT_MODE -> mount(ref, m, ContainerMount::source, ContainerMount::mode);
            case CONTAINER_MOUNT_RDWR ->
                mount(ref, m, ContainerMount::source, mount -> Boolean.toString(mount.writable()));
            case CONTAINER_MOUNT_PROPAGATION -> mount(ref, m, ContainerMount::source, ContainerMount::propagation);
            case K8S_POD_NAME -> m.labels().get(ContainerInfo.POD_NAME);
            case K8S_NS_NAME -> m.labels().get(ContainerInfo.POD_NAMESPACE);
            case K8S_POD_ID, K8S_POD_UID -> m.labels().get(ContainerInfo.POD_UID);
            case K8S_POD_FULL_SANDBOX_ID -> emptyToNull(m.sandboxId());
            case K8S_POD_SANDBOX_ID ->
                emptyToNull(m.sandboxId()
                        .substring(0, Math.min(SHORT_ID_LENGTH, m.sandboxId().length())));
            case K8S_POD_LABEL -> m.podLabels().get(key(ref));
            case K8S_POD_LABELS -> m.sandboxId().isEmpty() ? null : joinLabels(m.podLabels());
            default -> null;
        };
    }

    /** Returns the number; {@link FieldValues#ABSENT} if the field is absent. */
    long number(FieldRef ref) {
        TrackedContainer c = container;
        if (c == null) {
            return FieldValues.ABSENT;
        }
        ContainerInfo m = c.info();
        return switch (ref.field()) {
            case CONTAINER_PRIVILEGED -> flag(c, m == null ? null : m.privileged());
            case CONTAINER_HOST_PID -> flag(c, m == null ? null : m.hostPid());
            case CONTAINER_HOST_NETWORK -> flag(c, m == null ? null : m.hostNetwork());
            case CONTAINER_HOST_IPC -> flag(c, m == null ? null : m.hostIpc());
            case CONTAINER_START_TS -> startNanos(c) == 0 ? FieldValues.ABSENT : context.toEpoch(startNanos(c));
            case CONTAINER_DURATION -> startNanos(c) == 0 ? FieldValues.ABSENT : r.timeNanos() - startNanos(c);
            default -> FieldValues.ABSENT;
        };
    }

    /** Returns the start of the pid namespace of the event's process; 0 if unknown or outside containers. */
    private long startNanos(TrackedContainer c) {
        return c.isHost() || process == null ? 0 : process.pidnsStartNanos();
    }

    private static long flag(TrackedContainer c, @Nullable Boolean value) {
        if (value == null) {
            return c.isHost() ? 0 : FieldValues.ABSENT;
        }
        return value ? 1 : 0;
    }

    /**
     * Returns a property of the mount that the field's argument selects: by index, or by a glob that matches another
     * property. Returns null if there is none.
     */
    private @Nullable String mount(
            FieldRef ref,
            ContainerInfo m,
            Function<ContainerMount, String> matchedProperty,
            Function<ContainerMount, String> property) {
        List<ContainerMount> mounts = m.mounts();
        if (ref.key() == null) {
            return ref.index() >= 0 && ref.index() < mounts.size() ? property.apply(mounts.get(ref.index())) : null;
        }
        Glob glob = globs.computeIfAbsent(ref.key(), pattern -> Glob.of(pattern, false));
        for (ContainerMount mount : mounts) {
            if (glob.matches(matchedProperty.apply(mount))) {
                return property.apply(mount);
            }
        }
        return null;
    }

    private static String joinLabels(SortedMap<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + ":" + label.getValue())
                .collect(Collectors.joining(","));
    }

    private static String key(FieldRef ref) {
        return ref.key() == null ? "" : ref.key();
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
