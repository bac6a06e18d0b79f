package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.record.RecordLayout;
import java.util.Map;

/**
 * Compiled tables of the prefilter.
 *
 * @param bytes a {@code struct prefilter_tables} of bpf/layout.h, except for its generation
 * @param commClasses classes by program name, for the names that have a class
 */
public record PrefilterTables(byte[] bytes, Map<String, Integer> commClasses) {
    public PrefilterTables {
        if (bytes.length != RecordLayout.PREFILTER_TABLES_SIZE) {
            throw new IllegalArgumentException(
                    "prefilter tables have " + RecordLayout.PREFILTER_TABLES_SIZE + " bytes, not " + bytes.length);
        }
        bytes = bytes.clone();
        commClasses = Map.copyOf(commClasses);
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }
}
