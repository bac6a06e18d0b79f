package io.tiercel.functions.incident;

import io.tiercel.rules.text.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The cause of an alert. Alerts with equal fingerprints belong to one incident. A fingerprint contains nothing that differs
 * between two occurrences of the same cause, such as a process id, a port or a time. {@link Fingerprints} computes it.
 *
 * <p>An attacker can vary some parts at will, for example file names. Therefore the number of open incidents with the same {@link
 * #slotKey} is limited. Alerts of further causes are counted in the incident of {@link #others}.
 *
 * @param cluster label of the cluster, or empty
 * @param rule name of the rule
 * @param workload namespace, container and image, or the host
 * @param executable path or name of the program, or empty
 * @param target the file or address that the event concerns, without variable parts, or empty
 * @param folded whether it is one of {@link #others}, which stands for many causes. No alert has such a fingerprint
 */
public record Fingerprint(
        String cluster, String rule, String workload, String executable, String target, boolean folded) {
    /** The target of the incident in which further causes of verified senders are counted. */
    public static final String OTHERS = "and others";

    /** The target of the incident in which further causes of unverified senders are counted. */
    public static final String OTHERS_UNVERIFIED = "and others, unverified";

    private static final int ID_BYTES = 12;
    private static final String FOLDED = "folded";

    /** Creates the fingerprint of one cause. */
    public Fingerprint(String cluster, String rule, String workload, String executable, String target) {
        this(cluster, rule, workload, executable, target, false);
    }

    /**
     * Returns the fingerprint of the incident in which further causes with the same {@link #slotKey} are counted. The two kinds of
     * senders have different ones, so forged alerts never change what verified senders report.
     *
     * @param verified whether the senders are verified
     */
    public Fingerprint others(boolean verified) {
        return new Fingerprint(cluster, rule, workload, "", verified ? OTHERS : OTHERS_UNVERIFIED, true);
    }

    /** Returns a key of the cluster, the rule and the workload: 24 hexadecimal digits. */
    public String slotKey() {
        return sha256(List.of(cluster, rule, workload)).hexPrefix(ID_BYTES);
    }

    /** Returns SHA-256 over the parts, 64 hexadecimal digits. A length precedes each part, so different parts never collide. */
    public String digest() {
        return sha256(parts()).hex();
    }

    /** Returns the id of the incident: the first 24 hexadecimal digits of {@link #digest}. */
    public String incidentId() {
        return sha256(parts()).hexPrefix(ID_BYTES);
    }

    /** A sixth part distinguishes a folded fingerprint from that of an alert whose target has the same text. */
    private List<String> parts() {
        return folded
                ? List.of(cluster, rule, workload, executable, target, FOLDED)
                : List.of(cluster, rule, workload, executable, target);
    }

    private static Sha256 sha256(List<String> parts) {
        Sha256 sha = new Sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            sha.update(bytes);
        }
        return sha;
    }
}
