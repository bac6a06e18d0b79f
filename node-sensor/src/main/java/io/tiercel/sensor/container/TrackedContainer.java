package io.tiercel.sensor.container;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A container on this node, or the host. The processes of a container share one object. */
public final class TrackedContainer {
    /** The host. */
    public static final TrackedContainer HOST = new TrackedContainer("");

    private static final int SHORT_ID_LENGTH = 12;

    /** Estimated bytes of memory for a character of JSON. */
    private static final int MEMORY_FACTOR = 2;

    /** Availability of a container's metadata. */
    public enum InfoStatus {
        /** The sensor has not requested it. */
        NOT_REQUESTED,
        /** The sensor waits for the runtime. */
        PENDING,
        /** The runtime did not answer in time. */
        TIMED_OUT,
        /** No runtime knows the container. */
        NOT_FOUND,
        /** {@link #info} returns it. */
        AVAILABLE
    }

    private final String id;
    private final String fullId;
    private final TrackedContainer outer;
    private InfoStatus infoStatus = InfoStatus.NOT_REQUESTED;
    private @Nullable ContainerInfo info;
    private int firstProgramPid;
    private long infoBytes;

    /** The number of its cgroups in the unified hierarchy. */
    int cgroups;

    /**
     * Creates a container without metadata.
     *
     * @param fullId the full id; empty for the host
     */
    TrackedContainer(String fullId) {
        this(fullId, null);
    }

    /**
     * Creates a container without metadata whose cgroup is inside that of another container.
     *
     * @param outer the other container, or the host; null for the host itself
     */
    TrackedContainer(String fullId, @Nullable TrackedContainer outer) {
        this.fullId = fullId;
        this.outer = outer == null ? this : outer;
        this.id = fullId.isEmpty() ? "host" : fullId.substring(0, Math.min(SHORT_ID_LENGTH, fullId.length()));
    }

    /** Returns the first twelve characters of the full id; {@code host} for the host. */
    public String id() {
        return id;
    }

    /** Returns the runtime's id, usually 64 hexadecimal digits; empty for the host. */
    public String fullId() {
        return fullId;
    }

    /** Returns the container that runs this one; the host if the host does. */
    TrackedContainer outer() {
        return outer;
    }

    /** Returns true if another container runs this one, directly or through others. */
    public boolean isNestedIn(TrackedContainer other) {
        for (TrackedContainer c = outer; !c.isHost() && c != c.outer; c = c.outer) {
            if (c == other) {
                return true;
            }
        }
        return false;
    }

    public boolean isHost() {
        return fullId.isEmpty();
    }

    public InfoStatus infoStatus() {
        return infoStatus;
    }

    /** Returns the metadata from the runtime; null until it is available. */
    public @Nullable ContainerInfo info() {
        return info;
    }

    /** Returns the pid of the container's first program; 0 if it has not run yet. */
    public int firstProgramPid() {
        return firstProgramPid;
    }

    public void setFirstProgramPid(int pid) {
        firstProgramPid = pid;
    }

    /**
     * Applies a container record.
     *
     * @param json the record's metadata
     */
    public void apply(ContainerRecord record, String json) {
        infoStatus = switch (record) {
            case INFO_RECEIVED -> parse(json);
            case INFO_REQUESTED -> infoStatus == InfoStatus.NOT_REQUESTED ? InfoStatus.PENDING : infoStatus;
            case INFO_TIMED_OUT -> infoStatus == InfoStatus.PENDING ? InfoStatus.TIMED_OUT : infoStatus;
            case INFO_NOT_FOUND -> info == null ? InfoStatus.NOT_FOUND : infoStatus;
            case STARTED -> infoStatus;
        };
    }

    /** Returns the estimated size of the metadata in bytes; 0 without metadata. */
    long infoBytes() {
        return infoBytes;
    }

    /** Discards the metadata, as if no runtime knew the container. */
    void dropInfo() {
        info = null;
        infoBytes = 0;
        infoStatus = InfoStatus.NOT_FOUND;
    }

    private InfoStatus parse(String json) {
        try {
            info = ContainerJson.read(json);
            infoBytes = MEMORY_FACTOR * (long) json.length();
            return InfoStatus.AVAILABLE;
        } catch (IOException e) {
            return InfoStatus.NOT_FOUND; // only an edited recording contains invalid JSON
        }
    }
}
