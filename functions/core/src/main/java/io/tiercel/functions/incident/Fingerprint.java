package io.tiercel.functions.incident;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The cause of an alert: alerts with equal fingerprints are one incident. It holds nothing that differs from one
 * incidentAlert to the next (process id, port, time), see {@link Fingerprints}.
 *
 * @param cluster label of the cluster, or empty
 * @param rule the rule's name
 * @param workload what ran: namespace, container and image, or the host
 * @param executable path of the program, or its name, or empty
 * @param target what it touched, without the parts that vary, or empty
 */
public record Fingerprint(String cluster, String rule, String workload, String executable, String target) {
    private static final int ID_BYTES = 12;

    /** SHA-256 over the parts, each preceded by its length so that no two lists of parts collide; 64 hex digits. */
    public String digest() {
        return HexFormat.of().formatHex(sha256());
    }

    /** The incident's id: the first 24 hex digits of {@link #digest}. */
    public String incidentId() {
        return HexFormat.of().formatHex(sha256(), 0, ID_BYTES);
    }

    private byte[] sha256() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(cluster, rule, workload, executable, target)) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                sha.update(bytes);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
