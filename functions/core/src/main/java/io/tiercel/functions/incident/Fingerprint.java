package io.tiercel.functions.incident;

import io.tiercel.rules.text.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The cause of an alert. Alerts with equal fingerprints belong to one incident. A fingerprint contains nothing that differs
 * between two occurrences of the same cause, such as a process id, a port or a time. {@link Fingerprints} computes it.
 *
 * @param cluster label of the cluster, or empty
 * @param rule name of the rule
 * @param workload namespace, container and image, or the host
 * @param executable path or name of the program, or empty
 * @param target the file or address that the event concerns, without variable parts, or empty
 */
public record Fingerprint(String cluster, String rule, String workload, String executable, String target) {
    private static final int ID_BYTES = 12;

    /** Returns SHA-256 over the parts, 64 hexadecimal digits. A length precedes each part, so different parts never collide. */
    public String digest() {
        return sha256().hex();
    }

    /** Returns the id of the incident: the first 24 hexadecimal digits of {@link #digest}. */
    public String incidentId() {
        return sha256().hexPrefix(ID_BYTES);
    }

    private Sha256 sha256() {
        Sha256 sha = new Sha256();
        for (String part : List.of(cluster, rule, workload, executable, target)) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            sha.update(bytes);
        }
        return sha;
    }
}
