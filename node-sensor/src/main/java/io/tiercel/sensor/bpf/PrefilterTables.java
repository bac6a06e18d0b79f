package io.tiercel.sensor.bpf;

import java.util.Map;

/**
 * What the capture program needs to know to drop events that no rule can match.
 *
 * @param pass a {@code struct pass} of bpf/tiercel.h, all but its generation
 * @param programs class of each program name that has one, by the name
 */
public record PrefilterTables(byte[] pass, Map<String, Integer> programs) {
    public PrefilterTables {
        if (pass.length != RecordLayout.PASS_SIZE) {
            throw new IllegalArgumentException("a pass has " + RecordLayout.PASS_SIZE + " bytes, not " + pass.length);
        }
        pass = pass.clone();
        programs = Map.copyOf(programs);
    }

    @Override
    public byte[] pass() {
        return pass.clone();
    }
}
