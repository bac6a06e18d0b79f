package io.tiercel.sensor.state;

import io.tiercel.sensor.container.ContainerJson;
import io.tiercel.sensor.container.ContainerMetadata;
import io.tiercel.sensor.container.ContainerRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The container that processes run in, and what is known of it. */
final class Container {
    static final Container HOST = new Container("");

    private static final int ID_LENGTH = 12;

    /** How far a container's metadata is known. */
    enum Knowledge {
        /** Nobody has been asked. */
        NONE,
        /** An answer is awaited. */
        AWAITED,
        /** None has come in time. */
        LATE,
        /** No runtime knows the container. */
        UNKNOWN,
        /** There is metadata. */
        KNOWN
    }

    private final String id;
    private final String fullId;
    private Knowledge knowledge = Knowledge.NONE;
    private @Nullable ContainerMetadata metadata;

    /** Cgroups of the unified hierarchy that belong to it. */
    int cgroups;

    /** The process that ran its first program; 0 if none has been seen. */
    int firstProgram;

    /** The container of a whole id, empty for the host. */
    Container(String fullId) {
        this.fullId = fullId;
        this.id = fullId.isEmpty() ? "host" : fullId.substring(0, Math.min(ID_LENGTH, fullId.length()));
    }

    /** The first twelve characters of the whole id; {@code host} outside containers. */
    String id() {
        return id;
    }

    /** As the runtime names it, usually 64 hexadecimal digits; empty outside containers. */
    String fullId() {
        return fullId;
    }

    boolean isHost() {
        return fullId.isEmpty();
    }

    Knowledge knowledge() {
        return knowledge;
    }

    /** What the runtime told; null as long as it has not. */
    @Nullable
    ContainerMetadata metadata() {
        return metadata;
    }

    /**
     * Takes over what a record says.
     *
     * @param json the record's metadata
     */
    void learn(ContainerRecord record, String json) {
        knowledge = switch (record) {
            case KNOWN -> know(json);
            case ASKED -> knowledge == Knowledge.NONE ? Knowledge.AWAITED : knowledge;
            case LATE -> knowledge == Knowledge.AWAITED ? Knowledge.LATE : knowledge;
            case UNKNOWN -> metadata == null ? Knowledge.UNKNOWN : knowledge;
            case STARTED -> knowledge;
        };
    }

    private Knowledge know(String json) {
        try {
            metadata = ContainerJson.read(json);
            return Knowledge.KNOWN;
        } catch (IOException e) {
            return Knowledge.UNKNOWN; // only a recording that somebody has changed holds such a text
        }
    }
}
